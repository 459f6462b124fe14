// A necessary condition, asked of an event in the slow and obvious way.

import type { EventView, Requirement } from '@coldhunt/core';

/** A requirement as its readers apply it: texts in the values' text, bounds on numbers, tests on values. */
export function requirementHolds(requirement: Requirement, event: EventView): boolean {
  if (requirement.kind === 'all') return requirement.of.every((part) => requirementHolds(part, event));
  if (requirement.kind === 'any') return requirement.of.some((part) => requirementHolds(part, event));
  const { literals, range, test } = requirement;
  const values = event.values(requirement.path);
  if (literals.length > 0) {
    const isFound = values.some((value) =>
      literals.some(({ text, ignoreCase }) => {
        const found = typeof value === 'object' && 'text' in value ? value.text : String(value);
        return ignoreCase ? asciiLower(found).includes(asciiLower(text)) : found.includes(text);
      }),
    );
    if (!isFound) return false;
  }
  if (range !== undefined && values.length > 0 && values.every((value) => typeof value === 'number')) {
    const { min = -Infinity, max = Infinity } = range;
    if (!values.some((value) => (value as number) >= min && (value as number) <= max)) return false;
  }
  return test === undefined || values.some((value) => test(value));
}

function asciiLower(text: string): string {
  return text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
}
