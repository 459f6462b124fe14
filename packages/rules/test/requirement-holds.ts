// A necessary condition, asked of an event in the slow and obvious way.

import { scalarText, type EventView, type Requirement, type RequirementLeaf, type Scalar } from '@coldhunt/core';

/** A requirement as its readers apply it: one and the same value has one of the texts, lies within the bounds, satisfies the test. */
export function requirementHolds(requirement: Requirement, event: EventView): boolean {
  if (requirement.kind === 'all') return requirement.of.every((part) => requirementHolds(part, event));
  if (requirement.kind === 'any') return requirement.of.some((part) => requirementHolds(part, event));
  return event.values(requirement.path).some((value) => leafHolds(requirement, value));
}

function leafHolds({ literals, values, range, test }: RequirementLeaf, value: Scalar): boolean {
  const found = scalarText(value);
  const hasText = literals.some(({ text, ignoreCase }) =>
    ignoreCase ? asciiLower(found).includes(asciiLower(text)) : found.includes(text),
  );
  if (literals.length > 0 && !hasText) return false;
  if (values !== undefined && !values.includes(found)) return false;
  const { min = -Infinity, max = Infinity } = range ?? {};
  if (typeof value === 'number' && !(value >= min && value <= max)) return false;
  return test === undefined || test(value);
}

function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
