// A necessary condition of a rule, for ruling out bytes, lines, rows and row groups before the exact match. It may let too much
// through, never too little (architecture.md, rule 6).

import type { FieldPath } from './field-path.ts';
import type { Scalar } from './scalar.ts';

/**
 * Text that must stand in the value of the field (before any encoding). A value that is no string counts with its text (13, 1.0, true):
 * so bytes may be searched where values are stored as text (JSON, columns of strings), never in columns of numbers, booleans or times.
 */
export interface Literal {
  readonly text: string;
  /** Letters of ASCII match in either case; such a text is all ASCII. */
  readonly ignoreCase: boolean;
}

/** One and the same value of the field satisfies all that is said. */
export interface RequirementLeaf {
  readonly kind: 'leaf';
  readonly path: FieldPath;
  /** Any of these literals stands in the value. Empty: nothing is known about its text. */
  readonly literals: readonly Literal[];
  /** The value's text is one of these; absent: unknown. */
  readonly values?: readonly string[];
  /** The value lies within these bounds (both inclusive), when it is numeric or a time in milliseconds. */
  readonly range?: { readonly min?: number; readonly max?: number };
  /** The value satisfies this; absent: unknown. Must hold for every Scalar that a matching event can have. */
  readonly test?: (value: Scalar) => boolean;
}

export type Requirement =
  | { readonly kind: 'all'; readonly of: readonly Requirement[] }
  | { readonly kind: 'any'; readonly of: readonly Requirement[] }
  | RequirementLeaf;

/** True for every event: `all` of nothing. */
export const NO_REQUIREMENT: Requirement = { kind: 'all', of: [] };
