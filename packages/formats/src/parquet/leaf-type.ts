// What a leaf column holds: its physical type, and how its values become values of an event.

import { JsonNumber, Timestamp, parseDocument, parseJson, type DocumentValue } from '@coldhunt/core';
import type { ParquetType, SchemaElement } from 'hyparquet';
import { decimalText, float16, shortestFloat, uuidBytes, uuidText } from './number-text.ts';
import { corrupt } from './corrupt.ts';

type Value = DocumentValue;

export interface LeafType {
  readonly physical: ParquetType;
  /** Bytes of a value of FIXED_LEN_BYTE_ARRAY. */
  readonly width: number;
  /** Values are UTF-8 text as it stands in the file: it may be searched as bytes. */
  readonly isText: boolean;
  /** Values may be objects and arrays, parsed from JSON. */
  readonly isJson: boolean;
  /** Values are ordered as the file's statistics order them. */
  readonly isOrdered: boolean;
  /** The bytes of the one stored value that has a text; 'none' where none can have it, null where that is not known. */
  toBytes(text: string): Buffer | 'none' | null;
  ofBytes(bytes: Buffer, from: number, to: number): Value;
  ofNumber(value: number): Value;
  ofBigint(value: bigint): Value;
}

const MAX_TIME_MS = 8_640_000_000_000_000n;
const MAX_DAYS = 100_000_000;
const MAX_SCALE = 100;
const SHALLOW_LENGTH = 1_000;

/** Names under which sentences and whole events are written, never one field of ECS with its fields below. */
const TEXT_COLUMNS = new Set(['message', 'raw', 'value', 'body', 'text', 'original', 'line', 'data']);

/** `isTop`: a column of the first level: Cribl and others write objects there as JSON text. Throws PARQUET_CORRUPT. */
export function leafType(element: SchemaElement, isTop: boolean): LeafType {
  const { type, type_length: length = 0 } = element;
  if (type === undefined) throw corrupt(`column ${element.name} has no type`);
  if (type === 'FIXED_LEN_BYTE_ARRAY' && !(length > 0)) throw corrupt(`column ${element.name} has no length`);
  const base = {
    physical: type,
    width: length,
    isText: false,
    isJson: false,
    isOrdered: false,
    toBytes: (): null => null,
    ofBytes: base64,
    ofNumber: (value: number): Value => value,
    ofBigint: integer,
  };
  if (type === 'BYTE_ARRAY') return { ...base, ...bytesType(element, isTop) };
  if (type === 'FIXED_LEN_BYTE_ARRAY') return { ...base, ...fixedType(element) };
  return { ...base, ...numberType(element) };
}

type Part = Partial<LeafType>;

function bytesType(element: SchemaElement, isTop: boolean): Part {
  const { converted_type: converted, logical_type: logical } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return decimalType(element);
  if (converted === 'JSON' || logical?.type === 'JSON') return { isJson: true, ofBytes: json };
  const isText = converted === 'UTF8' || converted === 'ENUM' || logical?.type === 'STRING' || logical?.type === 'ENUM';
  // Writers from before the annotation wrote strings so, others bytes.
  if (!isText) return { ofBytes: converted === undefined && logical === undefined ? textOrBase64 : base64 };
  const mayBeObject =
    isTop && /^(?:[a-z]+|data_stream)$/i.test(element.name) && !TEXT_COLUMNS.has(element.name.toLowerCase());
  return mayBeObject
    ? { isText: true, isJson: true, isOrdered: true, toBytes: textBytes, ofBytes: textOrObject }
    : { isText: true, isOrdered: true, toBytes: textBytes, ofBytes: text };
}

function fixedType(element: SchemaElement): Part {
  const { converted_type: converted, logical_type: logical, type_length: width } = element;
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return decimalType(element);
  if (logical?.type === 'UUID' && width === 16) return { isOrdered: true, toBytes: uuidBytes, ofBytes: uuidText };
  if (logical?.type === 'FLOAT16' && width === 2)
    return { ofBytes: (bytes, from) => finite(float16(bytes.readUInt16LE(from))) };
  return {};
}

function numberType(element: SchemaElement): Part {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (type === 'INT96') return { ofBigint: (nanos) => timestamp(nanos, 9) };
  if (type === 'FLOAT') return { isOrdered: true, ofNumber: (value) => finite(shortestFloat(value)) };
  if (type === 'DOUBLE') return { isOrdered: true, ofNumber: finite };
  if (type === 'BOOLEAN') return { ofNumber: (value) => value !== 0 };
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') return decimalType(element);
  if (logical?.type === 'TIMESTAMP' && type === 'INT64') return timestampType(logical.unit);
  if (converted === 'TIMESTAMP_MILLIS' && type === 'INT64') return timestampType('MILLIS');
  if (converted === 'TIMESTAMP_MICROS' && type === 'INT64') return timestampType('MICROS');
  if (converted === 'DATE' || logical?.type === 'DATE') return { isOrdered: true, ofNumber: date };
  if (logical?.type === 'TIME') return timeType(logical.unit);
  if (converted === 'TIME_MILLIS') return timeType('MILLIS');
  if (converted === 'TIME_MICROS') return timeType('MICROS');
  const isUnsigned = converted?.startsWith('UINT_') ?? (logical?.type === 'INTEGER' && !logical.isSigned);
  if (isUnsigned)
    return {
      isOrdered: true,
      ofNumber: (value) => value >>> 0,
      ofBigint: (value) => integer(BigInt.asUintN(64, value)),
    };
  return { isOrdered: true };
}

