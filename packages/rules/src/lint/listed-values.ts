// The values that a test lists of a field that has one, and which of them the tests around it leave.

import type { Scalar } from '@coldhunt/core';
import type { QueryLeaf } from './query-part.ts';
import { isSingleValued } from './value-counts.ts';

/** A test that must hold (or, negated, must fail). */
export interface Literal {
  readonly leaf: QueryLeaf;
  readonly isNegated: boolean;
}

/** Kinds whose equality names one value in one way. Dates have units, texts have words, and values without a mapping any type. */
const LISTED_KINDS: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'constant_keyword', 'ip', 'long', 'integer']);

/** The path of the field that a test asks alone, where events have one value of it; null: not so. */
export function singlePath({ alone }: QueryLeaf): string | null {
  return alone !== null && isSingleValued(alone.path) ? alone.path : null;
}

/** The values of which an event must have one, perhaps in another case; null: others satisfy the test too, or none does. */
export function listedValues({ field, values, alone, interval, isExistence }: QueryLeaf): readonly Scalar[] | null {
  if (isExistence || field === null || alone === null || !LISTED_KINDS.has(field.type.kind)) return null;
  const isNumber = interval !== null && interval.min === interval.max;
  if (!isNumber && (values.length === 0 || !values.every(({ form }) => form === 'exact'))) return null;
  const listed = isNumber ? [interval.min] : values.map(({ text }) => toScalar(field.type.kind, text));
  const known = listed.filter((value) => value !== null && alone.holds(value) === true);
  // What the test itself does not take was not understood here.
  return known.length === listed.length ? (known as readonly Scalar[]) : null;
}

/** null: a network, which is many addresses, or a number that cannot be exact. */
function toScalar(kind: string, text: string): Scalar | null {
  if (kind === 'ip') return text.includes('/') ? null : text;
  if (kind !== 'long' && kind !== 'integer') return text;
  const number = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isSafeInteger(number) ? number : null;
}

/**
 * Whether a value that `list` lists is certain not to satisfy the other test. Who lists values without their case means all that have the
 * same letters: of these a test that minds case says nothing certain, nor one on a field beside it, which may fold others.
 */
export function excludes(other: Literal, value: Scalar, list: Literal): boolean {
  const { alone, field } = other.leaf;
  if (alone === null) return false;
  const isBeside = field !== null && field.name !== list.leaf.field?.name;
  if (list.leaf.alone?.mindsCase !== true && (alone.mindsCase || isBeside)) return false;
  if (!other.isNegated && isListedInAnyCase(other.leaf, value)) return false;
  return alone.holds(value) === other.isNegated;
}

/** Who asks for a name in two ways of writing it knows what is in the events. */
function isListedInAnyCase({ values }: QueryLeaf, value: Scalar): boolean {
  const folded = String(value).toLowerCase();
  return values.some(({ form, text }) => form === 'exact' && text.toLowerCase() === folded);
}
