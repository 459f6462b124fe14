// KQL text -> syntax tree (semantics.md 4.1). Open groups stand on a stack of our own, so that no number of parentheses and no
// length of a chain can exhaust the machine's.

import { InputError } from '@coldhunt/core';
import { KqlScanner } from './kql-scanner.ts';
import type { KqlField, KqlNode, KqlValue } from './kql-tree.ts';

/** Levels of a tree (parentheses around one thing are none). Elasticsearch's own limit of nested clauses is far below. */
export const MAX_KQL_DEPTH = 1_000;

/** So many parentheses can only be an attack on memory. */
const MAX_OPEN_GROUPS = 100_000;

/** An open group: the query itself, parentheses, a list of values, or a nested group. */
interface Group {
  readonly kind: 'query' | 'parentheses' | 'list' | 'nested';
  readonly openedAt: number;
  /** Of a list, and of parentheses inside one: the field that its values belong to. */
  readonly field: KqlField | null;
  readonly path: KqlField | null;
  readonly or: Sized[];
  and: Sized[];
  isNegated: boolean;
}

interface Sized {
  readonly node: KqlNode;
  readonly depth: number;
}

/**
 * Parses a query; an empty one is `*: *`. Throws InputError KQL_SYNTAX with `details: {line, column, offset}`; the message begins
 * with `line:column: ` and says what was found and expected.
 */
export function parseKql(text: string): KqlNode {
  if (typeof text !== 'string') {
    throw new InputError(
      'KQL_SYNTAX',
      `expression must be a string, got ${text === null ? 'null' : typeof text} instead`,
    );
  }
  const scanner = new KqlScanner(text);
  scanner.skipSpaces();
  if (scanner.isAtEnd) return everything(scanner);
  const groups: Group[] = [newGroup('query', scanner.at)];
  for (;;) {
    let operand = readOperand(scanner, groups);
    if (groups.length > MAX_OPEN_GROUPS) {
      throw scanner.error(
        scanner.at,
        `more than ${MAX_OPEN_GROUPS} open parentheses: close some, or write the query flatter`,
      );
    }
    // After an operand: an operator goes on, a bracket closes groups, the end finishes.
    while (operand !== null) {
      const group = groups.at(-1) as Group;
      add(scanner, group, operand);
      const operator = scanner.takeOperator();
      if (operator !== null) {
        if (operator === 'or') endAnd(group);
        break;
      }
      scanner.skipSpaces();
      if (group.kind === 'query') {
        if (!scanner.isAtEnd) throw unexpected(scanner, group);
        return close(group).node;
      }
      if (scanner.peek() !== (group.kind === 'nested' ? '}' : ')')) throw unexpected(scanner, group);
      scanner.at += 1;
      groups.pop();
      operand = close(group);
    }
  }
}

/** One operand, or null when it opened a group. */
function readOperand(scanner: KqlScanner, groups: Group[]): Sized | null {
  const group = groups.at(-1) as Group;
  if (scanner.takeNot()) group.isNegated = true;
  if (scanner.peek() === '(') {
    const openedAt = scanner.at;
    scanner.at += 1;
    scanner.skipSpaces();
    groups.push(newGroup('parentheses', openedAt, group.field));
    return null;
  }
  if (group.field !== null) return leaf({ kind: 'is', field: group.field, value: scanner.literal('a value') });
  const literal = scanner.literal('a field name or a value');
  const literalEnd = scanner.at;
  scanner.skipSpaces();
  const operator = scanner.takeRangeOperator();
  if (operator !== null) {
    scanner.skipSpaces();
    return leaf({ kind: 'range', field: literal, operator, value: scanner.literal('a value to compare with') });
  }
  if (scanner.peek() !== ':') {
    scanner.at = literalEnd;
    return leaf({ kind: 'is', field: null, value: literal });
  }
  scanner.at += 1;
  scanner.skipSpaces();
  return readFieldValue(scanner, groups, literal);
}

/** What stands after `field:`. */
function readFieldValue(scanner: KqlScanner, groups: Group[], field: KqlField): Sized | null {
  const openedAt = scanner.at;
  const opening = scanner.peek();
  if (opening === '<' || opening === '>')
    throw scanner.error(
      openedAt,
      `a value expected, found "${opening}": a range has no colon, write field ${opening} value`,
    );
  if (opening !== '(' && opening !== '{') {
    const value: KqlValue = scanner.literal('a value');
    return leaf({ kind: 'is', field, value });
  }
  scanner.at += 1;
  scanner.skipSpaces();
  groups.push(opening === '(' ? newGroup('list', openedAt, field) : newGroup('nested', openedAt, null, field));
  return null;
}

