// The types of expressions, as far as EQL checks them.

import type { FieldType } from '../fields/field-type.ts';
import { isEqlNumber } from './eql-number.ts';
import type { EqlConstant } from './eql-tree.ts';

/** What an expression gives. `any`: a field without a mapping. */
export type EqlType = 'string' | 'number' | 'boolean' | 'ip' | 'date' | 'null' | 'any';

export function typeOfConstant(value: EqlConstant): EqlType {
  if (value === null) return 'null';
  if (isEqlNumber(value)) return 'number';
  return typeof value === 'string' ? 'string' : 'boolean';
}

/** Of a field that EQL can ask. */
export function typeOfField({ kind }: FieldType): EqlType {
  switch (kind) {
    case 'ip':
    case 'boolean':
    case 'date':
      return kind;
    case 'long':
    case 'integer':
    case 'double':
    case 'float':
    case 'scaled_float':
      return 'number';
    case 'dynamic':
    case 'unmapped':
      return 'any';
    default:
      return 'string';
  }
}

const NAMES: Readonly<Record<EqlType, string>> = {
  string: 'a string',
  number: 'a number',
  boolean: 'true or false',
  ip: 'an ip address',
  date: 'a date',
  null: 'null',
  any: 'a value of any type',
};

/** For messages. */
export function nameOfType(type: EqlType): string {
  return NAMES[type];
}
