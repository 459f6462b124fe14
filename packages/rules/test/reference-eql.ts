// EQL on a document, slow and obvious, written from semantics-eql.md: the oracle of the property test. It shares the syntax tree, the
// table of field types and the functions on values with the compiled matcher, nothing else. No null is folded: queries hold null in
// `== null` and `!= null` alone.

import type { Document, Scalar } from '@coldhunt/core';
import type { FieldTypes, ResolvedField } from '@coldhunt/rules';
import { callFunction } from '../src/eql/functions/call-function.ts';
import { computeArithmetic, negateNumber } from '../src/eql/functions/arithmetic.ts';
import { eqlChildren } from '../src/eql/eql-children.ts';
import { compareNumbers, double, isEqlNumber, long, numberText } from '../src/eql/eql-number.ts';
import type { EqlComparison, EqlConstant, EqlNode } from '../src/eql/eql-tree.ts';
import { NUMBERS, TEXTS, booleanOf, entries, equals, inRange, isIndexed, plain, termOf } from './reference-values.ts';

interface Scope {
  readonly document: Document;
  readonly types: FieldTypes;
}

/** Two-valued, leaf by leaf; a leaf with a function or a calculation is tried on every combination of values. */
export function referenceEql(node: EqlNode, document: Document, types: FieldTypes): boolean {
  const scope = { document, types };
  switch (node.kind) {
    case 'and':
    case 'or':
      return chain(node, document, types);
    case 'not':
      return !referenceEql(node.of, document, types);
    case 'literal':
      return node.value === true;
    case 'field':
      return values(node.name, scope).some((value) => booleanOf(value) === true);
    case 'comparison':
      return comparison(node, scope);
    case 'in':
    case 'match':
      return node.of.kind === 'field' ? listed(node, node.of.name, scope) : script(node, scope);
    case 'call':
      return pushed(node, scope) ?? script(node, scope);
    default:
      throw new Error(`${node.kind} is no condition`);
  }
}

/** A part that fails matters only where the others do not decide. */
function chain(node: Extract<EqlNode, { kind: 'and' | 'or' }>, document: Document, types: FieldTypes): boolean {
  const failures: unknown[] = [];
  const results = node.of.map((child) => {
    try {
      return referenceEql(child, document, types);
    } catch (error) {
      failures.push(error);
      return node.kind === 'and';
    }
  });
  if (results.includes(node.kind === 'or')) return node.kind === 'or';
  if (failures.length > 0) throw failures[0];
  return node.kind === 'and';
}

const MIRRORED: Readonly<Record<string, string>> = { '<': '>', '<=': '>=', '>': '<', '>=': '<=' };
const RANGES: Readonly<Record<string, string>> = { '<': 'lt', '<=': 'lte', '>': 'gt', '>=': 'gte' };

function comparison(node: EqlComparison, scope: Scope): boolean {
  const isSwapped = node.left.kind === 'literal';
  const [subject, literal] = isSwapped ? [node.right, node.left] : [node.left, node.right];
  const operator = isSwapped ? (MIRRORED[node.operator] ?? node.operator) : node.operator;
  if (literal.kind !== 'literal') throw new Error('two fields');
  if (literal.value === null) {
    if (subject.kind !== 'field') return script(node, scope);
    const type = exact(subject.name, scope).type;
    const exists = values(subject.name, scope).some((value) => isIndexed(type, value));
    return operator === '!=' ? exists : !exists;
  }
  if (operator === '!=') return !comparison({ ...node, operator: '==' }, scope);
  if (subject.kind === 'field') return compared(subject.name, operator, literal.value, scope);
  if (typeof literal.value !== 'boolean') return script(node, scope);
  return referenceEql(subject, scope.document, scope.types) === literal.value;
}

