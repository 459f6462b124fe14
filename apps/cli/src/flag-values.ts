// Text of an option -> its value, or an error that says what was given and what was expected.

import { InvalidArgumentError } from 'commander';

/** A whole number of 0 and more. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`Expected a whole number, got "${text}".`);
  return Number(text);
}

/** A number of 0 and more, with a fraction if need be. */
export function decimalNumber(text: string): number {
  if (!/^\d{1,15}(?:\.\d+)?$/.test(text)) throw new InvalidArgumentError(`Expected a number, got "${text}".`);
  return Number(text);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  PB: 1e15,
  KIB: 1024,
  MIB: 1024 ** 2,
  GIB: 1024 ** 3,
  TIB: 1024 ** 4,
};

/** A number of bytes, plain or with a unit: `1000000`, `500MB`, `16MiB`. */
export function byteCount(text: string): number {
  const found = /^(\d{1,15}(?:\.\d+)?)\s*([A-Za-z]*)$/.exec(text);
  const unit = UNITS[(found?.[2] ?? '').toUpperCase()];
  if (found === null || unit === undefined)
    throw new InvalidArgumentError(`Expected bytes such as 500MB or 16MiB, got "${text}".`);
  return Math.floor(Number(found[1]) * unit);
}
