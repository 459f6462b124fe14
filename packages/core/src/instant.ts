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
