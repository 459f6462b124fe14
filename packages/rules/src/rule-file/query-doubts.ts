// What in a rule's KQL reads like another language, with its place in the file.

import type { FieldTypes } from '../fields/field-types.ts';
import { kqlDoubts } from '../kql/kql-doubts.ts';
import { parseKql } from '../kql/parse-kql.ts';
import type { Rule } from '../rule.ts';
import { problemAt } from './problem-at.ts';
import type { RawRule } from './parse-rule-file.ts';
import type { RuleProblem } from './rule-problem.ts';

/** The rule is ready: its query parses. */
export function queryDoubts(raw: RawRule, { language, query }: Rule, types: FieldTypes): readonly RuleProblem[] {
  if (language !== 'kuery') return [];
  return kqlDoubts(parseKql(query), query, types).map(({ at, message }) => {
    const place = raw.placeIn('query', query, at.offset);
    if (place === null) return problemAt(raw, 'query', `at ${at.line}:${at.column} of the query: ${message}`);
    return { file: raw.file, line: place.line, column: place.column, path: 'query', message };
  });
}
