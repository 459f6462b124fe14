// Values of a document against literals, slow and obvious, written from semantics.md 4: what the reference matchers of both languages
// share. Nothing of the compiled predicates is used.

import { JsonNumber, Timestamp, parseInstant, type DocumentValue, type Scalar } from '@coldhunt/core';
import type { FieldType } from '@coldhunt/rules';

/** One value of a document with the full name of the field that it stands in. */
export interface Entry {
  readonly name: string;
  readonly value: Scalar;
}

/** Every scalar of a document with its dotted name: dotted keys and objects are one, arrays are flattened, nulls dropped. */
export function entries(node: DocumentValue, prefix = ''): readonly Entry[] {
  if (node === null) return [];
  if (Array.isArray(node)) return node.flatMap((each) => entries(each, prefix));
  if (!isObject(node)) return [{ name: prefix, value: node as Scalar }];
  return Object.entries(node).flatMap(([key, child]) => entries(child, prefix === '' ? key : `${prefix}.${key}`));
}

export function isObject(node: DocumentValue): boolean {
  return node !== null && typeof node === 'object' && !(node instanceof JsonNumber) && !(node instanceof Timestamp);
}

export const STRINGS = ['keyword', 'wildcard', 'constant_keyword', 'flattened'];
export const TEXTS = ['text', 'match_only_text'];
export const NUMBERS = ['long', 'integer', 'double', 'float', 'scaled_float'];

export function equals(type: FieldType, value: Scalar, text: string, nowMs: number, isPhrase: boolean): boolean {
  if (STRINGS.includes(type.kind)) return termOf(type, value) === (type.isLowerCase ? text.toLowerCase() : text);
  if (TEXTS.includes(type.kind)) {
    const wanted = tokens(text);
    const found = tokens(String(plain(value)));
    if (wanted.length === 0) return false;
    if (!isPhrase) return wanted.some((token) => found.includes(token));
    return found.some((_, from) => wanted.every((token, index) => found[from + index] === token));
  }
  if (type.kind === 'ip') {
    const [address = '', length] = text.split('/');
    const wanted = ipBits(address);
    const found = typeof value === 'string' ? ipBits(value) : null;
    if (wanted === null || found === null) return false;
    const bits = length === undefined ? 128 : Number(length) + (address.includes(':') ? 0 : 96);
    return wanted.slice(0, bits) === found.slice(0, bits);
  }
  if (NUMBERS.includes(type.kind)) return compareNumbers(type, value, text) === 0;
  if (type.kind === 'boolean') return ['true', 'false'].includes(text) && booleanOf(value) === (text === 'true');
  if (type.kind === 'date') return inRange(type, value, 'gte', text, nowMs) && inRange(type, value, 'lte', text, nowMs);
  if (type.kind !== 'dynamic') return false;
  if (typeof value === 'string') return value === text && text.length <= type.ignoreAbove;
  if (typeof value === 'boolean') return String(value) === text;
  if (value instanceof Timestamp) return String(value) === text;
  return compareNumbers(type, value, text) === 0;
}

export function inRange(type: FieldType, value: Scalar, operator: string, text: string, nowMs: number): boolean {
  const holds = (order: number | null): boolean => {
    if (order === null) return false;
    return operator === 'lt' ? order < 0 : operator === 'lte' ? order <= 0 : operator === 'gt' ? order > 0 : order >= 0;
  };
  if (type.kind === 'constant_keyword') return false;
  if (STRINGS.includes(type.kind)) {
    const term = termOf(type, value);
    return term !== null && holds(byBytes(term, type.isLowerCase ? text.toLowerCase() : text));
  }
  if (TEXTS.includes(type.kind)) return tokens(String(plain(value))).some((token) => holds(byBytes(token, text)));
  if (type.kind === 'ip') {
    const bound = ipBits(text);
    const found = typeof value === 'string' ? ipBits(value) : null;
    return bound !== null && found !== null && holds(found < bound ? -1 : found > bound ? 1 : 0);
  }
  if (NUMBERS.includes(type.kind)) return holds(compareNumbers(type, value, text));
  if (type.kind === 'date') {
    const bounds = dateBounds(text, nowMs);
    const ms = msOf(value);
    if (bounds === null || ms === null) return false;
    return holds(ms - (operator === 'gt' || operator === 'lte' ? bounds.ceil : bounds.floor));
  }
  if (type.kind !== 'dynamic') return false;
  if (typeof value === 'string') return value.length <= type.ignoreAbove && holds(byBytes(value, text));
  if (typeof value === 'boolean') return false;
  return holds(value instanceof Timestamp ? byBytes(String(value), text) : compareNumbers(type, value, text));
}

export function isIndexed(type: FieldType, value: Scalar): boolean {
  if (STRINGS.includes(type.kind)) return termOf(type, value) !== null;
  if (TEXTS.includes(type.kind) || type.kind === 'geo_point') return true;
  if (type.kind === 'ip') return typeof value === 'string' && ipBits(value) !== null;
  if (NUMBERS.includes(type.kind)) return compareNumbers(type, value, '0') !== null;
  if (type.kind === 'boolean') return booleanOf(value) !== null;
  if (type.kind === 'date') return msOf(value) !== null;
  return type.kind === 'dynamic' && (typeof value !== 'string' || value.length <= type.ignoreAbove);
}

