// What a query asks -> EQL.

import { isEverything } from '../eql/bind-list.ts';
import { double, wholeNumber } from '../eql/eql-number.ts';
import type { EqlField, EqlLiteral, EqlMatchOperator, EqlNode } from '../eql/eql-tree.ts';
import { isTextual, type FieldType, type ResolvedField } from '../fields/field-type.ts';
import { UnsayableError, type FieldTest, type TestCondition } from './condition.ts';

const AT = { offset: 0, line: 1, column: 1 };
const OPERATORS = { lt: '<', lte: '<=', gt: '>', gte: '>=' } as const;
const NUMBER_KINDS: ReadonlySet<string> = new Set(['long', 'integer', 'double', 'float', 'scaled_float']);

/** Throws UnsayableError. What EQL's own type check refuses is found by it afterwards. */
export function eqlTest({ field, test }: TestCondition): EqlNode {
  const { name, type } = field;
  // Nothing knows it: a plain name would be refused.
  const asked: EqlField = { kind: 'field', name, isOptional: type.kind === 'dynamic', at: AT };
  switch (test.kind) {
    case 'exists':
      return {
        kind: 'comparison',
        operator: '!=',
        left: asked,
        right: { kind: 'literal', value: null, at: AT },
        at: AT,
      };
    case 'range':
      return {
        kind: 'comparison',
        operator: OPERATORS[test.operator],
        left: asked,
        right: literal(type, test.text),
        at: AT,
      };
    case 'regexps':
      return match(asked, test.ignoreCase ? 'regex~' : 'regex', test.patterns);
    case 'texts':
      return textsTest(field, asked, test);
  }
}

function textsTest(field: ResolvedField, asked: EqlField, test: Extract<FieldTest, { kind: 'texts' }>): EqlNode {
  const { ignoreCase } = test;
  const of: EqlNode[] = [];
  const patterns = test.patterns.map((pattern) => likeText(pattern));
  // For EQL that asks for any value at all.
  if (field.type.kind === 'dynamic' && patterns.some((pattern) => isEverything(pattern)))
    throw new UnsayableError('EQL cannot ask for any text alone, whatever it is');
  if (ignoreCase && test.texts.every((text) => !/[*?]/.test(text))) {
    of.push(match(asked, ':', [...test.texts, ...patterns]));
  } else {
    if (test.texts.length > 0) of.push(equality(field.type, asked, test.texts, ignoreCase));
    if (patterns.length > 0) of.push(match(asked, ignoreCase ? ':' : 'like', patterns));
  }
  return of.length === 1 ? (of[0] as EqlNode) : { kind: 'or', of, at: AT };
}

function equality(type: FieldType, asked: EqlField, texts: readonly string[], isCaseInsensitive: boolean): EqlNode {
  const list = texts.map((text) => literal(type, text));
  const [only] = list;
  if (isCaseInsensitive || (list.length > 1 && (isTextual(type) || NUMBER_KINDS.has(type.kind))))
    return { kind: 'in', isCaseInsensitive, of: asked, list, at: AT };
  const equals = list.map((right): EqlNode => ({ kind: 'comparison', operator: '==', left: asked, right, at: AT }));
  return equals.length === 1 && only !== undefined ? (equals[0] as EqlNode) : { kind: 'or', of: equals, at: AT };
}

function match(of: EqlField, operator: EqlMatchOperator, patterns: readonly string[]): EqlNode {
  return {
    kind: 'match',
    operator,
    of,
    patterns: patterns.map((value) => ({ kind: 'literal', value, at: AT })),
    at: AT,
  };
}

/** A number or boolean where the field holds them, else a text. */
function literal(type: FieldType, text: string): EqlLiteral {
  if (type.kind === 'boolean') return { kind: 'literal', value: text === 'true', at: AT };
  if (!NUMBER_KINDS.has(type.kind)) return { kind: 'literal', value: text, at: AT };
  if (/^-?\d{1,18}$/.test(text)) return { kind: 'literal', value: wholeNumber(BigInt(text)), at: AT };
  const number = Number(text);
  if (String(number) === text) return { kind: 'literal', value: double(number), at: AT };
  throw new UnsayableError(`EQL has no number ${text}`);
}

/** In EQL nothing is escaped: `*` and `?` are always wildcards. */
function likeText(pattern: string): string {
  let text = '';
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] as string;
    if (character !== '\\' || at + 1 === characters.length) {
      text += character;
      continue;
    }
    at += 1;
    const escaped = characters[at] as string;
    if (escaped === '*' || escaped === '?')
      throw new UnsayableError(`in EQL's patterns ${escaped} is always a wildcard, and here it is the character`);
    text += escaped;
  }
  return text;
}
