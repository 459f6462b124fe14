// The syntax tree of an EQL query. It says what was written, not what it means for a type of field.

import type { TextPosition } from '../text-position.ts';
import type { EqlNumber } from './eql-number.ts';

export type EqlPosition = TextPosition;

/** What a literal can be. */
export type EqlConstant = string | boolean | EqlNumber | null;

export interface EqlLiteral {
  readonly kind: 'literal';
  readonly value: EqlConstant;
  readonly at: EqlPosition;
}

/** `process.name`, `?process.name`; the name without backticks. */
export interface EqlField {
  readonly kind: 'field';
  readonly name: string;
  readonly isOptional: boolean;
  readonly at: EqlPosition;
}

/** `length(x)`, `endsWith~(x, "y")`; the name as written, without the tilde. */
export interface EqlCall {
  readonly kind: 'call';
  readonly name: string;
  readonly isCaseInsensitive: boolean;
  readonly arguments: readonly EqlNode[];
  readonly at: EqlPosition;
}

export type EqlComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=';

/** `at` is the place of the operator. */
export interface EqlComparison {
  readonly kind: 'comparison';
  readonly operator: EqlComparisonOperator;
  readonly left: EqlNode;
  readonly right: EqlNode;
  readonly at: EqlPosition;
}

/** `in`, `in~`; `x not in (…)` is a `not` around it. `at` is the place of the operator. */
export interface EqlIn {
  readonly kind: 'in';
  readonly isCaseInsensitive: boolean;
  readonly of: EqlNode;
  readonly list: readonly EqlNode[];
  readonly at: EqlPosition;
}

export type EqlMatchOperator = ':' | 'like' | 'like~' | 'regex' | 'regex~';

/** A test against patterns, of which one must fit. `at` is the place of the operator. */
export interface EqlMatch {
  readonly kind: 'match';
  readonly operator: EqlMatchOperator;
  readonly of: EqlNode;
  readonly patterns: readonly EqlLiteral[];
  readonly at: EqlPosition;
}

export type EqlArithmeticOperator = '+' | '-' | '*' | '/' | '%';

/** `at` is the place of the operator. */
interface EqlArithmetic {
  readonly kind: 'arithmetic';
  readonly operator: EqlArithmeticOperator;
  readonly left: EqlNode;
  readonly right: EqlNode;
  readonly at: EqlPosition;
}

/** Unary minus of anything but a number, which carries its sign itself; unary plus leaves nothing behind. */
interface EqlNegation {
  readonly kind: 'negation';
  readonly of: EqlNode;
  readonly at: EqlPosition;
}

interface EqlNot {
  readonly kind: 'not';
  readonly of: EqlNode;
  readonly at: EqlPosition;
}

/** A whole chain; none of its operands is a chain of the same kind. */
export interface EqlChain {
  readonly kind: 'and' | 'or';
  readonly of: readonly EqlNode[];
  /** Where its first operand begins. */
  readonly at: EqlPosition;
}

/** An expression. The grammar lets tests stand where values do; what makes no sense is refused by the type check. */
export type EqlNode =
  | EqlLiteral
  | EqlField
  | EqlCall
  | EqlComparison
  | EqlIn
  | EqlMatch
  | EqlArithmetic
  | EqlNegation
  | EqlNot
  | EqlChain;

/** `| head 10`, `| tail 10`. */
export interface EqlPipe {
  readonly kind: 'head' | 'tail';
  readonly count: number;
  readonly at: EqlPosition;
}

/** `process where x`. */
export interface EqlEventFilter {
  /** null: `any`. */
  readonly category: string | null;
  readonly condition: EqlNode;
  readonly at: EqlPosition;
}

export interface EqlEventQuery extends EqlEventFilter {
  readonly kind: 'event';
  readonly pipes: readonly EqlPipe[];
}

/** One `[category where condition] by key with runs=n` of a sequence or sample. */
export interface EqlTerm extends EqlEventFilter {
  /** `![…]`: no such event. */
  readonly isMissing: boolean;
  readonly by: readonly EqlField[];
  /** null: not written, which is once. */
  readonly runs: number | null;
}

export interface EqlSequence {
  readonly kind: 'sequence';
  readonly by: readonly EqlField[];
  readonly maxspan: { readonly count: number; readonly unit: EqlTimeUnit } | null;
  readonly terms: readonly EqlTerm[];
  readonly until: EqlTerm | null;
  readonly pipes: readonly EqlPipe[];
  readonly at: EqlPosition;
}

export type EqlTimeUnit = 'ms' | 's' | 'm' | 'h' | 'd';

export interface EqlSample {
  readonly kind: 'sample';
  readonly by: readonly EqlField[];
  readonly terms: readonly EqlTerm[];
  readonly pipes: readonly EqlPipe[];
  readonly at: EqlPosition;
}

export type EqlStatement = EqlEventQuery | EqlSequence | EqlSample;
