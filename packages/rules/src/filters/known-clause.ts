// A filter's test on one field, with what an event must have for it: events without that need no exact test.

import { fieldClause, type FieldClause } from '../clauses/clause.ts';
import { compileEsDate } from '../date-math/compile-es-date.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import { leafRequirement, type FieldNeed } from '../kql/leaf-requirement.ts';

/** A clause that also says what an event must have for it. */
export function knownClause(field: ResolvedField, need: FieldNeed, text: string): FieldClause {
  return { ...fieldClause(field, need.satisfies, text), requirement: leafRequirement(field, need) };
}

/** Whether a text means another time for another event. */
export function usesNow({ type }: ResolvedField, text: string): boolean {
  return (type.kind === 'date' || type.kind === 'dynamic') && (compileEsDate(text)?.usesNow ?? false);
}
