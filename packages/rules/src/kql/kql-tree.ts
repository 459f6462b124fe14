// The syntax tree of a KQL query. It says what was written, not what it means for a type of field.

import type { TextPosition } from '../text-position.ts';

export type KqlPosition = TextPosition;

export type KqlValue =
  | { readonly kind: 'text'; readonly text: string; readonly isQuoted: boolean; readonly at: KqlPosition }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly at: KqlPosition }
  | { readonly kind: 'null'; readonly at: KqlPosition }
  /** The literal parts between the stars: `a*b` is ['a', 'b'], `*` is ['', '']. */
  | { readonly kind: 'wildcard'; readonly parts: readonly string[]; readonly at: KqlPosition };

/** A field name: quoted names are literal, unquoted ones may hold stars (then a wildcard value). */
export type KqlField = KqlValue;

export interface KqlIs {
  readonly kind: 'is';
  /** null: free text. */
  readonly field: KqlField | null;
  readonly value: KqlValue;
}

export interface KqlRange {
  readonly kind: 'range';
  readonly field: KqlField;
  readonly operator: 'lt' | 'lte' | 'gt' | 'gte';
  readonly value: KqlValue;
}

export interface KqlNested {
  readonly kind: 'nested';
  readonly path: KqlField;
  readonly of: KqlNode;
}

export type KqlNode =
  | KqlIs
  | KqlRange
  | KqlNested
  | { readonly kind: 'not'; readonly of: KqlNode }
  | { readonly kind: 'and'; readonly of: readonly KqlNode[] }
  | { readonly kind: 'or'; readonly of: readonly KqlNode[] };

/** The text of a literal as it was meant: stars of a wildcard as `*`, `true`, `null`. */
export function valueText(value: KqlValue): string {
  switch (value.kind) {
    case 'text':
      return value.text;
    case 'boolean':
      return String(value.value);
    case 'null':
      return 'null';
    case 'wildcard':
      return value.parts.join('*');
  }
}

/** Whether a literal is the star alone. */
export function isLoneStar(value: KqlValue): boolean {
  return value.kind === 'wildcard' && value.parts.length === 2 && value.parts[0] === '' && value.parts[1] === '';
}
