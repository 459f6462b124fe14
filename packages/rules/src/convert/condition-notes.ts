// Where the answer of SQL may differ from Elasticsearch's although every clause can be said.

import { isTextual } from '../fields/field-type.ts';
import type { Condition, TestCondition } from './condition.ts';

export function conditionNotes(condition: Condition): readonly string[] {
  const tests = [...testsOf(condition)];
  const notes: string[] = [];
  const tell = (isNeeded: boolean, note: string): void => {
    if (isNeeded) notes.push(note);
  };
  const lengths = new Set(
    tests
      .filter(({ field, test }) => isFinite(field.type.ignoreAbove) && mayBeLong(test))
      .map(({ field }) => field.type.ignoreAbove),
  );
  for (const length of lengths)
    notes.push(`values longer than ${length} characters are not indexed by Elasticsearch, and count here`);
  tell(
    tests.some(({ field, test }) => field.type.kind === 'date' && test.kind !== 'exists'),
    'times are read as ISO 8601 in UTC: one with another offset, or in milliseconds since 1970, is another time or none here',
  );
  tell(
    tests.some(({ field, test }) => isTextual(field.type) && mayBeFraction(test)),
    'a number in a field of texts is compared as the database writes it, 1.50 as 1.5',
  );
  tell(
    tests.some(({ field }) => field.type.kind === 'ip'),
    'addresses are compared as they are written: IPv6 in its shortest form is expected',
  );
  tell(
    tests.some(({ field }) => field.type.kind === 'dynamic'),
    'fields without a known type are compared as texts',
  );
  return notes;
}

function* testsOf(condition: Condition): Generator<TestCondition> {
  if (condition.kind === 'test') yield condition;
  else if (condition.kind === 'not') yield* testsOf(condition.of);
  else if (condition.kind === 'and' || condition.kind === 'or') for (const part of condition.of) yield* testsOf(part);
}

/** A text that a number with a fraction or an exponent may stand for. */
function mayBeFraction(test: TestCondition['test']): boolean {
  if (test.kind === 'range') return FRACTION.test(test.text);
  return test.kind === 'texts' && [...test.texts, ...test.patterns].some((text) => FRACTION.test(text));
}

const FRACTION = /^-?[\d*?]*(?=[.eE*?])[\d.eE*?+-]*\d[\d.eE*?+-]*$/;

function mayBeLong(test: TestCondition['test']): boolean {
  return test.kind !== 'texts' || test.patterns.length > 0;
}
