// `number(text, base)`.

import { InputError } from '@coldhunt/core';
import { parseExactNumber } from '../../fields/exact-number.ts';
import { double, isLong, long, type EqlNumber } from '../eql-number.ts';

const MIN_BASE = 2;
const MAX_BASE = 36;

/**
 * The number that a text writes: in base 10 a long, or a double with fraction, exponent or more than a long holds; in any other a long.
 * Without a base `0x` means 16. Throws InputError EQL_ARITHMETIC for a text that is no number: the whole search fails by it.
 */
export function toNumber(text: string, base: EqlNumber | null): EqlNumber {
  const isHex = text.startsWith('0x');
  const radix = base === null ? (isHex ? 16 : 10) : Number(base.value);
  if (!(radix >= MIN_BASE && radix <= MAX_BASE)) {
    throw new InputError('EQL_ARITHMETIC', `number() knows no base ${radix}: it must lie between 2 and 36`);
  }
  const number = radix === 10 ? decimal(text) : wholeOf(isHex && radix === 16 ? text.slice(2) : text, radix);
  if (number !== null) return number;
  const written = text.length > 60 ? `${text.slice(0, 60)}…` : text;
  throw new InputError('EQL_ARITHMETIC', `number() cannot read "${written}" as a number of base ${radix}`);
}

function decimal(text: string): EqlNumber | null {
  const whole = wholeOf(text, 10);
  if (whole !== null) return whole;
  return parseExactNumber(text) === null ? null : double(Number(text));
}

/** A long; null for everything else. */
function wholeOf(text: string, radix: number): EqlNumber | null {
  const [, sign, digits = ''] = /^([+-]?)([0-9a-z]{1,200})$/i.exec(text) ?? [];
  let value = 0n;
  for (const digit of digits) {
    const worth = Number.parseInt(digit, radix);
    if (Number.isNaN(worth)) return null;
    value = value * BigInt(radix) + BigInt(worth);
  }
  if (sign === '-') value = -value;
  return digits !== '' && isLong(value) ? long(value) : null;
}
