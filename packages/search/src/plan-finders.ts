// Literals -> the cheapest mixture of finders that together find them, for the search in JavaScript.

import { InvariantError, type LineLiteral } from '@coldhunt/core';
import type { Finder } from './finder.ts';
import { foldByte } from './fold-byte.ts';
import { createLiteralFinder } from './literal-finder.ts';
import { createPrefixFinder } from './prefix-finder.ts';
import { createTableFinder } from './table-finder.ts';

/** Above this many literals one pass over a table is cheaper than a native pass for each. */
const MAX_NATIVE_PASSES = 3;
/** From this many literals with a common beginning on, one native pass finds the beginning of all. */
const MIN_PREFIX_GROUP = 3;
const PREFIX_BYTES = 4;

/** The finders that together find exactly these literals. */
export function planFinders(literals: readonly LineLiteral[]): readonly Finder[] {
  const distinct = distinctLiterals(literals);
  const groups = new Map<string, LineLiteral[]>();
  const rest: LineLiteral[] = [];
  for (const literal of distinct) {
    const prefix = groupPrefix(literal);
    if (prefix === null) rest.push(literal);
    else groups.set(prefix, [...(groups.get(prefix) ?? []), literal]);
  }
  const finders: Finder[] = [];
  for (const members of groups.values()) {
    if (members.length < MIN_PREFIX_GROUP) rest.push(...members);
    else finders.push(groupFinder(members));
  }
  return [...finders, ...restFinders(rest)];
}

function restFinders(rest: readonly LineLiteral[]): readonly Finder[] {
  const isNative = rest.length <= MAX_NATIVE_PASSES && rest.every((literal) => isCaseless(literal));
  if (isNative) return rest.map((literal) => createLiteralFinder(literal.bytes));
  const single = rest.filter((literal) => literal.bytes.length < 2);
  const longer = rest.filter((literal) => literal.bytes.length >= 2);
  const finders = single.flatMap((literal) => spellings(literal).map((bytes) => createLiteralFinder(bytes)));
  return longer.length === 0 ? finders : [...finders, createTableFinder(longer)];
}

function groupFinder(members: readonly LineLiteral[]): Finder {
  const prefix = (members[0] as LineLiteral).bytes.subarray(0, PREFIX_BYTES);
  return createPrefixFinder(
    prefix,
    members.map(({ bytes }) => [bytes[PREFIX_BYTES] as number, bytes[PREFIX_BYTES + 1] as number] as const),
  );
}

/** The common beginning under which a literal may be grouped, or null when its shape does not fit. */
function groupPrefix(literal: LineLiteral): string | null {
  if (literal.bytes.length !== PREFIX_BYTES + 2 || !isCaseless(literal)) return null;
  return Buffer.from(literal.bytes.subarray(0, PREFIX_BYTES)).toString('latin1');
}

function isCaseless({ bytes, ignoreCase }: LineLiteral): boolean {
  return !ignoreCase || bytes.every((byte) => foldByte(byte) === byte && !(byte >= 0x61 && byte <= 0x7a));
}

function spellings({ bytes, ignoreCase }: LineLiteral): readonly Uint8Array[] {
  const folded = bytes.map((byte) => foldByte(byte));
  const upper = folded.map((byte) => (byte >= 0x61 && byte <= 0x7a ? byte - 32 : byte));
  return ignoreCase && !isCaseless({ bytes, ignoreCase }) ? [folded, upper] : [bytes];
}

/** Each literal once. */
function distinctLiterals(literals: readonly LineLiteral[]): readonly LineLiteral[] {
  const kept = new Map<string, LineLiteral>();
  for (const literal of literals) {
    if (literal.bytes.length === 0) throw new InvariantError('INVARIANT', 'an empty literal stands in every line');
    const text = Buffer.from(literal.ignoreCase ? literal.bytes.map(foldByte) : literal.bytes).toString('latin1');
    kept.set(`${literal.ignoreCase ? 'i' : 's'}${text}`, literal);
  }
  return [...kept.values()];
}
