// A KQL tree -> the parts that the checks look at.

import { InputError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { globPredicate } from '../fields/wildcard-predicate.ts';
import { bindKql } from '../kql/bind-kql.ts';
import { isLoneStar, valueText, type KqlIs, type KqlNode, type KqlRange } from '../kql/kql-tree.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import type { QueryPart, QueryValue, Report } from './query-part.ts';

interface KqlContext {
  readonly types: FieldTypes;
  readonly report: Report;
}

/** A clause that does not fit its field is told and becomes unknown. `group`: the full path of the nested group around. */
export function kqlParts(node: KqlNode, context: KqlContext, group: string | null = null): QueryPart {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => kqlParts(child, context, group)) };
    case 'not':
      return { kind: 'not', of: kqlParts(node.of, context, group) };
    case 'nested': {
      const path = valueText(node.path);
      return { kind: 'nested', of: kqlParts(node.of, context, group === null ? path : `${group}.${path}`) };
    }
    case 'is':
    case 'range':
      return leafPart(node, context, group);
  }
}

function leafPart(node: KqlIs | KqlRange, { types, report }: KqlContext, group: string | null): QueryPart {
  // Several values in parentheses have one field: the place of the value tells them apart.
  const { at } = node.value;
  try {
    const clause = bindKql(node, types, group);
    if (clause.kind !== 'leaf') return { kind: 'unknown' };
    const isOpen = node.field === null || node.field.kind === 'wildcard';
    const field = isOpen || clause.fieldName === null ? null : types.resolve(clause.fieldName);
    return {
      kind: 'leaf',
      text: clause.text,
      at,
      key: clause.key,
      field,
      isExistence: node.kind === 'is' && isLoneStar(node.value),
      values: field === null ? [] : valuesOf(node, field),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const isIp = node.field !== null && types.resolve(valueText(node.field)).type.kind === 'ip';
    const isPattern = node.kind === 'is' && node.value.kind === 'wildcard';
    const message = error.message.replace(/^\d+:\d+: /, '');
    report(
      isIp && isPattern ? 'wildcard-on-ip' : 'type-mismatch',
      at,
      isIp && isPattern ? `${message}; a network is written ${valueText(node.field)}: "10.0.0.0/8"` : message,
    );
    return { kind: 'unknown' };
  }
}

function valuesOf({ kind, value }: KqlIs | KqlRange, { type }: ResolvedField): readonly QueryValue[] {
  const text = valueText(value);
  const isPhrase = value.kind === 'text' && value.isQuoted;
  const of = { text, at: value.at, ignoreCase: type.isLowerCase, isPlainQuote: isPhrase };
  if (kind === 'range') return [{ ...of, form: 'other', fixedLength: text.length, satisfies: null }];
  if (isLoneStar(value)) return [];
  if (value.kind === 'wildcard') {
    const fixedLength = value.parts.reduce((sum, part) => sum + part.length, 0);
    return [{ ...of, form: 'pattern', fixedLength, satisfies: globPredicate(type, value.parts) }];
  }
  return [{ ...of, form: 'exact', fixedLength: text.length, satisfies: equalsPredicate(type, text, { isPhrase }) }];
}
