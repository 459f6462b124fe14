// The misspelled fields of a rule or of a query, each with its place where that is certain.

import type { FieldSpelling } from '../fields/field-spelling.ts';
import { problemAt } from './problem-at.ts';
import type { RawRule } from './parse-rule-file.ts';
import { compareProblems, type RuleProblem } from './rule-problem.ts';
import { placeAt, type Place } from './toml-places.ts';

/** `asked`: what the query and the filters look at. */
export function spellingWarnings(raw: RawRule, asked: ReadonlySet<string>, spelling: FieldSpelling): RuleProblem[] {
  const ofQuery = [...asked].flatMap((name) => {
    const message = spelling(name);
    return message === null ? [] : [queryWarning(raw, name, message)];
  });
  const ofKeys = fieldsOfKeys(raw.value).flatMap(([path, name]) => {
    const message = spelling(name);
    return message === null ? [] : [problemAt(raw, path, message)];
  });
  return [...ofQuery, ...ofKeys].toSorted(compareProblems);
}

function queryWarning(raw: RawRule, name: string, message: string): RuleProblem {
  const query = raw.value['query'];
  const offset = typeof query === 'string' ? fieldOffset(query, name) : null;
  if (typeof query !== 'string' || offset === null) {
    const isOfQuery = typeof query === 'string' && query.includes(name.slice(name.lastIndexOf('.') + 1));
    return problemAt(raw, isOfQuery ? 'query' : 'filters', message);
  }
  const place = raw.placeIn('query', query, offset);
  if (place === null) return problemAt(raw, 'query', message);
  return { file: raw.file, line: place.line, column: place.column, path: 'query', message };
}

export interface QueryWarning {
  /** In the query's text, from 1; null where the name is not written whole (a nested group splits it). */
  readonly place: Place | null;
  readonly message: string;
}

/** The misspelled fields of a query that stands alone, in any language; `asked`: the names that it looks at. */
export function misspelledFields(query: string, asked: ReadonlySet<string>, spelling: FieldSpelling): QueryWarning[] {
  return [...asked].flatMap((name) => {
    const message = spelling(name);
    if (message === null) return [];
    const offset = fieldOffset(query, name);
    return [{ place: offset === null ? null : placeAt(query, offset), message }];
  });
}

/** Where the name stands in the text for itself, in any language. */
function fieldOffset(query: string, name: string): number | null {
  for (let at = query.indexOf(name); at >= 0; at = query.indexOf(name, at + 1)) {
    const around = `${query[at - 1] ?? ' '}${query[at + name.length] ?? ' '}`;
    if (!/[\w.@*-]/.test(around)) return at;
  }
  return null;
}

/** The keys of a rule that name fields: path and name. */
function fieldsOfKeys(value: Readonly<Record<string, unknown>>): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  const take = (path: string, name: unknown): void => {
    if (typeof name === 'string' && name !== '') found.push([path, name]);
  };
  const takeAll = (path: string, names: unknown): void => {
    if (Array.isArray(names)) for (const name of names) take(path, name);
    else take(path, names);
  };
  const part = (object: unknown, key: string): unknown =>
    object !== null && typeof object === 'object' ? (object as Record<string, unknown>)[key] : undefined;
  takeAll('new_terms_fields', value['new_terms_fields']);
  for (const key of ['timestamp_override', 'timestamp_field', 'rule_name_override', 'event_category_override'])
    take(key, value[key]);
  takeAll('threshold', part(value['threshold'], 'field'));
  takeAll('alert_suppression', part(value['alert_suppression'], 'group_by'));
  for (const key of ['severity_mapping', 'risk_score_mapping']) {
    const entries = value[key];
    if (Array.isArray(entries)) for (const entry of entries) take(key, part(entry, 'field'));
  }
  return found;
}
