// KQL on a document, slow and obvious, written from semantics.md 4 and architecture.md (Time). The oracle of the property tests: it
// shares the syntax tree and the table of field types with the compiled matcher, nothing else.

import { JsonNumber, Timestamp, parseInstant, type Document, type DocumentValue, type Scalar } from '@coldhunt/core';
import type { FieldType, FieldTypes, KqlNode, KqlValue, ResolvedField } from '@coldhunt/rules';

/** One value of a document with the full name of the field that it stands in. */
interface Entry {
  readonly name: string;
  readonly value: Scalar;
}

export function referenceMatch(tree: KqlNode, document: Document, types: FieldTypes, nowMs: number): boolean {
  return matchesNode(tree, document, { types, nowMs, group: '' });
}

interface Scope {
  readonly types: FieldTypes;
  readonly nowMs: number;
  /** The full path of the nested object that `document` is, with a dot; empty for the whole document. */
  readonly group: string;
}

function matchesNode(node: KqlNode, document: DocumentValue, scope: Scope): boolean {
  switch (node.kind) {
    case 'and':
      return node.of.every((child) => matchesNode(child, document, scope));
    case 'or':
      return node.of.some((child) => matchesNode(child, document, scope));
    case 'not':
      return !matchesNode(node.of, document, scope);
    case 'nested': {
      const path = textOf(node.path);
      const full = scope.group + path;
      if (scope.types.isClosed && scope.types.resolve(full).type.kind !== 'nested') return false;
      return objectsAt(document, path).some((each) => matchesNode(node.of, each, { ...scope, group: `${full}.` }));
    }
    case 'is':
      return matchesIs(node.field, node.value, document, scope);
    case 'range':
      return fieldsOf(node.field, document, scope).some((field) =>
        valuesOf(field, document, scope).some((value) =>
          inRange(field.type, value, node.operator, textOf(node.value), scope.nowMs),
        ),
      );
  }
}

function matchesIs(name: KqlValue | null, value: KqlValue, document: DocumentValue, scope: Scope): boolean {
  const isExistence = isStar(value);
  if (isExistence && (name === null || (scope.group === '' && isStar(name)))) return true;
  return fieldsOf(name, document, scope).some((field) => {
    const values = valuesOf(field, document, scope);
    if (isExistence) {
      if (values.some((each) => isIndexed(field.type, each))) return true;
      const mayBeObject = ['dynamic', 'object', 'geo_point'].includes(field.type.kind);
      return name?.kind !== 'wildcard' && mayBeObject && entriesBelow(field, document, scope).length > 0;
    }
    return values.some((each) => matchesValue(field.type, each, value, name === null, scope.nowMs));
  });
}

/** The fields that a name denotes: one, or all that the document has and the pattern reaches. */
function fieldsOf(name: KqlValue | null, document: DocumentValue, scope: Scope): readonly ResolvedField[] {
  if (name !== null && name.kind !== 'wildcard') return [scope.types.resolve(scope.group + textOf(name))];
  const found: ResolvedField[] = [];
  for (const { name: path } of entries(document)) {
    const full = scope.group + path;
    for (const each of [full, ...scope.types.multiFields(full)]) {
      const field = scope.types.resolve(each);
      const isNamed = name === null || globMatches(scope.group + textOf(name), each);
      const isDeeper =
        scope.group === '' ? name === null && field.nestedPath !== null : isBelowGroup(field, scope.group);
      if (isNamed && !isDeeper && field.path.name === full) found.push(field);
    }
  }
  return found;
}

function isBelowGroup(field: ResolvedField, group: string): boolean {
  return field.nestedPath !== null && `${field.nestedPath}.` !== group && !group.startsWith(`${field.nestedPath}.`);
}

function valuesOf(field: ResolvedField, document: DocumentValue, scope: Scope): readonly Scalar[] {
  if (field.isFlattenedRoot) return entriesBelow(field, document, scope).map(({ value }) => value);
  const path = field.path.name.slice(scope.group.length);
  return entries(document)
    .filter(({ name }) => name === path)
    .map(({ value }) => value);
}

function entriesBelow(field: ResolvedField, document: DocumentValue, scope: Scope): readonly Entry[] {
  const path = field.path.name.slice(scope.group.length);
  return entries(document).filter(({ name }) => name.startsWith(`${path}.`));
}

/** Every scalar of a document with its dotted name: dotted keys and objects are one, arrays are flattened, nulls dropped. */
function entries(node: DocumentValue, prefix = ''): readonly Entry[] {
  if (node === null) return [];
  if (Array.isArray(node)) return node.flatMap((each) => entries(each, prefix));
  if (!isObject(node)) return [{ name: prefix, value: node as Scalar }];
  return Object.entries(node).flatMap(([key, child]) => entries(child, prefix === '' ? key : `${prefix}.${key}`));
}

