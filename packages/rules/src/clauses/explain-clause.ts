// What an event had for each leaf of a clause, in words.

import { InputError, scalarText, Timestamp, type EventView, type Scalar } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import type { Clause, LeafClause, LeafKind, NestedClause } from './clause.ts';
import { clausePredicate } from './clause-predicate.ts';

const HOLDS: Readonly<Record<LeafKind, string>> = {
  equal: 'a value is equal',
  pattern: 'a value fits the pattern',
  range: 'a value is in range',
  exists: 'the field has a value',
  fits: 'a value fits',
  all: 'every event has it',
};
const FAILS: Readonly<Record<LeafKind, string>> = {
  equal: 'no value is equal',
  pattern: 'no value fits the pattern',
  range: 'no value is in range',
  exists: 'no value is indexed',
  fits: 'no value fits',
  all: 'no event has it',
};

// Values are shown to people; the evidence holds the whole of them.
const MAX_SHOWN_VALUES = 50;

// Lists of EQL run to tens of thousands of characters, and every alert carries its explanation.
const MAX_SHOWN_CLAUSE = 1_000;

/** One entry for each leaf of the query, in its order; a nested group counts as one. A clause under `not` says so. */
export function explainClause(node: Clause, event: EventView, nowMs: number): readonly ExplainedClause[] {
  const clauses: ExplainedClause[] = [];
  collect(node, false, (leaf, isNegated) => {
    clauses.push(explainPart(leaf, isNegated, { event, nowMs }));
  });
  return clauses;
}

/** What an event had for one leaf or group. */
export function explainPart(
  part: LeafClause | NestedClause,
  isNegated: boolean,
  { event, nowMs }: { readonly event: EventView; readonly nowMs: number },
): ExplainedClause {
  return part.kind === 'leaf'
    ? explainLeaf(part, isNegated, event, nowMs)
    : explainNested(part, isNegated, event, nowMs);
}

function collect(
  node: Clause,
  isNegated: boolean,
  visit: (leaf: LeafClause | NestedClause, isNegated: boolean) => void,
): void {
  if (node.kind === 'leaf' || node.kind === 'nested') visit(node, isNegated);
  else if (node.kind === 'not') collect(node.of, !isNegated, visit);
  else for (const child of node.of) collect(child, isNegated, visit);
}

function explainLeaf(leaf: LeafClause, isNegated: boolean, event: EventView, nowMs: number): ExplainedClause {
  const { values, satisfying } = leaf.inspect(event, nowMs);
  const head = { clause: negated(leaf.text, isNegated), field: leaf.fieldName };
  let isMatched: boolean;
  try {
    isMatched = leaf.matches(event, nowMs);
  } catch (error) {
    // The clause cannot be evaluated on this event: that is what there is to explain.
    if (!(error instanceof InputError)) throw error;
    return { ...head, holds: false, values: shownTexts(values), reason: error.message };
  }
  const whyNot = values.length === 0 ? 'no value' : FAILS[leaf.leafKind];
  return {
    ...head,
    holds: isMatched !== isNegated,
    values: shownTexts(isMatched ? satisfying : values),
    reason: isMatched ? (isNegated ? 'excluded by not' : HOLDS[leaf.leafKind]) : whyNot,
  };
}

function explainNested(group: NestedClause, isNegated: boolean, event: EventView, nowMs: number): ExplainedClause {
  const isMatched = clausePredicate(group)(event, nowMs);
  const objects = event.objects(group.path);
  const inside = clausePredicate(group.of);
  const shown = isMatched ? objects.filter((object) => inside(object, nowMs)).slice(0, 1) : objects;
  const values = shown.flatMap((object) => innerValues(group.of, object, nowMs));
  const whyNot = objects.length === 0 ? 'no object' : 'no single object satisfies the group';
  return {
    clause: negated(group.text, isNegated),
    field: group.fullPath.name,
    holds: isMatched !== isNegated,
    values: shownTexts(values),
    reason: isMatched ? (isNegated ? 'excluded by not' : 'an object satisfies the group') : whyNot,
  };
}

function innerValues(node: Clause, object: EventView, nowMs: number): readonly Scalar[] {
  const values: Scalar[] = [];
  collect(node, false, (leaf) => {
    if (leaf.kind === 'leaf') values.push(...leaf.inspect(object, nowMs).values);
    else for (const inner of object.objects(leaf.path)) values.push(...innerValues(leaf.of, inner, nowMs));
  });
  return values;
}

function negated(clause: string, isNegated: boolean): string {
  const shown = clause.length > MAX_SHOWN_CLAUSE ? `${clause.slice(0, MAX_SHOWN_CLAUSE - 1)}…` : clause;
  return isNegated ? `not ${shown}` : shown;
}

function shownTexts(values: readonly Scalar[]): readonly string[] {
  return values
    .slice(0, MAX_SHOWN_VALUES)
    .map((value) => (value instanceof Timestamp ? value.toString() : scalarText(value)));
}
