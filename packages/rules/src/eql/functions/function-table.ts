// Every function of EQL by its name (semantics-eql.md 9). A new function is a new entry.

import { nearestWord } from '@coldhunt/core';
import { int, isEqlNumber } from '../eql-number.ts';
import type { EqlArithmeticOperator, EqlConstant } from '../eql-tree.ts';
import { computeArithmetic } from './arithmetic.ts';
import { between } from './between.ts';
import { cidrMatch } from './cidr-match.ts';
import type { EqlFunction, EqlParameter, EqlValueType } from './eql-function.ts';
import { indexOf } from './index-of.ts';
import { substring } from './substring.ts';
import { textHas } from './text-has.ts';
import { toNumber } from './to-number.ts';
import { numberArgument, textArgument, valueText } from './value-text.ts';

function parameter(name: string, type: EqlValueType, options: Partial<EqlParameter> = {}): EqlParameter {
  return { name, type, isOptional: false, isConstant: false, onNull: 'null', ...options };
}

const OPTIONAL = { isOptional: true, onNull: 'default' } as const;

function arithmetic(name: string, operator: EqlArithmeticOperator): EqlFunction {
  return {
    name,
    hasTilde: false,
    parameters: [parameter('left', 'number'), parameter('right', 'number')],
    isVariadic: false,
    result: 'number',
    evaluate: ([left = null, right = null]) => computeArithmetic(operator, numberArgument(left), numberArgument(right)),
  };
}

function test(name: string, how: 'starts' | 'ends' | 'contains'): EqlFunction {
  return {
    name,
    hasTilde: true,
    parameters: [parameter('source', 'string'), parameter('text', 'string')],
    isVariadic: false,
    result: 'boolean',
    evaluate: ([source = null, text = null], ignoreCase) =>
      textHas(how, { source: textArgument(source), text: textArgument(text), ignoreCase }),
  };
}

const FUNCTIONS: readonly EqlFunction[] = [
  arithmetic('add', '+'),
  {
    name: 'between',
    hasTilde: true,
    parameters: [
      parameter('source', 'string'),
      parameter('left', 'string'),
      parameter('right', 'string'),
      parameter('greedy', 'boolean', OPTIONAL),
    ],
    isVariadic: false,
    result: 'string',
    evaluate: ([source = null, left = null, right = null, greedy = null], ignoreCase) =>
      between(textArgument(source), textArgument(left), textArgument(right), { isGreedy: greedy === true, ignoreCase }),
  },
  {
    name: 'cidrMatch',
    hasTilde: false,
    parameters: [parameter('ip', 'ip'), parameter('block', 'string', { isConstant: true })],
    isVariadic: true,
    result: 'boolean',
    evaluate: ([ip = null, ...blocks]) =>
      cidrMatch(
        textArgument(ip),
        blocks.map((block) => textArgument(block)),
      ),
  },
  {
    name: 'concat',
    hasTilde: false,
    parameters: [parameter('value', 'any')],
    isVariadic: true,
    result: 'string',
    evaluate: (values) => values.map((value) => textArgument(value)).join(''),
  },
  arithmetic('divide', '/'),
  test('endsWith', 'ends'),
  {
    name: 'indexOf',
    hasTilde: true,
    parameters: [parameter('source', 'string'), parameter('text', 'string'), parameter('start', 'number', OPTIONAL)],
    isVariadic: false,
    result: 'integer',
    evaluate: ([source = null, text = null, start = null], ignoreCase) =>
      indexOf(textArgument(source), textArgument(text), { start: numberArgument(start), ignoreCase }),
  },
  {
    name: 'length',
    hasTilde: false,
    parameters: [parameter('source', 'string')],
    isVariadic: false,
    result: 'integer',
    evaluate: ([source = null]) => int(textArgument(source).length),
  },
  arithmetic('modulo', '%'),
  arithmetic('multiply', '*'),
  {
    name: 'number',
    hasTilde: false,
    parameters: [parameter('source', 'string'), parameter('base', 'integer', OPTIONAL)],
    isVariadic: false,
    result: 'number',
    evaluate: ([source = null, base = null]) => toNumber(textArgument(source), numberArgument(base)),
  },
  test('startsWith', 'starts'),
  {
    name: 'string',
    hasTilde: false,
    parameters: [parameter('value', 'any')],
    isVariadic: false,
    result: 'string',
    evaluate: ([value = null]) => (value === null ? null : valueText(value)),
  },
  test('stringContains', 'contains'),
  {
    name: 'substring',
    hasTilde: false,
    parameters: [
      parameter('source', 'string'),
      parameter('start', 'number', { onNull: 'default' }),
      parameter('end', 'number', OPTIONAL),
    ],
    isVariadic: false,
    result: 'string',
    evaluate: ([source = null, start = null, end = null]) =>
      substring(textArgument(source), numberArgument(start), numberArgument(end)),
  },
  arithmetic('subtract', '-'),
];

const BY_NAME: ReadonlyMap<string, EqlFunction> = new Map(FUNCTIONS.map((each) => [each.name.toLowerCase(), each]));

/** The function of this name, in whatever case it is written; null: there is none. */
export function findEqlFunction(name: string): EqlFunction | null {
  return BY_NAME.get(name.toLowerCase()) ?? null;
}

/** The function that was probably meant, for "did you mean". */
export function nearestEqlFunction(name: string): string | null {
  const known = [...BY_NAME.keys()];
  const nearest = nearestWord(name.toLowerCase().slice(0, 40), known);
  return nearest === null ? null : (BY_NAME.get(nearest)?.name ?? null);
}

/** Whether a value can stand for a parameter of this type; null can for every one. */
export function fitsType(value: EqlConstant, type: EqlValueType): boolean {
  if (value === null || type === 'any') return true;
  if (type === 'number') return isEqlNumber(value);
  if (type === 'integer') return isEqlNumber(value) && value.type !== 'double';
  return typeof value === (type === 'boolean' ? 'boolean' : 'string');
}
