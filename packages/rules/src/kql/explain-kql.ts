// What an event had for each clause of a query, in words.

import { scalarText, Timestamp, type EventView, type Scalar } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import type { BoundLeaf, BoundNested, BoundNode, ClauseKind } from './bound-kql.ts';
import { compileBound } from './compile-bound.ts';
import { printKql } from './print-kql.ts';

const HOLDS: Readonly<Record<ClauseKind, string>> = {
  equal: 'a value is equal',
  pattern: 'a value fits the pattern',
  range: 'a value is in range',
  exists: 'the field has a value',
  all: 'every event has it',
};
const FAILS: Readonly<Record<ClauseKind, string>> = {
  equal: 'no value is equal',
  pattern: 'no value fits the pattern',
  range: 'no value is in range',
  exists: 'no value is indexed',
  all: 'no event has it',
};

// Values are shown to people; the evidence holds the whole of them.
const MAX_SHOWN_VALUES = 50;

/** One entry for each leaf of the query, in its order; a nested group counts as one. A clause under `not` says so. */
export function explainKql(node: BoundNode, event: EventView, nowMs: number): readonly ExplainedClause[] {
  const clauses: ExplainedClause[] = [];
  collect(node, false, (leaf, isNegated) => {
    clauses.push(
      leaf.kind === 'leaf' ? explainLeaf(leaf, isNegated, event, nowMs) : explainNested(leaf, isNegated, event, nowMs),
    );
  });
  return clauses;
}

function collect(
  node: BoundNode,
  isNegated: boolean,
  visit: (leaf: BoundLeaf | BoundNested, isNegated: boolean) => void,
): void {
  if (node.kind === 'leaf' || node.kind === 'nested') visit(node, isNegated);
  else if (node.kind === 'not') collect(node.of, !isNegated, visit);
  else for (const child of node.of) collect(child, isNegated, visit);
}

function explainLeaf(leaf: BoundLeaf, isNegated: boolean, event: EventView, nowMs: number): ExplainedClause {
  const isMatched = leaf.matches(event, nowMs);
  const { values, satisfying } = leaf.inspect(event, nowMs);
  const shown = isMatched ? satisfying : values;
  const whyNot = values.length === 0 ? 'no value' : FAILS[leaf.clauseKind];
  return {
    clause: negated(printKql(leaf.clause), isNegated),
    field: leaf.fieldName,
    holds: isMatched !== isNegated,
    values: shownTexts(shown),
    reason: isMatched ? (isNegated ? 'excluded by not' : HOLDS[leaf.clauseKind]) : whyNot,
  };
}

function explainNested(group: BoundNested, isNegated: boolean, event: EventView, nowMs: number): ExplainedClause {
  const isMatched = compileBound(group)(event, nowMs);
  const objects = event.objects(group.path);
  const inside = compileBound(group.of);
  const shown = isMatched ? objects.filter((object) => inside(object, nowMs)).slice(0, 1) : objects;
  const values = shown.flatMap((object) => innerValues(group.of, object, nowMs));
  const whyNot = objects.length === 0 ? 'no object' : 'no single object satisfies the group';
  return {
    clause: negated(group.clause, isNegated),
    field: group.fullPath.name,
    holds: isMatched !== isNegated,
    values: shownTexts(values),
    reason: isMatched ? (isNegated ? 'excluded by not' : 'an object satisfies the group') : whyNot,
  };
}

function innerValues(node: BoundNode, object: EventView, nowMs: number): readonly Scalar[] {
  const values: Scalar[] = [];
  collect(node, false, (leaf) => {
    if (leaf.kind === 'leaf') values.push(...leaf.inspect(object, nowMs).values);
    else for (const inner of object.objects(leaf.path)) values.push(...innerValues(leaf.of, inner, nowMs));
  });
  return values;
}

function negated(clause: string, isNegated: boolean): string {
  return isNegated ? `not ${clause}` : clause;
}

function shownTexts(values: readonly Scalar[]): readonly string[] {
  return values
    .slice(0, MAX_SHOWN_VALUES)
    .map((value) => (value instanceof Timestamp ? value.toString() : scalarText(value)));
}
