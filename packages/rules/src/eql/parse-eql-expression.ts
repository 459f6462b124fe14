// The expressions of EQL (semantics-eql.md 2): or, and, not, one comparison, sums, products, signs, one test on a value.

import { isEqlNumber, negateLiteral } from './eql-number.ts';
import { deeper } from './eql-depth.ts';
import type { EqlScanner } from './eql-scanner.ts';
import type {
  EqlArithmeticOperator,
  EqlComparisonOperator,
  EqlLiteral,
  EqlMatchOperator,
  EqlNode,
} from './eql-tree.ts';
import { expected } from './expected.ts';
import { parseField, parsePath, takeLiteral } from './parse-eql-field.ts';

const COMPARISONS: readonly EqlComparisonOperator[] = ['==', '!=', '<', '<=', '>', '>='];
const MATCHES: readonly EqlMatchOperator[] = [':', 'like', 'like~', 'regex', 'regex~'];

/** Parses the longest expression that stands here; what follows is the caller's to judge. */
export function parseExpression(scanner: EqlScanner, depth = 0): EqlNode {
  return parseChain(scanner, 'or', depth);
}

/** A chain keeps its operands flat, whatever its length and parentheses. */
function parseChain(scanner: EqlScanner, kind: 'and' | 'or', depth: number): EqlNode {
  const next = kind === 'or' ? () => parseChain(scanner, 'and', depth) : () => parseNot(scanner, depth);
  const { from } = scanner.token;
  const first = next();
  if (!scanner.is(kind)) return first;
  const of: EqlNode[] = [];
  addOperand(of, kind, first);
  while (scanner.takeIf(kind)) addOperand(of, kind, next());
  return { kind, of, at: scanner.position(from) };
}

function addOperand(operands: EqlNode[], kind: 'and' | 'or', operand: EqlNode): void {
  if (operand.kind !== kind) operands.push(operand);
  else for (const each of operand.of) operands.push(each);
}

function parseNot(scanner: EqlScanner, depth: number): EqlNode {
  if (!scanner.is('not')) return parseComparison(scanner, depth);
  const at = scanner.here();
  scanner.take();
  return { kind: 'not', of: parseNot(scanner, deeper(scanner, depth)), at };
}

function parseComparison(scanner: EqlScanner, depth: number): EqlNode {
  const left = parseSum(scanner, depth);
  const { from } = scanner.token;
  const operator = takeOneOf(scanner, COMPARISONS);
  if (operator === null) return left;
  const right = parseSum(scanner, depth);
  if (COMPARISONS.some((each) => scanner.is(each))) {
    throw scanner.error(
      scanner.token.from,
      `a comparison cannot go on with ${scanner.describe()}: join two comparisons with "and", or use parentheses`,
    );
  }
  return { kind: 'comparison', operator, left, right, at: scanner.position(from) };
}

function parseSum(scanner: EqlScanner, depth: number): EqlNode {
  return parseArithmetic(scanner, ['+', '-'], () =>
    parseArithmetic(scanner, ['*', '/', '%'], () => parseSign(scanner, depth)),
  );
}

function parseArithmetic(
  scanner: EqlScanner,
  operators: readonly EqlArithmeticOperator[],
  next: () => EqlNode,
): EqlNode {
  let left = next();
  for (;;) {
    const { from } = scanner.token;
    const operator = takeOneOf(scanner, operators);
    if (operator === null) return left;
    left = { kind: 'arithmetic', operator, left, right: next(), at: scanner.position(from) };
  }
}

function parseSign(scanner: EqlScanner, depth: number): EqlNode {
  if (!scanner.is('+') && !scanner.is('-')) return parseTest(scanner, depth);
  const at = scanner.here();
  if (scanner.takeIf('+')) return parseSign(scanner, deeper(scanner, depth));
  scanner.take();
  const of = parseSign(scanner, deeper(scanner, depth));
  if (of.kind !== 'literal' || !isEqlNumber(of.value)) return { kind: 'negation', of, at };
  return { kind: 'literal', value: negateLiteral(of.value), at };
}