function compared(name: string, operator: string, literal: EqlConstant, scope: Scope): boolean {
  const { type } = exact(name, scope);
  const isKeyword = type.kind === 'keyword' || type.kind === 'wildcard';
  const text = isEqlNumber(literal) ? (isKeyword ? numberText(literal) : String(literal.value)) : String(literal);
  return values(name, scope).some((value) =>
    operator === '==' ? equals(type, value, text, 0, false) : inRange(type, value, RANGES[operator] ?? '', text, 0),
  );
}

/** The field with exact values: a text's keyword, a constant_keyword as keyword. */
function exact(name: string, { types }: Scope): ResolvedField {
  const field = types.resolve(name);
  if (TEXTS.includes(field.type.kind)) return types.resolve(`${name}.keyword`);
  return field.type.kind === 'constant_keyword' ? { ...field, type: { ...field.type, kind: 'keyword' } } : field;
}

function values(name: string, scope: Scope): readonly Scalar[] {
  const { path } = exact(name, scope);
  return entries(scope.document)
    .filter((entry) => entry.name === path.name)
    .map((entry) => entry.value);
}

/** Lower case of A to Z alone. */
function ascii(text: string): string {
  return [...text].map((character) => (/[A-Z]/.test(character) ? character.toLowerCase() : character)).join('');
}

type Listed = Extract<EqlNode, { kind: 'in' | 'match' }>;

function listed(node: Listed, name: string, scope: Scope): boolean {
  const { type } = exact(name, scope);
  const items = (node.kind === 'in' ? node.list : node.patterns).map((item) =>
    item.kind === 'literal' ? item.value : null,
  );
  const fold = node.kind === 'in' ? node.isCaseInsensitive : node.operator !== 'like';
  return values(name, scope).some((value) => {
    if (NUMBERS.includes(type.kind) || type.kind === 'boolean')
      return items.some((item) =>
        isEqlNumber(item)
          ? equals(type, value, String(item.value), 0, false)
          : equals(type, value, String(item), 0, false),
      );
    const term = termOf(type, value);
    if (term === null) return false;
    return items.some((item) => {
      const wanted = fold ? ascii(String(item)) : String(item);
      const found = fold ? ascii(term) : term;
      return node.kind === 'in' ? wanted === found : likeMatches(wanted, found);
    });
  });
}

/** `*` any run, `?` one code point; a backslash takes the next character as it is where it escapes: tried in every way. */
function likeMatches(pattern: string, text: string, escapes = false): boolean {
  let reachable = new Set([0]);
  const characters = [...pattern];
  for (let index = 0; index < characters.length; index += 1) {
    const isEscape = escapes && characters[index] === '\\' && index + 1 < characters.length;
    if (isEscape) index += 1;
    const character = characters[index] as string;
    const next = new Set<number>();
    for (const at of reachable) {
      const here = text.codePointAt(at);
      if (character === '*' && !isEscape) for (let end = at; end <= text.length; end += 1) next.add(end);
      else if (character === '?' && !isEscape) {
        if (here !== undefined) next.add(at + String.fromCodePoint(here).length);
      } else if (text.startsWith(character, at)) next.add(at + character.length);
    }
    reachable = next;
  }
  return reachable.has(text.length);
}

/** A function on a field with constants, as an index query with its wildcards; null: it is none. */
function pushed(node: Extract<EqlNode, { kind: 'call' }>, scope: Scope): boolean | null {
  const [of, ...rest] = node.arguments;
  if (of?.kind !== 'field' || rest.some((argument) => argument.kind !== 'literal')) return null;
  const texts = rest.map((argument) => (argument.kind === 'literal' ? String(argument.value) : ''));
  const { type } = exact(of.name, scope);
  const name = node.name.toLowerCase();
  return values(of.name, scope).some((value) => {
    if (name === 'cidrmatch') return texts.some((block) => equals(type, value, block, 0, false));
    const term = termOf(type, value);
    if (term === null) return false;
    const [found, text] = [term, texts[0] ?? ''].map((each) => (node.isCaseInsensitive ? ascii(each) : each)) as [
      string,
      string,
    ];
    if (name === 'startswith') return found.startsWith(text);
    return likeMatches(name === 'endswith' ? `*${text}` : `*${text}*`, found, true);
  });
}

