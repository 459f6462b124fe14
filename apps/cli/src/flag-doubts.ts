// What in the options of a hunt was probably not meant: misspelled fields, queries that read like another language.

import {
  compileKql,
  createFieldSpelling,
  kqlDoubts,
  misspelledFields,
  parseKql,
  watchFieldNames,
  type FieldTypes,
} from '@coldhunt/rules';
import type { HuntFlags } from './hunt-flags.ts';

/** One sentence each, with the option. The queries of the flags parse and bind. */
export function flagDoubts(flags: HuntFlags, fieldTypes: FieldTypes): readonly string[] {
  const spelling = createFieldSpelling(fieldTypes);
  const ofQueries = flags.excludeQuery.flatMap((query) => {
    const watched = watchFieldNames(fieldTypes);
    const tree = parseKql(query);
    compileKql(tree, watched.fieldTypes);
    const doubts = kqlDoubts(tree, query, fieldTypes).map(({ at, message }) => ({ place: at, message }));
    return [...misspelledFields(query, watched.names, spelling), ...doubts].map(
      ({ place, message }) => `--exclude-query${place === null ? '' : ` ${place.line}:${place.column}`}: ${message}`,
    );
  });
  const names = [
    ['--time-field', flags.timeField],
    ...(flags.newTerms ?? '').split(',').map((name) => ['--new-terms', name.trim()]),
    ...flags.termFallback.flatMap((text) => text.split(/[=,]/).map((name) => ['--term-fallback', name.trim()])),
  ];
  const ofNames = names.flatMap(([option, name = '']) => {
    const message = name === '' ? null : spelling(name);
    return message === null ? [] : [`${option}: ${message}`];
  });
  return [...ofQueries, ...ofNames, ...withoutLayout(flags)];
}

/** A named archive may have a layout of its own. */
function withoutLayout({ archive, layout, layoutTime, layoutSlack, layoutTz }: HuntFlags): readonly string[] {
  if (layout !== undefined || archive.some((text) => text.startsWith('@'))) return [];
  const given = Object.entries({ '--layout-time': layoutTime, '--layout-slack': layoutSlack, '--layout-tz': layoutTz });
  return given.flatMap(([option, value]) =>
    value === undefined ? [] : [`${option} ${value} says nothing without --layout: no key is read as a time`],
  );
}