/** A value, or one test on it. */
function parseTest(scanner: EqlScanner, depth: number): EqlNode {
  const of = parsePrimary(scanner, depth);
  if (scanner.token.kind !== 'keyword' && !scanner.is(':')) return of;
  const at = scanner.here();
  if (scanner.takeIf('not')) {
    if (!scanner.is('in') && !scanner.is('in~')) {
      throw scanner.error(
        at.offset,
        `only "in" can follow "not" here, found ${scanner.describe()}: write the "not" before the value, as in not x : "a"`,
      );
    }
    return { kind: 'not', of: parseIn(scanner, of, depth), at };
  }
  if (scanner.is('in') || scanner.is('in~')) return parseIn(scanner, of, depth);
  const operator = takeOneOf(scanner, MATCHES);
  if (operator === null) return of;
  return { kind: 'match', operator, of, patterns: parsePatterns(scanner, operator), at };
}

function parseIn(scanner: EqlScanner, of: EqlNode, depth: number): EqlNode {
  const at = scanner.here();
  const isCaseInsensitive = scanner.takeIf('in~');
  if (!isCaseInsensitive) scanner.take();
  if (!scanner.is('(')) throw expected(scanner, '"(" and a list of values');
  const list = parseList(scanner, () => parseExpression(scanner, deeper(scanner, depth)));
  if (list.length === 0) throw scanner.error(at.offset, 'the list of "in" is empty: write at least one value');
  return { kind: 'in', isCaseInsensitive, of, list, at };
}

function parsePatterns(scanner: EqlScanner, operator: EqlMatchOperator): readonly EqlLiteral[] {
  const pattern = (): EqlLiteral => {
    const literal = takeLiteral(scanner);
    if (literal !== null) return literal;
    throw expected(
      scanner,
      `a string after "${operator}"`,
      'two fields cannot be compared, nor can anything be computed here',
    );
  };
  const { from } = scanner.token;
  if (!scanner.is('(')) return [pattern()];
  const patterns = parseList(scanner, pattern);
  if (patterns.length === 0) throw scanner.error(from, `the list of "${operator}" is empty: write at least one string`);
  return patterns;
}

/** `(a, b)`; the opening parenthesis stands here. */
function parseList<Item>(scanner: EqlScanner, item: () => Item): readonly Item[] {
  const openedAt = scanner.take().from;
  if (scanner.takeIf(')')) return [];
  const items = [item()];
  while (scanner.takeIf(',')) items.push(item());
  close(scanner, openedAt, '"," or ")"');
  return items;
}

function parsePrimary(scanner: EqlScanner, depth: number): EqlNode {
  const literal = takeLiteral(scanner);
  if (literal !== null) return literal;
  const { token } = scanner;
  if (scanner.takeIf('(')) {
    const inner = parseExpression(scanner, deeper(scanner, depth));
    close(scanner, token.from, '")"');
    return inner;
  }
  if (scanner.is('?')) return parseField(scanner);
  if (token.kind !== 'name') throw expected(scanner, 'a field, a value, a function or "("');
  const at = scanner.here();
  if (token.isQuoted) return parseField(scanner);
  scanner.take();
  if (scanner.is('(')) {
    const list = parseList(scanner, () => parseExpression(scanner, deeper(scanner, depth)));
    return { kind: 'call', name: token.text, isCaseInsensitive: token.hasTilde, arguments: list, at };
  }
  if (token.hasTilde) {
    throw scanner.error(
      token.from,
      `"${token.text}~" stands for a function: expected "(" after it, found ${scanner.describe()}`,
    );
  }
  return { kind: 'field', name: parsePath(scanner, token.text), isOptional: false, at };
}

function takeOneOf<Operator extends string>(scanner: EqlScanner, operators: readonly Operator[]): Operator | null {
  const { token } = scanner;
  if (token.kind !== 'symbol' && token.kind !== 'keyword') return null;
  const found = operators.find((operator) => operator === token.text) ?? null;
  if (found !== null) scanner.take();
  return found;
}

function close(scanner: EqlScanner, openedAt: number, what: string): void {
  if (scanner.takeIf(')')) return;
  if (scanner.token.kind === 'end') {
    throw scanner.error(openedAt, `this "(" is not closed: expected ${what}, found the end of the query`);
  }
  throw expected(scanner, what);
}
