// Leaves that name no single field: free text, and field names with stars. They reach the fields that an event has, with the
// multi-fields that its values feed; a field of a type that the literal does not fit is passed over.

import { InputError, NO_REQUIREMENT, parseFieldPath, type EventView, type FieldPath } from '@coldhunt/core';
import type { LeafClause, LeafKind } from '../clauses/clause.ts';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { existsPredicate } from '../fields/exists-predicate.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { matchesGlob, type GlobParts } from '../fields/glob.ts';
import { rangePredicate } from '../fields/range-predicate.ts';
import { NEVER, type ValuePredicate } from '../fields/value-predicate.ts';
import { globPredicate, splitWords } from '../fields/wildcard-predicate.ts';
import { isLoneStar, valueText, type KqlIs, type KqlRange } from './kql-tree.ts';
import { printKql } from './print-kql.ts';

/** The test on the values at one path of an event: of its field and multi-fields, those that the clause reaches. */
interface PathTest {
  readonly path: FieldPath;
  readonly satisfies: ValuePredicate;
}

// The tests of a path are made once. An archive with ever new field names must not fill the memory.
const MAX_REMEMBERED_PATHS = 10_000;

/** Binds free text (no field) or a field name with stars. `group`: the full path of the nested group around. */
export function bindOpenLeaf(clause: KqlIs | KqlRange, types: FieldTypes, group: string | null): LeafClause {
  const { field, value } = clause;
  const isExistence = clause.kind === 'is' && isLoneStar(value);
  const isEverything = isExistence && (field === null || (group === null && isLoneStar(field)));
  const text = printKql(clause);
  const tests = isEverything ? () => [] : eventTests(clause, types, group);
  return {
    kind: 'leaf',
    leafKind: isEverything ? 'all' : leafKindOf(clause),
    text,
    key: JSON.stringify(['open', group, text]),
    fieldName: field === null ? null : valueText(field),
    matches: isEverything
      ? () => true
      : (event, nowMs) =>
          tests(event).some(({ path, satisfies }) => event.values(path).some((each) => satisfies(each, nowMs))),
    inspect: (event, nowMs) => {
      const satisfying = tests(event).flatMap(({ path, satisfies }) =>
        event.values(path).filter((each) => satisfies(each, nowMs)),
      );
      // All values of an event would be no explanation.
      return { values: satisfying, satisfying };
    },
    requirement: NO_REQUIREMENT,
    fields: isEverything ? [] : null,
    neededField: null,
    asks: null,
    term: null,
  };
}

function eventTests(
  clause: KqlIs | KqlRange,
  types: FieldTypes,
  group: string | null,
): (event: EventView) => readonly PathTest[] {
  const remembered = new Map<string, PathTest | null>();
  const testOf = (path: string): PathTest | null => {
    const known = remembered.get(path);
    if (known !== undefined) return known;
    const made = pathTest(path, clause, types, group);
    if (remembered.size >= MAX_REMEMBERED_PATHS) remembered.clear();
    remembered.set(path, made);
    return made;
  };
  return (event) => event.paths().flatMap((path) => testOf(path) ?? []);
}

function pathTest(path: string, clause: KqlIs | KqlRange, types: FieldTypes, group: string | null): PathTest | null {
  const prefix = group === null ? '' : `${group}.`;
  const full = prefix + path;
  const pattern = namePattern(clause, prefix);
  const predicates = [full, ...types.multiFields(full)]
    .filter((name) => pattern === null || matchesGlob(pattern, name))
    .map((name) => types.resolve(name))
    .filter((field) => field.path.name === full && isReachable(field.nestedPath, group, pattern !== null))
    .map(({ type }) => lenient(() => predicateOf(clause, type)))
    .filter((predicate) => predicate !== NEVER);
  if (predicates.length === 0) return null;
  return {
    path: parseFieldPath(path),
    satisfies: (value, nowMs) => predicates.some((predicate) => predicate(value, nowMs)),
  };
}

/** Which names the clause reaches, as full names; null: all. */
function namePattern({ field }: KqlIs | KqlRange, prefix: string): GlobParts | null {
  if (field === null) return null;
  const [first = '', ...rest] = field.kind === 'wildcard' ? field.parts : [valueText(field)];
  return [prefix + first, ...rest];
}

/** Outside groups a name with stars goes into nested objects by itself, free text does not; inside, neither goes deeper. */
function isReachable(nestedPath: string | null, group: string | null, hasName: boolean): boolean {
  if (group === null) return nestedPath === null || hasName;
  return nestedPath === null || nestedPath === group || group.startsWith(`${nestedPath}.`);
}

function predicateOf(clause: KqlIs | KqlRange, type: FieldType): ValuePredicate {
  const { value } = clause;
  const text = valueText(value);
  if (clause.kind === 'range') return rangePredicate(type, clause.operator, text);
  if (isLoneStar(value)) return existsPredicate(type);
  if (value.kind !== 'wildcard') {
    return equalsPredicate(type, text, { isPhrase: value.kind === 'text' && value.isQuoted });
  }
  if (clause.field !== null) return globPredicate(type, value.parts);
  const words = splitWords(value.parts)
    .map((word) =>
      lenient(() => (word.length === 1 ? equalsPredicate(type, word[0] as string) : globPredicate(type, word))),
    )
    .filter((predicate) => predicate !== NEVER);
  return words.length === 0 ? NEVER : (each, nowMs) => words.some((predicate) => predicate(each, nowMs));
}

/** A literal that does not fit a type matches none of its values. */
function lenient(build: () => ValuePredicate): ValuePredicate {
  try {
    return build();
  } catch (error) {
    if (error instanceof InputError && error.code === 'KQL_TYPE') return NEVER;
    throw error;
  }
}

function leafKindOf(clause: KqlIs | KqlRange): LeafKind {
  if (clause.kind === 'range') return 'range';
  if (isLoneStar(clause.value)) return 'exists';
  return clause.value.kind === 'wildcard' ? 'pattern' : 'equal';
}
