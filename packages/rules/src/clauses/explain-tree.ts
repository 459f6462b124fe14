// What an event had for a query, in the shape of the query: which parts hold, and for each leaf the values and the reason.

import { InputError, type EventView } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import { clausePredicate } from './clause-predicate.ts';
import type { Clause } from './clause.ts';
import { explainPart } from './explain-clause.ts';

/** `holds` null: values of it cannot be evaluated. */
export type ExplainedNode =
  | { readonly kind: 'clause'; readonly holds: boolean | null; readonly clause: ExplainedClause }
  | {
      readonly kind: 'all' | 'any' | 'none';
      readonly holds: boolean | null;
      readonly of: readonly ExplainedNode[];
    };

/** A `not` of one clause is that clause, said to be negated; of several it is `none`. */
export function explainTree(node: Clause, event: EventView, nowMs: number): ExplainedNode {
  const holds = holdsOn(node, event, nowMs);
  if (node.kind === 'leaf' || node.kind === 'nested')
    return { kind: 'clause', holds, clause: explainPart(node, false, { event, nowMs }) };
  if (node.kind !== 'not') {
    const kind = node.kind === 'and' ? 'all' : 'any';
    // What stands in brackets without need says nothing.
    const of = node.of
      .map((child) => explainTree(child, event, nowMs))
      .flatMap((part) => (part.kind === kind ? part.of : [part]));
    const [only] = of;
    return only !== undefined && of.length === 1 ? only : { kind, holds, of };
  }
  const inner = node.of;
  if (inner.kind === 'leaf' || inner.kind === 'nested')
    return { kind: 'clause', holds, clause: explainPart(inner, true, { event, nowMs }) };
  const parts = inner.kind === 'or' ? inner.of : [inner];
  return { kind: 'none', holds, of: parts.map((child) => explainTree(child, event, nowMs)) };
}

function holdsOn(node: Clause, event: EventView, nowMs: number): boolean | null {
  try {
    return clausePredicate(node)(event, nowMs);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
