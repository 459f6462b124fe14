// EQL's arithmetic: Java's (semantics-eql.md 6.5). A double makes the result a double, then unsigned_long, long and int.

import { InputError } from '@coldhunt/core';
import { double, isInt, isLong, isUnsignedLong, type EqlNumber } from '../eql-number.ts';
import type { EqlArithmeticOperator } from '../eql-tree.ts';

/** Both null-safe: null in, null out. Throws InputError EQL_ARITHMETIC on overflow and on division of whole numbers by zero. */
export function computeArithmetic(
  operator: EqlArithmeticOperator,
  left: EqlNumber | null,
  right: EqlNumber | null,
): EqlNumber | null {
  if (left === null || right === null) return null;
  if (left.type === 'double' || right.type === 'double') {
    return double(doubleResult(operator, Number(left.value), Number(right.value)));
  }
  const type = widest(left.type, right.type);
  const written = `${left.value} ${operator} ${right.value}`;
  if ((operator === '/' || operator === '%') && right.value === 0n) {
    throw new InputError('EQL_ARITHMETIC', `${written} divides by zero`);
  }
  return checked(wholeResult(operator, left.value, right.value), type, written);
}

/** Unary minus. Throws InputError EQL_ARITHMETIC where the type has no such number. */
export function negateNumber(number: EqlNumber): EqlNumber {
  if (number.type === 'double') return double(-number.value);
  return checked(-number.value, number.type, `-(${number.value})`);
}

function doubleResult(operator: EqlArithmeticOperator, left: number, right: number): number {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

/** Division cuts off toward zero, the remainder has the sign of the dividend: in BigInt as in Java. */
function wholeResult(operator: EqlArithmeticOperator, left: bigint, right: bigint): bigint {
  switch (operator) {
    case '+':
      return left + right;
    case '-':
      return left - right;
    case '*':
      return left * right;
    case '/':
      return left / right;
    case '%':
      return left % right;
  }
}

type WholeType = 'int' | 'long' | 'unsigned_long';

function widest(left: WholeType, right: WholeType): WholeType {
  if (left === 'unsigned_long' || right === 'unsigned_long') return 'unsigned_long';
  return left === 'long' || right === 'long' ? 'long' : 'int';
}

const FITS: Readonly<Record<WholeType, (value: bigint) => boolean>> = {
  int: isInt,
  long: isLong,
  unsigned_long: isUnsignedLong,
};

function checked(value: bigint, type: WholeType, written: string): EqlNumber {
  if (FITS[type](value)) return { type, value };
  throw new InputError('EQL_ARITHMETIC', `${written} is more than ${type} can hold`);
}