export function termOf(type: FieldType, value: Scalar): string | null {
  if (type.kind === 'dynamic' && typeof value !== 'string' && !(value instanceof Timestamp)) return null;
  const text = String(plain(value));
  if (text.length > type.ignoreAbove) return null;
  return type.isLowerCase ? text.toLowerCase() : text;
}

export function plain(value: Scalar): string | number | boolean | bigint {
  if (value instanceof JsonNumber) return value.text;
  return value instanceof Timestamp ? value.toString() : value;
}

/** Of the test's texts: letters and digits run on; `.` and `:` join letters, `.` and `,` digits; an emoji is a word. */
export function tokens(text: string): readonly string[] {
  const word = /(?:[\p{L}\d_]|(?<=\p{L})[.:'](?=\p{L})|(?<=\d)[.,;'](?=\d))+|\p{Extended_Pictographic}/gu;
  return text.toLowerCase().match(word) ?? [];
}

export function booleanOf(value: Scalar): boolean | null {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' || value === '' ? false : null;
}

function msOf(value: Scalar): number | null {
  const nanos = parseInstant(value);
  if (nanos === null) return null;
  const ms = nanos / 1_000_000n;
  return Number(nanos < 0n && ms * 1_000_000n !== nanos ? ms - 1n : ms);
}

/** Dates of the test: `YYYY-MM-DD`, `YYYY-MM-DDThh:mm:ssZ`, epoch milliseconds, `now`, and each with `-1d` or `/d`. */
function dateBounds(text: string, nowMs: number): { floor: number; ceil: number } | null {
  const day = 86_400_000;
  const [, anchor = '', math = ''] = /^(.*?)(?:(?:\|\|)?(-1d|\/d))?$/.exec(text) ?? [];
  const isDay = /^\d{4}-\d\d-\d\d$/.test(anchor);
  const isNumber = /^\d{5,19}$/.test(anchor);
  const isSecond = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(anchor);
  const start =
    anchor === 'now' ? nowMs : isNumber ? Number(anchor) : isDay || isSecond ? Date.parse(anchor) : Number.NaN;
  if (Number.isNaN(start)) return null;
  if (math === '-1d') return { floor: start - day, ceil: start - day };
  if (math === '/d') return { floor: Math.floor(start / day) * day, ceil: Math.floor(start / day) * day + day - 1 };
  return { floor: start, ceil: start + (isDay ? day - 1 : isSecond ? 999 : 0) };
}

/** The order of a value and a literal as numbers of the type, or null when either is none. */
function compareNumbers(type: FieldType, value: Scalar, text: string): number | null {
  if (typeof value === 'boolean' || value instanceof Timestamp) return null;
  if (typeof value === 'string' && type.kind === 'dynamic') return null;
  const literal = fractionOf(text);
  const found = fractionOf(String(plain(value)));
  if (literal === null || found === null) return null;
  const scale = type.kind === 'scaled_float' ? type.scalingFactor : 1;
  if (type.kind === 'double' || type.kind === 'scaled_float') {
    const double = Number(plain(value)) * scale;
    return (scale === 1 ? double : Math.round(double)) - Number(text) * scale;
  }
  if (type.kind === 'float') return Math.fround(Number(plain(value))) - Math.fround(Number(text));
  if (type.kind === 'dynamic') return compareFractions(found, literal);
  const whole = found.top / found.bottom;
  const limit = type.kind === 'integer' ? 2n ** 31n : 2n ** 63n;
  if (whole >= limit || whole < -limit) return null;
  return compareFractions({ top: whole, bottom: 1n }, literal);
}

interface Fraction {
  readonly top: bigint;
  readonly bottom: bigint;
}

function fractionOf(text: string): Fraction | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  if (whole + fraction === '') return null;
  const power = Number(exponent) - fraction.length;
  const top = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  return power < 0 ? { top, bottom: 10n ** BigInt(-power) } : { top: top * 10n ** BigInt(power), bottom: 1n };
}

function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.top * b.bottom;
  const right = b.top * a.bottom;
  return left < right ? -1 : left > right ? 1 : 0;
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The 128 bits of an address as a string of 0 and 1, IPv4 as IPv4-mapped IPv6. */
function ipBits(text: string): string | null {
  const v4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1);
  if (v4 !== undefined) {
    if (v4.some((octet) => Number(octet) > 255 || (octet.length > 1 && octet.startsWith('0')))) return null;
    return '0'.repeat(80) + '1'.repeat(16) + v4.map((octet) => Number(octet).toString(2).padStart(8, '0')).join('');
  }
  if (!URL.canParse(`http://[${text}]/`)) return null;
  const [head = '', tail] = new URL(`http://[${text}]/`).hostname.slice(1, -1).split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = groups(tail ?? '');
  const all = tail === undefined ? before : [...before, ...Array(8 - before.length - after.length).fill('0'), ...after];
  return all.map((group) => Number.parseInt(group, 16).toString(2).padStart(16, '0')).join('');
}

/** Anchored at both ends, only `*` special: tried in every way. */
export function globMatches(pattern: string, text: string): boolean {
  let reachable = new Set([0]);
  for (const character of pattern) {
    const next = new Set<number>();
    for (const at of reachable) {
      if (character !== '*') {
        if (text.startsWith(character, at)) next.add(at + character.length);
        continue;
      }
      for (let end = at; end <= text.length; end += 1) next.add(end);
    }
    reachable = next;
  }
  return reachable.has(text.length);
}