function objectsAt(node: DocumentValue, path: string): readonly DocumentValue[] {
  if (Array.isArray(node)) return node.flatMap((each) => objectsAt(each, path));
  if (!isObject(node)) return [];
  if (path === '') return [node];
  return Object.entries(node as Document).flatMap(([key, child]) => {
    if (key === path) return objectsAt(child, '');
    return path.startsWith(`${key}.`) ? objectsAt(child, path.slice(key.length + 1)) : [];
  });
}

function isObject(node: DocumentValue): boolean {
  return node !== null && typeof node === 'object' && !(node instanceof JsonNumber) && !(node instanceof Timestamp);
}

function isStar(value: KqlValue): boolean {
  return value.kind === 'wildcard' && value.parts.length === 2 && value.parts.every((part) => part === '');
}

function textOf(value: KqlValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'wildcard') return value.parts.join('*');
  return value.kind === 'null' ? 'null' : String(value.value);
}

const STRINGS = ['keyword', 'wildcard', 'constant_keyword', 'flattened'];
const TEXTS = ['text', 'match_only_text'];
const NUMBERS = ['long', 'integer', 'double', 'float', 'scaled_float'];

function matchesValue(type: FieldType, value: Scalar, literal: KqlValue, isFree: boolean, nowMs: number): boolean {
  if (literal.kind !== 'wildcard')
    return equals(type, value, textOf(literal), nowMs, literal.kind === 'text' && literal.isQuoted);
  const isWhole = !isFree && ['keyword', 'dynamic', 'flattened'].includes(type.kind);
  const patterns = isWhole ? [literal.parts.join('*')] : literal.parts.join('*').split(/[ \t\n\r]+/);
  return patterns.some((pattern) => {
    if (pattern === '') return false;
    if (!pattern.includes('*')) return equals(type, value, pattern, nowMs, false);
    if (TEXTS.includes(type.kind))
      return tokens(String(plain(value))).some((token) => globMatches(pattern.toLowerCase(), token));
    if (!STRINGS.includes(type.kind) && type.kind !== 'dynamic') return false;
    if (type.kind === 'flattened' && pattern.indexOf('*') !== pattern.length - 1) return false;
    const term = termOf(type, value);
    return term !== null && globMatches(type.isLowerCase ? pattern.toLowerCase() : pattern, term);
  });
}

function equals(type: FieldType, value: Scalar, text: string, nowMs: number, isPhrase: boolean): boolean {
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
  if (value instanceof Timestamp)
    return inRange(DATE, value, 'gte', text, nowMs) && inRange(DATE, value, 'lte', text, nowMs);
  return compareNumbers(type, value, text) === 0;
}

const DATE = { kind: 'date' } as FieldType;

function inRange(type: FieldType, value: Scalar, operator: string, text: string, nowMs: number): boolean {
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
  return value instanceof Timestamp
    ? inRange(DATE, value, operator, text, nowMs)
    : holds(compareNumbers(type, value, text));
}

function isIndexed(type: FieldType, value: Scalar): boolean {
  if (STRINGS.includes(type.kind)) return termOf(type, value) !== null;
  if (TEXTS.includes(type.kind) || type.kind === 'geo_point' || type.kind === 'object') return true;
  if (type.kind === 'ip') return typeof value === 'string' && ipBits(value) !== null;
  if (NUMBERS.includes(type.kind)) return compareNumbers(type, value, '0') !== null;
  if (type.kind === 'boolean') return booleanOf(value) !== null;
  if (type.kind === 'date') return msOf(value) !== null;
  return type.kind === 'dynamic' && (typeof value !== 'string' || value.length <= type.ignoreAbove);
}

function termOf(type: FieldType, value: Scalar): string | null {
  if (type.kind === 'dynamic' && typeof value !== 'string') return null;
  const text = String(plain(value));
  if (text.length > type.ignoreAbove) return null;
  return type.isLowerCase ? text.toLowerCase() : text;
}

function plain(value: Scalar): string | number | boolean | bigint {
  if (value instanceof JsonNumber) return value.text;
  return value instanceof Timestamp ? value.toString() : value;
}

/** Of the test's texts: letters and digits run on; `.` and `:` join letters, `.` and `,` digits; an emoji is a word. */
function tokens(text: string): readonly string[] {
  const word = /(?:[\p{L}\d_]|(?<=\p{L})[.:'](?=\p{L})|(?<=\d)[.,;'](?=\d))+|\p{Extended_Pictographic}/gu;
  return text.toLowerCase().match(word) ?? [];
}

function booleanOf(value: Scalar): boolean | null {
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
function globMatches(pattern: string, text: string): boolean {
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
