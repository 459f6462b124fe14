// What an event must have for a test on one field to hold: the same for a clause of a query and for a rule's filter.

import { NO_REQUIREMENT, type Requirement, type Scalar } from '@coldhunt/core';
import type { ResolvedField } from '../fields/field-type.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';
import { allOf } from './combine-requirements.ts';
import type { Bounds } from './required-range.ts';
import type { RequiredTexts } from './required-text.ts';

/** A test on the values of a field, and what is known of the values that satisfy it. */
export interface FieldNeed {
  readonly satisfies: ValuePredicate;
  readonly texts: RequiredTexts;
  readonly range: Bounds | null;
  /** The literal of a plain equality with a term. */
  readonly term?: string | null;
  /** The answer depends on the time of the event. */
  readonly usesNow: boolean;
}

/** Necessary for some value of the field to satisfy the test. A flattened field itself has its values below its path: nothing is known. */
export function leafRequirement(field: ResolvedField, need: FieldNeed): Requirement {
  const { kind } = field.type;
  if (kind === 'object' || kind === 'unmapped' || field.isFlattenedRoot) return NO_REQUIREMENT;
  const { satisfies, texts, range, usesNow, term = null } = need;
  const [literals = [], ...rest] = texts;
  const { path } = field;
  return allOf([
    {
      kind: 'leaf',
      path,
      literals,
      ...(range === null ? {} : { range }),
      // Under a normalizer other texts are the same term.
      ...(term === null || field.type.isLowerCase ? {} : { values: [term] }),
      ...(usesNow ? {} : { test: (value: Scalar) => satisfies(value, 0) }),
    },
    ...rest.map((more) => ({ kind: 'leaf' as const, path, literals: more })),
  ]);
}
