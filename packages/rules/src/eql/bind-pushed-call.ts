// Functions on a field with constants, which Elasticsearch turns into index queries: with the wildcards that those know, and with
// ASCII case (semantics-eql.md 9, "pushed"). On anything else they are scripts.

import type { LeafClause } from '../clauses/clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { anyTest, equalsTest, existsTest, textListTest, type LeafTest } from '../clauses/leaf-test.ts';
import type { FieldType } from '../fields/field-type.ts';
import { isEverything } from './bind-list.ts';
import type { EqlFields } from './eql-fields.ts';
import { atPlace } from './eql-problem.ts';
import type { EqlCall, EqlField } from './eql-tree.ts';
import { printEql } from './print-eql.ts';

/** The texts of endsWith and stringContains go into the pattern as they are: their stars are stars. That of startsWith is literal. */
const PATTERNS: Readonly<Record<string, (text: string) => string>> = {
  startswith: (text) => `${text.replaceAll(/[\\*?]/g, '\\$&')}*`,
  endswith: (text) => `*${text}`,
  stringcontains: (text) => `*${text}*`,
};

interface PushedCall extends EqlCall {
  readonly arguments: readonly [EqlField, ...EqlCall['arguments']];
}

export function isPushed(node: EqlCall): node is PushedCall {
  const name = node.name.toLowerCase();
  const [first, ...rest] = node.arguments;
  return (
    (name === 'cidrmatch' || Object.hasOwn(PATTERNS, name)) &&
    first?.kind === 'field' &&
    rest.every((argument) => argument.kind === 'literal' && typeof argument.value === 'string')
  );
}

export function bindPushedCall(node: PushedCall, fields: EqlFields): LeafClause {
  const [of, ...rest] = node.arguments;
  const field = fields.resolve(of);
  const texts = rest.map((argument) => (argument.kind === 'literal' ? String(argument.value) : ''));
  const test = atPlace(node.at, field.name, () => pushedTest(field.type, node, texts));
  return fieldLeaf(field, test, { text: printEql(node) });
}

/** The pattern of Elasticsearch's wildcard query that the function asks; null: it asks for addresses. */
export function pushedPattern({ name }: EqlCall, text: string): string | null {
  return PATTERNS[name.toLowerCase()]?.(text) ?? null;
}

function pushedTest(type: FieldType, node: EqlCall, texts: readonly string[]): LeafTest {
  const pattern = pushedPattern(node, texts[0] ?? '');
  if (pattern === null) return anyTest(texts.map((text) => equalsTest(type, text, { isPhrase: false })));
  if (isEverything(pattern)) return existsTest(type);
  return textListTest(type, { ignoreCase: node.isCaseInsensitive, texts: [], patterns: [pattern] });
}
