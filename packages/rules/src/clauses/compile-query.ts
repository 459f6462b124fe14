// A clause -> everything that a rule asks of its query. The same for every language.

import type { EventView, FieldPath, Requirement } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import type { EventPredicate } from '../fields/field-values.ts';
import type { Clause } from './clause.ts';
import { clauseFields } from './clause-fields.ts';
import { clausePredicate } from './clause-predicate.ts';
import { clauseNeededFields, clauseRequirement } from './clause-requirement.ts';
import { explainClause } from './explain-clause.ts';

export interface CompiledQuery {
  /** What the query was lowered into. */
  readonly clause: Clause;
  /** `nowMs` is what `now` in a date stands for. */
  readonly matches: EventPredicate;
  /** One entry for each clause of the query, whether it holds or not. */
  explain(event: EventView, nowMs: number): readonly ExplainedClause[];
  /** Necessary for `matches`. */
  readonly requirement: Requirement;
  /** Every field that is looked at, each with all that lies below it; null: any field (free text, names with stars). */
  readonly fields: readonly FieldPath[] | null;
  /** Fields of which every match has a value: all of the outer list, any of an inner one. */
  readonly neededFields: readonly (readonly string[])[];
}

export function compileQuery(clause: Clause): CompiledQuery {
  return {
    clause,
    matches: clausePredicate(clause),
    explain: (event, nowMs) => explainClause(clause, event, nowMs),
    requirement: clauseRequirement(clause),
    fields: clauseFields(clause),
    neededFields: clauseNeededFields(clause),
  };
}