type TimeUnit = 'MILLIS' | 'MICROS' | 'NANOS';

const UNITS: Readonly<Record<TimeUnit, { readonly nanos: bigint; readonly digits: number }>> = {
  MILLIS: { nanos: 1_000_000n, digits: 3 },
  MICROS: { nanos: 1_000n, digits: 6 },
  NANOS: { nanos: 1n, digits: 9 },
};

function timestampType(unit: TimeUnit): Part {
  const { nanos, digits } = UNITS[unit];
  return { isOrdered: true, ofBigint: (value) => timestamp(value * nanos, digits) };
}

// What no calendar of ECMAScript can write stays the number of nanoseconds.
function timestamp(nanos: bigint, digits: number): Value {
  const ms = nanos / 1_000_000n;
  return ms < MAX_TIME_MS && -ms < MAX_TIME_MS ? new Timestamp(nanos, digits) : nanos;
}

function date(days: number): Value {
  if (Math.abs(days) > MAX_DAYS) return days;
  return new Date(days * 86_400_000).toISOString().split('T')[0] ?? days;
}

/** A time of day, with the digits of its fraction that say something. */
function timeType(unit: TimeUnit): Part {
  const { nanos } = UNITS[unit];
  const ofBigint = (value: bigint): Value => {
    const all = value * nanos;
    if (all < 0n || all >= 172_800_000_000_000n) return integer(value);
    const seconds = Number(all / 1_000_000_000n);
    const fraction = String(all % 1_000_000_000n)
      .padStart(9, '0')
      .replace(/0+$/, '');
    const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
    const whole = parts.map((part) => String(part).padStart(2, '0')).join(':');
    return fraction === '' ? whole : `${whole}.${fraction}`;
  };
  return { ofBigint, ofNumber: (value) => ofBigint(BigInt(value)) };
}

function decimalType(element: SchemaElement): Part {
  const { logical_type: logical } = element;
  const scale = element.scale ?? (logical?.type === 'DECIMAL' ? logical.scale : 0);
  if (!(scale >= 0 && scale <= MAX_SCALE)) throw corrupt(`column ${element.name} has a scale of ${scale}`);
  const ofBigint = (value: bigint): Value => exactNumber(decimalText(value, scale));
  return {
    ofBigint,
    ofNumber: (value) => ofBigint(BigInt(value)),
    ofBytes: (bytes, from, to) => {
      if (to === from) return null;
      const hex = bytes.toString('hex', from, to);
      return ofBigint(BigInt.asIntN((to - from) * 8, BigInt(`0x${hex}`)));
    },
  };
}

function exactNumber(digits: string): Value {
  const number = Number(digits);
  return String(number) === digits ? number : new JsonNumber(digits);
}

function integer(value: bigint): Value {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

// JSON has no other numbers, and no writer of JSON could have meant one.
function finite(value: number): Value {
  return Number.isFinite(value) ? value : null;
}

function text(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('utf8', from, to);
}

/** What is no UTF-8 is read as U+FFFD, of whatever bytes it was. */
function textBytes(value: string): Buffer | null {
  return value.isWellFormed() && !value.includes('\ufffd') ? Buffer.from(value) : null;
}

function base64(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('base64', from, to);
}

function textOrBase64(bytes: Buffer, from: number, to: number): string {
  const decoded = text(bytes, from, to);
  // oxlint-disable-next-line no-control-regex -- bytes with control characters are no text
  return /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ufffd]/.test(decoded) ? base64(bytes, from, to) : decoded;
}

function json(bytes: Buffer, from: number, to: number): Value {
  const decoded = text(bytes, from, to);
  try {
    const value = parseJson(decoded);
    // Short texts cannot be nested too deep. Within an object, which parseDocument asks for, any valid JSON may stand.
    return decoded.length <= SHALLOW_LENGTH ? value : (parseDocument(`{"v":${decoded}}`)['v'] ?? null);
  } catch {
    return decoded;
  }
}

function textOrObject(bytes: Buffer, from: number, to: number): Value {
  const decoded = text(bytes, from, to);
  return toObject(decoded) ?? decoded;
}

/** The object whose JSON text a text is, or null. */
export function toObject(held: string): { [key: string]: DocumentValue } | null {
  if (!/^\s*\{/.test(held) || !/\}\s*$/.test(held)) return null;
  try {
    return parseDocument(held);
  } catch {
    return null;
  }
}
