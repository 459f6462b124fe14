// A regular expression of Lucene -> its tree (semantics-eql.md 8; L: RegExp.java, all optional operators on). What Lucene takes for an
// ordinary character is one here too: a `*` at the beginning, the second bar of `a||b`, `^` and `$`. Of Java's Pattern only what means
// the same here is read, and the rest refused.

import { InputError } from '@coldhunt/core';
import { parseClass, predefinedClass } from './parse-class.ts';
import { decimalInterval } from './decimal-interval.ts';
import { RegexpReader, type RegexpDialect } from './regexp-reader.ts';
import { ANY_CHARACTER, ANY_TEXT, type RegexpNode } from './regexp-tree.ts';

const MAX_DEPTH = 100;
const MAX_STACKED = 5;
const MAX_INT = 2 ** 31 - 1;

/** Java's `.`: all but line ends. */
const NO_LINE_END: RegexpNode = { kind: 'class', set: [10, 10, 13, 13, 0x85, 0x85, 0x20_28, 0x20_29], isNegated: true };

/** Throws InputError REGEXP_SYNTAX, or REGEXP_LIMIT for groups nested too deeply, with the place in the pattern. */
export function parseRegexp(pattern: string, dialect: RegexpDialect = 'lucene'): RegexpNode {
  const reader = new RegexpReader(pattern, dialect);
  if (reader.isAtEnd) return { kind: 'blank' };
  const node = parseUnion(reader, 0);
  if (!reader.isAtEnd) throw reader.error(reader.at, 'this ")" closes nothing: write \\) for the character');
  return node;
}

function parseUnion(reader: RegexpReader, depth: number): RegexpNode {
  if (depth > MAX_DEPTH) {
    throw new InputError('REGEXP_LIMIT', `regular expression nested deeper than ${MAX_DEPTH} levels: write it flatter`);
  }
  return parseOperands(reader, '|', 'union', () =>
    parseOperands(reader, '&', 'intersection', () => parseConcat(reader, depth)),
  );
}

function parseOperands(
  reader: RegexpReader,
  operator: string,
  kind: 'union' | 'intersection',
  next: () => RegexpNode,
): RegexpNode {
  const of = [next()];
  while (operator === '|' ? reader.takeIf('|') : reader.takeIfLucene(operator)) of.push(next());
  return of.length === 1 ? (of[0] as RegexpNode) : { kind, of };
}

function parseConcat(reader: RegexpReader, depth: number): RegexpNode {
  const ends = reader.isJava ? ')|' : ')|&';
  if (reader.isJava && (reader.isAtEnd || reader.isOneOf(ends))) return { kind: 'blank' };
  const of = [parseRepeat(reader, depth)];
  while (!reader.isAtEnd && !reader.isOneOf(ends)) of.push(parseRepeat(reader, depth));
  return of.length === 1 ? (of[0] as RegexpNode) : { kind: 'concat', of };
}

/** Repetitions may be stacked, each on what stands before it: `.*?` is `(.*)?`. */
function parseRepeat(reader: RegexpReader, depth: number): RegexpNode {
  let node = parseComplement(reader, depth);
  for (let stacked = 0; reader.isOneOf('?*+{'); stacked += 1) {
    if (reader.isJava && stacked > 0) return lazy(reader, node);
    if (stacked >= MAX_STACKED) {
      throw new InputError(
        'REGEXP_LIMIT',
        `more than ${MAX_STACKED} repetitions stand in a row in the regular expression`,
      );
    }
    if (reader.takeIf('?')) node = { kind: 'repeat', of: node, min: 0, max: 1 };
    else if (reader.takeIf('*')) node = { kind: 'repeat', of: node, min: 0, max: null };
    else if (reader.takeIf('+')) node = { kind: 'repeat', of: node, min: 1, max: null };
    else node = parseCounted(reader, node);
  }
  return node;
}

/** Java: a `?` after a repetition takes as little as it can, which changes nothing where the whole text must fit. */
function lazy(reader: RegexpReader, node: RegexpNode): RegexpNode {
  if (reader.takeIf('?') && !reader.isOneOf('?*+{')) return node;
  throw reader.error(reader.at, 'on the result of a function no repetition can follow another: use parentheses');
}

/** `{n}`, `{n,}`, `{n,m}`. */
function parseCounted(reader: RegexpReader, of: RegexpNode): RegexpNode {
  const openedAt = reader.at;
  reader.take();
  const min = reader.takeInteger();
  if (min === null)
    throw reader.error(
      reader.at,
      `a number is expected after "{", found ${reader.describe()}: write \\{ for the character`,
    );
  const max = reader.takeIf(',') ? reader.takeInteger() : min;
  if (!reader.takeIf('}')) throw reader.error(reader.at, `"}" is expected, found ${reader.describe()}`);
  if (max !== null && max < min) throw reader.error(openedAt, `the repetition {${min},${max}} ends before it begins`);
  return { kind: 'repeat', of, min, max };
}

function parseComplement(reader: RegexpReader, depth: number): RegexpNode {
  let isComplement = false;
  while (reader.takeIfLucene('~')) isComplement = !isComplement;
  const of = reader.takeIf('[') ? parseClass(reader) : parseSimple(reader, depth);
  return isComplement ? { kind: 'complement', of } : of;
}

function parseSimple(reader: RegexpReader, depth: number): RegexpNode {
  if (reader.takeIf('.')) return reader.isJava ? NO_LINE_END : ANY_CHARACTER;
  if (reader.takeIfLucene('#')) return { kind: 'none' };
  if (reader.takeIfLucene('@')) return ANY_TEXT;
  const openedAt = reader.at;
  if (reader.isJava && (reader.isOneOf('^$?*+{') || reader.text.startsWith('(?', openedAt))) {
    throw reader.error(
      openedAt,
      `${reader.describe()} is not supported here on the result of a function: the whole text must fit anyway; write a backslash before it for the character`,
    );
  }
  if (reader.takeIfLucene('"')) return literal(reader.takeThrough('"', openedAt));
  if (reader.takeIf('(')) return parseGroup(reader, openedAt, depth);
  if (reader.takeIfLucene('<')) return parseInterval(reader, openedAt);
  return predefinedClass(reader) ?? { kind: 'character', code: reader.takeCharacter() };
}

function parseGroup(reader: RegexpReader, openedAt: number, depth: number): RegexpNode {
  if (reader.takeIf(')')) return { kind: 'blank' };
  const of = parseUnion(reader, depth + 1);
  if (!reader.takeIf(')')) throw reader.error(openedAt, 'this "(" is not closed: write \\( for the character');
  return of;
}

/** `<n-m>`; a name in `<…>` would be an automaton of the application, of which there are none. */
function parseInterval(reader: RegexpReader, openedAt: number): RegexpNode {
  const written = reader.takeThrough('>', openedAt);
  const [, low, high] = /^(\d{1,10})-(\d{1,10})$/.exec(written) ?? [];
  if (low === undefined || high === undefined || Number(low) > MAX_INT || Number(high) > MAX_INT) {
    throw reader.error(openedAt, 'expected an interval like <1-99> after "<": write \\< for the character');
  }
  const [min, max] = [Math.min(Number(low), Number(high)), Math.max(Number(low), Number(high))];
  return decimalInterval(min, max, low.length === high.length ? low.length : 0);
}

function literal(text: string): RegexpNode {
  const of = Array.from(text, (character): RegexpNode => ({
    kind: 'character',
    code: character.codePointAt(0) as number,
  }));
  return of.length === 0 ? { kind: 'blank' } : { kind: 'concat', of };
}