function newGroup(
  kind: Group['kind'],
  openedAt: number,
  field: KqlField | null = null,
  path: KqlField | null = null,
): Group {
  return { kind, openedAt, field, path, or: [], and: [], isNegated: false };
}

function leaf(node: KqlNode): Sized {
  return { node, depth: 1 };
}

function add(scanner: KqlScanner, group: Group, operand: Sized): void {
  const added = group.isNegated
    ? { node: { kind: 'not', of: operand.node } as const, depth: operand.depth + 1 }
    : operand;
  if (added.depth > MAX_KQL_DEPTH - 2) {
    throw scanner.error(group.openedAt, `nested deeper than ${MAX_KQL_DEPTH} levels: write the query flatter`);
  }
  group.and.push(added);
  group.isNegated = false;
}

function endAnd(group: Group): void {
  group.or.push(chain('and', group.and));
  group.and = [];
}

function close(group: Group): Sized {
  endAnd(group);
  const closed = chain('or', group.or);
  if (group.path === null) return closed;
  return { node: { kind: 'nested', path: group.path, of: closed.node }, depth: closed.depth + 1 };
}

function chain(kind: 'and' | 'or', operands: readonly Sized[]): Sized {
  if (operands.length === 1) return operands[0] as Sized;
  let depth = 0;
  for (const operand of operands) depth = Math.max(depth, operand.depth);
  return { node: { kind, of: operands.map(({ node }) => node) }, depth: depth + 1 };
}

function everything(scanner: KqlScanner): KqlNode {
  const star: KqlValue = { kind: 'wildcard', parts: ['', ''], at: scanner.position(0) };
  return { kind: 'is', field: star, value: star };
}

const EXPECTED: Readonly<Record<Group['kind'], string>> = {
  query: '"and", "or" or the end of the query',
  parentheses: '"and", "or" or ")"',
  list: '"and", "or" or ")"',
  nested: '"and", "or" or "}"',
};

function unexpected(scanner: KqlScanner, group: Group): InputError {
  const here = scanner.at;
  if (scanner.isAtEnd) {
    const bracket = group.kind === 'nested' ? '{' : '(';
    return scanner.error(
      group.openedAt,
      `this "${bracket}" is not closed: expected ${EXPECTED[group.kind]}, found the end of the query`,
    );
  }
  const hint = hintAt(scanner);
  return scanner.error(here, `expected ${EXPECTED[group.kind]}, found ${scanner.describe(here)}${hint}`);
}

/** What was probably meant where the query cannot go on; empty: nothing comes to mind. */
function hintAt(scanner: KqlScanner): string {
  const next = scanner.peek();
  if (scanner.keywordHere() === 'not') return '; "not" cannot follow a value: write "and not", or quote the value';
  // Enough to see the clause before; a query may be long.
  const before = scanner.text.slice(Math.max(0, scanner.at - 200), scanner.at).trimEnd();
  if (next === '"' && /^\s*\w+\s+where\s/i.test(scanner.text.slice(0, 200))) return '; this reads like EQL, not KQL';
  const [, equals] = /([!=]=|=)$/.exec(before) ?? [];
  if (equals !== undefined) return `; KQL writes ${equals === '!=' ? 'not field: value' : 'field: value'}`;
  const here = scanner.text.slice(scanner.at, scanner.at + 2);
  const [, sign] = /\s(&&|\|\|)(?:\s+[^\s"():<>{}]*)?$/.exec(before) ?? /^(&&|\|\|)$/.exec(here) ?? [];
  if (sign !== undefined) return `; KQL writes "${sign === '&&' ? 'and' : 'or'}" for ${sign}`;
  if (next === ',') return '; values are joined by "or", in parentheses';
  if (next === '(' && /\sin$/i.test(before)) return '; KQL writes field: (a or b)';
  if (next === '(') return '; a value that holds ( must be quoted, and "and", "or", "not" need white space before (';
  if (next === '"' && /\slike$/i.test(before)) return '; KQL writes field: value, with * as its wildcard and no quotes';
  const isNextClause = /[")}]$/.test(before) && /[\w@.*"]/.test(next);
  if (isNextClause) return '; write "and" or "or" between two clauses, or quote the value whole';
  if (next !== ':' && next !== '"' && next !== '<' && next !== '>') return '';
  return `; write "and" or "or" between two clauses; a value that holds ${next === '"' ? '"' : `${next} or "`} must be quoted or escaped with \\`;
}
