// `in`, `:`, `like` and `regex` on a field -> one leaf, however many alternatives there are (semantics-eql.md 6.2 to 6.4, 8).

import { NOTHING } from '../clauses/constant-clause.ts';
import type { Clause } from '../clauses/clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { anyTest, equalsTest, existsTest, regexpTest, textListTest, type LeafTest } from '../clauses/leaf-test.ts';
import type { FieldType } from '../fields/field-type.ts';
import { literalText } from './bind-comparison.ts';
import type { EqlFields } from './eql-fields.ts';
import { atPattern, atPlace } from './eql-problem.ts';
import type { EqlConstant, EqlField, EqlIn, EqlMatch, EqlNode } from './eql-tree.ts';
import { printEql } from './print-eql.ts';

/** Neither `in` nor `in~` knows patterns. A null in the list is none of its values. */
export function bindFieldIn(node: EqlIn, of: EqlField, fields: EqlFields): Clause {
  const field = fields.resolve(of);
  const items = node.list.flatMap((item) => constantOf(item) ?? []);
  if (items.length === 0) return NOTHING;
  const test = atPlace(node.at, field.name, () => listTest(field.type, items, node.isCaseInsensitive));
  return fieldLeaf(field, test, { text: printEql(node) });
}

function listTest(type: FieldType, items: readonly Exclude<EqlConstant, null>[], ignoreCase: boolean): LeafTest {
  const texts = items.filter((item) => typeof item === 'string');
  const others = items.filter((item) => typeof item !== 'string');
  return anyTest([
    ...(texts.length > 0 ? [textListTest(type, { ignoreCase, texts, patterns: [] })] : []),
    ...others.map((item) => equalsTest(type, literalText(type, item), { isPhrase: false })),
  ]);
}

function constantOf(node: EqlNode): Exclude<EqlConstant, null> | null {
  return node.kind === 'literal' ? node.value : null;
}

/** Throws InputError REGEXP_SYNTAX and REGEXP_LIMIT with the place of the pattern. */
export function bindFieldMatch(node: EqlMatch, of: EqlField, fields: EqlFields): Clause {
  const field = fields.resolve(of);
  return fieldLeaf(field, matchTest(field.type, node), { text: printEql(node) });
}

function matchTest(type: FieldType, { operator, patterns }: EqlMatch): LeafTest {
  if (operator === 'regex' || operator === 'regex~') {
    const ignoreCase = operator === 'regex~';
    return anyTest(
      patterns.map(({ value, at }) => atPattern(at, () => regexpTest(type, String(value), { ignoreCase }))),
    );
  }
  const texts = patterns.map(({ value }) => String(value));
  if (texts.some((text) => isEverything(text))) return existsTest(type);
  return textListTest(type, {
    ignoreCase: operator !== 'like',
    texts: texts.filter((text) => !hasWildcard(text)),
    patterns: texts.filter((text) => hasWildcard(text)).map((text) => likePattern(text)),
  });
}

/** A pattern of `like` as Elasticsearch's wildcard query writes it: nothing is escaped in EQL. */
export function likePattern(text: string): string {
  return text.replaceAll('\\', '\\\\');
}

function hasWildcard(pattern: string): boolean {
  return /[*?]/.test(pattern);
}

/** Only stars: what every value fits. */
export function isEverything(pattern: string): boolean {
  return /^\*+$/.test(pattern);
}