/** Whether any combination of values, each use of a field for itself, gives true. */
function script(node: EqlNode, scope: Scope): boolean {
  const uses = fieldsOf(node);
  const pick = (index: number, picked: readonly EqlConstant[]): boolean => {
    const name = uses[index];
    if (name === undefined) return evaluate(node, [...picked]) === true;
    return docValues(name, scope).some((value) => pick(index + 1, [...picked, value]));
  };
  return pick(0, []);
}

function fieldsOf(node: EqlNode): readonly string[] {
  return node.kind === 'field' ? [node.name] : eqlChildren(node).flatMap((child) => fieldsOf(child));
}

function docValues(name: string, scope: Scope): readonly EqlConstant[] {
  const { type } = exact(name, scope);
  const found = values(name, scope)
    .filter((value) => isIndexed(type, value))
    .map((value): EqlConstant => {
      if (type.kind === 'boolean') return booleanOf(value);
      if (type.kind === 'dynamic' && typeof value === 'number')
        return Number.isInteger(value) ? long(BigInt(value)) : double(value);
      if (type.kind === 'dynamic' && typeof value === 'boolean') return value;
      if (type.kind === 'ip') return value as string;
      if (type.kind === 'long') return long(BigInt(truncated(String(plain(value)))));
      if (type.kind === 'double') return double(Number(plain(value)));
      return termOf(type, value);
    });
  return found.length === 0 ? [null] : found;
}

/** Whole numbers of the tests: digits with a fraction or without. */
function truncated(text: string): string {
  return text === '1e1' ? '10' : text.replace(/\..*$/, '');
}

/** Three-valued; takes the picked values one by one, in the order of the fields. */
function evaluate(node: EqlNode, picked: EqlConstant[]): EqlConstant {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'field':
      return picked.shift() ?? null;
    case 'call':
      return callFunction(
        node,
        node.arguments.map((argument) => evaluate(argument, picked)),
      );
    case 'arithmetic': {
      const [left, right] = [evaluate(node.left, picked), evaluate(node.right, picked)];
      return computeArithmetic(node.operator, isEqlNumber(left) ? left : null, isEqlNumber(right) ? right : null);
    }
    case 'negation': {
      const of = evaluate(node.of, picked);
      return isEqlNumber(of) ? negateNumber(of) : null;
    }
    case 'comparison': {
      const [left, right] = [evaluate(node.left, picked), evaluate(node.right, picked)];
      const asksNull = [node.left, node.right].some((side) => side.kind === 'literal' && side.value === null);
      if (asksNull) return (left === null && right === null) === (node.operator === '==');
      if (left === null || right === null) return null;
      const order =
        isEqlNumber(left) && isEqlNumber(right)
          ? compareNumbers(left, right)
          : left < right
            ? -1
            : left > right
              ? 1
              : 0;
      const holds = {
        '==': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      };
      return holds[node.operator];
    }
    case 'in':
    case 'match': {
      const of = evaluate(node.of, picked);
      if (of === null) return null;
      const items = (node.kind === 'in' ? node.list : node.patterns).map((item) => evaluate(item, []));
      return items.some((item) => {
        if (isEqlNumber(item) && isEqlNumber(of)) return compareNumbers(item, of) === 0;
        const fold = node.kind === 'in' ? node.isCaseInsensitive : node.operator !== 'like';
        const [wanted, found] = [String(item), String(of)].map((each) => (fold ? each.toLowerCase() : each)) as [
          string,
          string,
        ];
        return node.kind === 'in' ? wanted === found : likeMatches(wanted, found);
      });
    }
    default:
      throw new Error(`${node.kind} inside a script`);
  }
}
