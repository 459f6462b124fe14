// What a query asks -> KQL.

import type { ResolvedField } from '../fields/field-type.ts';
import { isTextual } from '../fields/field-type.ts';
import type { KqlNode, KqlValue } from '../kql/kql-tree.ts';
import { UnsayableError, type FieldTest, type TestCondition } from './condition.ts';
import { wildcardParts } from './wildcard-parts.ts';

const AT = { offset: 0, line: 1, column: 1 };

/** Throws UnsayableError. */
export function kqlTest({ field, test }: TestCondition): KqlNode {
  const asked: KqlValue = { kind: 'text', text: field.name, isQuoted: false, at: AT };
  const is = (value: KqlValue): KqlNode => ({ kind: 'is', field: asked, value });
  switch (test.kind) {
    case 'exists':
      return is({ kind: 'wildcard', parts: ['', ''], at: AT });
    case 'range':
      return { kind: 'range', field: asked, operator: test.operator, value: literal(field, test.text) };
    case 'regexps':
      throw new UnsayableError('KQL knows no regular expressions');
    case 'texts': {
      checkCase(field, test);
      const of = [
        ...test.texts.map((text) => is(literal(field, text))),
        ...test.patterns.map((pattern) => is({ kind: 'wildcard', parts: globParts(field, pattern), at: AT })),
      ];
      return of.length === 1 ? (of[0] as KqlNode) : { kind: 'or', of };
    }
  }
}

/** What every event satisfies, or none. */
export function kqlConstant(value: boolean): KqlNode {
  const star: KqlValue = { kind: 'wildcard', parts: ['', ''], at: AT };
  const everything: KqlNode = { kind: 'is', field: star, value: star };
  return value ? everything : { kind: 'not', of: everything };
}

function checkCase({ name, type }: ResolvedField, test: Extract<FieldTest, { kind: 'texts' }>): void {
  if (!test.ignoreCase || type.isLowerCase || !isTextual(type)) return;
  if (![...test.texts, ...test.patterns].some((text) => /[a-z]/i.test(text))) return;
  throw new UnsayableError(`KQL minds the case of ${name}, and this test does not`);
}

function literal({ type }: ResolvedField, text: string): KqlValue {
  if (type.kind === 'boolean' && (text === 'true' || text === 'false'))
    return { kind: 'boolean', value: text === 'true', at: AT };
  return { kind: 'text', text, isQuoted: isTextual(type) || !/^[\w.-]+$/.test(text), at: AT };
}

function globParts({ name, type }: ResolvedField, pattern: string): readonly string[] {
  const parts = wildcardParts(pattern);
  if (parts === null) throw new UnsayableError('KQL knows no wildcard for one character (?)');
  const cutsWords = type.kind === 'wildcard' || type.kind === 'constant_keyword';
  if (cutsWords && parts.some((part) => /[ \t\n\r\u3000]/.test(part)))
    throw new UnsayableError(`on ${name}, of type ${type.kind}, KQL takes the words of a pattern for alternatives`);
  return parts;
}
