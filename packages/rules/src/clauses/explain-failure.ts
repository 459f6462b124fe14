// The clauses that decided that an event does not match: of an `and` the parts that fail, of an `or` that fails all of its parts; what lies
// in an alternative that another one made up for, or in a part that holds, decided nothing.

import { InputError, type EventView } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import { clausePredicate } from './clause-predicate.ts';
import type { Clause } from './clause.ts';
import { explainPart } from './explain-clause.ts';

/** In the order of the query; none when the event matches. */
export function explainFailure(node: Clause, event: EventView, nowMs: number): readonly ExplainedClause[] {
  return holds(node, event, nowMs) === true ? [] : blame(node, true, { event, nowMs });
}

/** `wanted`: what the node would have to be, and is not. */
function blame(
  node: Clause,
  wanted: boolean,
  on: { readonly event: EventView; readonly nowMs: number },
): readonly ExplainedClause[] {
  if (node.kind === 'leaf' || node.kind === 'nested') return [explainPart(node, !wanted, on)];
  if (node.kind === 'not') return blame(node.of, !wanted, on);
  const guilty = node.of.filter((child) => holds(child, on.event, on.nowMs) !== wanted);
  return guilty.flatMap((child) => blame(child, wanted, on));
}

/** null: its values cannot be evaluated, so that it neither holds nor fails. */
function holds(node: Clause, event: EventView, nowMs: number): boolean | null {
  try {
    return clausePredicate(node)(event, nowMs);
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
