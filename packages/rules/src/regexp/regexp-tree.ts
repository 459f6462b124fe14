// The syntax tree of a regular expression of Lucene. Optional letter case is no part of it.

import type { CodePointSet } from './code-point-set.ts';

export type RegexpNode =
  /** The empty text alone. */
  | { readonly kind: 'blank' }
  /** No text at all. */
  | { readonly kind: 'none' }
  /** One code point. */
  | { readonly kind: 'character'; readonly code: number }
  /** One code point of the set, or with `isNegated` one outside of it. */
  | { readonly kind: 'class'; readonly set: CodePointSet; readonly isNegated: boolean }
  | { readonly kind: 'concat' | 'union' | 'intersection'; readonly of: readonly RegexpNode[] }
  | { readonly kind: 'complement'; readonly of: RegexpNode }
  /** `max` null: without end. */
  | { readonly kind: 'repeat'; readonly of: RegexpNode; readonly min: number; readonly max: number | null };

/** Any code point. */
export const ANY_CHARACTER: RegexpNode = { kind: 'class', set: [], isNegated: true };

/** Any text. */
export const ANY_TEXT: RegexpNode = { kind: 'repeat', of: ANY_CHARACTER, min: 0, max: null };
