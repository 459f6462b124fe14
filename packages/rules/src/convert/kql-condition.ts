// A KQL tree -> what it asks of values.

import type { FieldTypes } from '../fields/field-types.ts';
import type { GlobParts } from '../fields/glob.ts';
import { splitWords } from '../fields/wildcard-predicate.ts';
import { bindKql } from '../kql/bind-kql.ts';
import { isLoneStar, valueText, type KqlIs, type KqlNode, type KqlRange } from '../kql/kql-tree.ts';
import { printKql } from '../kql/print-kql.ts';
import type { Condition, FieldTest } from './condition.ts';

/** Throws InputError KQL_TYPE and KQL_NESTED with the place, as the compiler does. */
export function kqlCondition(node: KqlNode, types: FieldTypes): Condition {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => kqlCondition(child, types)) };
    case 'not':
      return { kind: 'not', of: kqlCondition(node.of, types) };
    case 'nested':
      bindKql(node, types);
      return {
        kind: 'own',
        at: node.path.at,
        text: printKql(node),
        reason: 'a nested group asks one object for all of its clauses, which only KQL can say',
      };
    case 'is':
    case 'range':
      return leafCondition(node, types);
  }
}

function leafCondition(node: KqlIs | KqlRange, types: FieldTypes): Condition {
  const clause = bindKql(node, types);
  const { field, value } = node;
  const of = { at: field?.at ?? value.at, text: printKql(node) };
  if (clause.kind === 'leaf' && clause.leafKind === 'all') return { kind: 'constant', value: true };
  if (field === null) return { kind: 'own', ...of, reason: 'free text asks every field, which only KQL can say' };
  if (field.kind === 'wildcard')
    return { kind: 'own', ...of, reason: 'a field name with stars asks many fields, which only KQL can say' };
  const resolved = types.resolve(valueText(field));
  const { kind } = resolved.type;
  const isExistence = node.kind === 'is' && isLoneStar(value);
  if ((kind === 'text' || kind === 'match_only_text') && !isExistence)
    return {
      kind: 'own',
      ...of,
      reason: `${resolved.name} is of type ${kind}: its text is cut into words and compared word by word`,
    };
  return { kind: 'test', ...of, field: resolved, test: testOf(node, kind) };
}

function testOf(node: KqlIs | KqlRange, kind: string): FieldTest {
  const { value } = node;
  if (node.kind === 'range') return { kind: 'range', operator: node.operator, text: valueText(value) };
  if (isLoneStar(value)) return { kind: 'exists' };
  if (value.kind !== 'wildcard') return { kind: 'texts', texts: [valueText(value)], patterns: [], ignoreCase: false };
  // On fields of these types KQL takes the words of a pattern for alternatives.
  const words = kind === 'wildcard' || kind === 'constant_keyword' ? splitWords(value.parts) : [value.parts];
  return {
    kind: 'texts',
    texts: words.filter((word) => word.length === 1).map((word) => word[0] ?? ''),
    patterns: words.filter((word) => word.length > 1).map((word) => toWildcard(word)),
    ignoreCase: false,
  };
}

function toWildcard(parts: GlobParts): string {
  return parts.map((part) => part.replaceAll(/[\\*?]/g, String.raw`\$&`)).join('*');
}
