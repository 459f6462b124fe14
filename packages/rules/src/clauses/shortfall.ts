// How far an event is from matching: the fewest clauses that would have to be otherwise. An event that differs in one is a near miss.

import { InputError, type EventView } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import { clausePredicate } from './clause-predicate.ts';
import type { Clause, LeafClause, NestedClause } from './clause.ts';
import { explainPart } from './explain-clause.ts';

interface Difference {
  readonly part: LeafClause | NestedClause;
  readonly isNegated: boolean;
}

interface Looking {
  readonly event: EventView;
  readonly nowMs: number;
}

/**
 * Those clauses in the order of the query, of several ways the first; none when the event matches; null when there are more than `most`.
 * A clause that stands twice counts twice, one that cannot be evaluated as one that is otherwise.
 */
export function shortfall(node: Clause, { event, nowMs }: Looking, most = Infinity): readonly ExplainedClause[] | null {
  const differences = look(node, true, { event, nowMs, most });
  return differences?.map(({ part, isNegated }) => explainPart(part, isNegated, { event, nowMs })) ?? null;
}

/** What keeps the node from being `wanted`; null: more than `most`. */
function look(
  node: Clause,
  wanted: boolean,
  { event, nowMs, most }: Looking & { readonly most: number },
): readonly Difference[] | null {
  if (node.kind === 'not') return look(node.of, !wanted, { event, nowMs, most });
  if (node.kind === 'leaf' || node.kind === 'nested') {
    if (holds(node, { event, nowMs }) === wanted) return [];
    return most < 1 ? null : [{ part: node, isNegated: !wanted }];
  }
  const needsAll = (node.kind === 'and') === wanted;
  if (needsAll) {
    const all: Difference[] = [];
    for (const child of node.of) {
      const more = look(child, wanted, { event, nowMs, most: most - all.length });
      if (more === null) return null;
      all.push(...more);
    }
    return all;
  }
  let least: readonly Difference[] | null = null;
  for (const child of node.of) {
    const found = look(child, wanted, { event, nowMs, most: least === null ? most : least.length - 1 });
    if (found !== null) least = found;
    if (least?.length === 0) return least;
  }
  // An alternative of nothing can never be had.
  return least;
}

/** null: its values cannot be evaluated, so that it neither holds nor fails. */
function holds(part: LeafClause | NestedClause, { event, nowMs }: Looking): boolean | null {
  try {
    return clausePredicate(part)(event, nowMs);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
