// Times as events carry them -> nanoseconds since 1970 UTC. Elasticsearch's `strict_date_optional_time||epoch_millis`,
// with a fraction of any length (cut after nanoseconds) and offsets as real writers give them.

import { JsonNumber, Timestamp, type Scalar } from './scalar.ts';

const ISO =
  /^([+-]?\d{4,6})(?:-(\d{2})(?:-(\d{2})(?:[T ](?:(\d{2})(?::(\d{2})(?::(\d{2})(?:[.,](\d+))?)?)?)?(Z|[+-]\d{2}(?::?\d{2})?)?)?)?)?$/i;
// Longer integers are no times, and would only cost time.
const EPOCH = /^-?\d{1,19}$/;
const DECIMAL = /^(-?)(\d{1,19})\.(\d+)$/;
const NANOS_PER_MS = 1_000_000n;

/** Nanoseconds of a time value, or null when it is no time. Integers and digit strings of 5 and more are epoch milliseconds. */
export function parseInstant(value: Scalar): bigint | null {
  if (value instanceof Timestamp) return value.nanos;
  if (typeof value === 'bigint') return value * NANOS_PER_MS;
  if (typeof value === 'number') return Number.isFinite(value) ? fractionalMillis(String(value)) : null;
  if (value instanceof JsonNumber) return fractionalMillis(value.text);
  if (typeof value !== 'string') return null;
  const text = value.trim();
  if (text.length >= 5 && EPOCH.test(text)) return BigInt(text) * NANOS_PER_MS;
  return parseIso(text);
}

/**
 * The same in whole milliseconds (floor), null when it is no time. Hot path: the spelling that nearly all events have,
 * `2026-02-01T10:00:00.123Z` with or without a fraction of any length, is read without a bigint.
 */
export function parseMillis(value: Scalar): number | null {
  if (typeof value === 'string') {
    const ms = plainMillis(value);
    if (ms !== null) return ms;
  }
  const nanos = parseInstant(value);
  return nanos === null ? null : toMillis(nanos);
}

/** null: not that spelling, or no such day or time. */
function plainMillis(text: string): number | null {
  const { length } = text;
  if (length < 20 || text.charCodeAt(length - 1) !== 0x5a) return null;
  if (text[4] !== '-' || text[7] !== '-' || text[10] !== 'T' || text[13] !== ':' || text[16] !== ':') return null;
  const year = digitsAt(text, 0, 4);
  const month = digitsAt(text, 5, 2);
  const day = digitsAt(text, 8, 2);
  const hour = digitsAt(text, 11, 2);
  const minute = digitsAt(text, 14, 2);
  const second = digitsAt(text, 17, 2);
  // Years below 100 mean others to Date.UTC.
  if (year < 100 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23) return null;
  if (minute < 0 || minute > 59 || second < 0 || second > 59) return null;
  let ms = 0;
  if (length > 20) {
    if (text[19] !== '.' || length < 22) return null;
    for (let at = 20; at < length - 1; at += 1) {
      const digit = text.charCodeAt(at) - 0x30;
      if (digit < 0 || digit > 9) return null;
      if (at < 23) ms = ms * 10 + digit;
    }
    for (let at = length - 1; at < 23; at += 1) ms *= 10;
  }
  const midnight = Date.UTC(year, month - 1, day);
  if (day > 28 && new Date(midnight).getUTCDate() !== day) return null;
  return midnight + ((hour * 60 + minute) * 60 + second) * 1000 + ms;
}

/** -1: not all are digits. */
function digitsAt(text: string, at: number, count: number): number {
  let number = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}

/** Floor of nanoseconds to milliseconds, Elasticsearch's resolution. */
export function toMillis(nanos: bigint): number {
  const quotient = nanos / NANOS_PER_MS;
  return Number(nanos % NANOS_PER_MS < 0n ? quotient - 1n : quotient);
}

/** Whether a time in milliseconds can be written as ISO 8601 by ECMAScript (±8.64e15). */
export function isWritableTime(ms: number): boolean {
  return Number.isInteger(ms) && Math.abs(ms) <= 8_640_000_000_000_000;
}

function fractionalMillis(text: string): bigint | null {
  if (EPOCH.test(text)) return BigInt(text) * NANOS_PER_MS;
  const decimal = DECIMAL.exec(text);
  if (decimal !== null) {
    const [, sign = '', whole = '', fraction = ''] = decimal;
    const nanos = BigInt(whole) * NANOS_PER_MS + BigInt(fraction.slice(0, 6).padEnd(6, '0'));
    return sign === '-' ? -nanos : nanos;
  }
  const ms = Number(text);
  if (!Number.isFinite(ms) || Math.abs(ms) > 8_640_000_000_000_000) return null;
  return BigInt(Math.round(ms * 1_000_000));
}

function parseIso(text: string): bigint | null {
  const found = ISO.exec(text);
  if (found === null) return null;
  const [, year = '', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    found;
  const fields = [Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second)] as const;
  const ms = utcMillis(fields);
  if (ms === null) return null;
  const offset = offsetMillis(zone);
  if (offset === null) return null;
  const nanos = BigInt(fraction.slice(0, 9).padEnd(9, '0'));
  return BigInt(ms - offset) * NANOS_PER_MS + nanos;
}

function utcMillis(fields: readonly [number, number, number, number, number, number]): number | null {
  const [year, month, day, hour, minute, second] = fields;
  if (month < 1 || month > 12 || day < 1 || hour > 24 || minute > 59 || second > 59) return null;
  if (hour === 24 && (minute > 0 || second > 0)) return null;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCDate() !== day) return null;
  date.setUTCHours(hour, minute, second);
  const ms = date.getTime();
  return Number.isNaN(ms) ? null : ms;
}

function offsetMillis(zone: string): number | null {
  if (zone === 'Z' || zone === 'z') return 0;
  const sign = zone.startsWith('-') ? -1 : 1;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 18 || minutes > 59) return null;
  return sign * (hours * 60 + minutes) * 60_000;
}
