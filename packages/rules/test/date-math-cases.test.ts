// Table 8.K: cases/date-math.txt.

import { expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { parseDateMath, subtractHistoryWindow } from '@coldhunt/rules';
import { readCases } from './read-cases.ts';

const rows: { line: number; nowMs: number; expression: string; expected: string }[] = [];
let nowMs = 0;
for (const { line, left, right } of readCases('date-math.txt')) {
  if (right === 'clock') nowMs = Date.parse(left.slice('now = '.length));
  else rows.push({ line, nowMs, expression: left, expected: right });
}

it.each(rows)('line $line: $expression', ({ nowMs: now, expression, expected }) => {
  if (expected.startsWith('error ')) {
    expect(() => parseDateMath(expression, now)).toThrow(InputError);
    expect(() => parseDateMath(expression, now)).toThrow(expect.objectContaining({ code: 'DATE_MATH_INVALID' }));
    expect(() => parseDateMath(expression, now)).toThrow(expected.slice('error '.length));
    return;
  }
  expect(new Date(parseDateMath(expression, now)).toISOString()).toBe(expected);
  expect(subtractHistoryWindow(now, expression)).toBe(Date.parse(expected));
});
