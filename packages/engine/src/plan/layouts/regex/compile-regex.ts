// A regular expression with named groups -> the reading of a key. The leftmost match counts, as everywhere.

import { InputError } from '@coldhunt/core';
import type { PartFinder } from '../layout.ts';
import { checkUnits, type TimeParts, type TimeUnit } from '../time-parts.ts';
import { parseRegex } from './parse-regex.ts';
import { runRegex } from './run-regex.ts';
import { toProgram } from './regex-program.ts';

const GROUPS: Readonly<Record<string, TimeUnit>> = {
  year: 'year',
  month: 'month',
  day: 'day',
  hour: 'hour',
  minute: 'minute',
  second: 'second',
  doy: 'dayOfYear',
  epoch: 'epoch',
};

/** Throws InputError LAYOUT_INVALID. */
export function compileRegex(source: string): PartFinder {
  const { root, groups } = parseRegex(source);
  const units = groups.map((name) => {
    const unit = GROUPS[name];
    if (unit !== undefined) return unit;
    throw invalid(source, `unknown group "${name}"; known are ${Object.keys(GROUPS).join(', ')}`);
  });
  const problem = checkUnits(new Set(units));
  if (problem !== null) throw invalid(source, problem);
  const program = toProgram(root, source);
  return (key) => {
    const slots = runRegex(program, groups.length, key);
    if (slots === null) return [];
    const parts: Partial<Record<TimeUnit, number>> = {};
    for (const [index, unit] of units.entries()) {
      const [from = -1, to = -1] = slots.slice(index * 2, index * 2 + 2);
      if (from < 0 || to < 0) continue;
      const text = key.slice(from, to);
      if (!/^\d{1,13}$/.test(text)) return [];
      parts[unit] = unit === 'year' && text.length === 2 ? 2000 + Number(text) : Number(text);
    }
    return isWhole(parts) ? [parts] : [];
  };
}

// A group in a branch that was not taken leaves its part out.
function isWhole(parts: TimeParts): boolean {
  return checkUnits(new Set(Object.keys(parts) as TimeUnit[])) === null;
}

function invalid(source: string, reason: string): InputError {
  return new InputError('LAYOUT_INVALID', `cannot use the layout ${JSON.stringify(source)}: ${reason}`, {
    details: { layout: source },
  });
}
