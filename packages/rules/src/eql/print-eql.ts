// Syntax tree -> EQL text that parses to the same tree. Parentheses stand where the grammar needs them.

import { EQL_KEYWORDS } from './eql-scanner.ts';
import type { EqlNumber } from './eql-number.ts';
import type { EqlConstant, EqlNode } from './eql-tree.ts';

/** How tightly a kind of expression binds: an operand that binds less than its place asks for is put in parentheses. */
const OR = 1;
const AND = 2;
const NOT = 3;
const COMPARISON = 4;
const SUM = 5;
const PRODUCT = 6;
const SIGN = 7;
const TEST = 8;
const PRIMARY = 9;

/** An expression as text. `x not in (…)` is written `not x in (…)`, which is the same. */
export function printEql(node: EqlNode): string {
  switch (node.kind) {
    case 'literal':
      return printEqlConstant(node.value);
    case 'field':
      return `${node.isOptional ? '?' : ''}${printEqlName(node.name)}`;
    case 'call':
      return `${node.name}${node.isCaseInsensitive ? '~' : ''}(${printList(node.arguments)})`;
    case 'comparison':
      return `${printWithin(node.left, SUM)} ${node.operator} ${printWithin(node.right, SUM)}`;
    case 'in':
      return `${printWithin(node.of, PRIMARY)} in${node.isCaseInsensitive ? '~' : ''} (${printList(node.list)})`;
    case 'match': {
      const patterns = printList(node.patterns);
      return `${printWithin(node.of, PRIMARY)} ${node.operator} ${node.patterns.length === 1 ? patterns : `(${patterns})`}`;
    }
    case 'arithmetic': {
      const level = levelOf(node);
      return `${printWithin(node.left, level)} ${node.operator} ${printWithin(node.right, level + 1)}`;
    }
    case 'negation':
      return `-${printWithin(node.of, SIGN)}`;
    case 'not':
      return `not ${printWithin(node.of, NOT)}`;
    case 'and':
    case 'or':
      return node.of.map((operand) => printWithin(operand, levelOf(node) + 1)).join(` ${node.kind} `);
  }
}

/** A literal as text. */
function printEqlConstant(value: EqlConstant): string {
  if (typeof value === 'string') return printEqlString(value);
  return typeof value === 'object' && value !== null ? printNumber(value) : String(value);
}

/** A string in double quotes. */
export function printEqlString(text: string): string {
  return `"${text.replaceAll(/["\\\b\t\n\f\r]/g, (character) => `\\${ESCAPES[character] ?? character}`)}"`;
}

/** The name of a field, in backticks where it needs them. */
export function printEqlName(name: string): string {
  const parts = name.split('.');
  return parts.includes('') ? quoteName(name) : parts.map((part) => (isPlain(part) ? part : quoteName(part))).join('.');
}

function printList(nodes: readonly EqlNode[]): string {
  return nodes.map((node) => printEql(node)).join(', ');
}

function printWithin(node: EqlNode, level: number): string {
  const text = printEql(node);
  return levelOf(node) < level ? `(${text})` : text;
}

function levelOf(node: EqlNode): number {
  switch (node.kind) {
    case 'or':
      return OR;
    case 'and':
      return AND;
    case 'not':
      return NOT;
    case 'comparison':
      return COMPARISON;
    case 'arithmetic':
      return node.operator === '+' || node.operator === '-' ? SUM : PRODUCT;
    case 'negation':
      return SIGN;
    case 'in':
    case 'match':
      return TEST;
    case 'literal':
      return printEql(node).startsWith('-') ? SIGN : PRIMARY;
    case 'field':
    case 'call':
      return PRIMARY;
  }
}

const ESCAPES: Readonly<Record<string, string>> = { '\b': 'b', '\t': 't', '\n': 'n', '\f': 'f', '\r': 'r' };

/** A double keeps a point or an exponent, by which it is known as one. */
function printNumber(number: EqlNumber): string {
  if (number.type !== 'double') return number.value.toString();
  const { value } = number;
  if (Number.isNaN(value)) return '(0.0 / 0.0)';
  if (!Number.isFinite(value)) return value > 0 ? '1e999' : '-1e999';
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function isPlain(part: string): boolean {
  return /^[A-Za-z_@][A-Za-z0-9_]*$/.test(part) && !EQL_KEYWORDS.has(part);
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
