// A KQL tree -> the parts that the checks look at.

import { InputError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { globPredicate } from '../fields/wildcard-predicate.ts';
import { bindKql } from '../kql/bind-kql.ts';
import { isLoneStar, valueText, type KqlIs, type KqlNode, type KqlRange } from '../kql/kql-tree.ts';
import { isTextual, type ResolvedField } from '../fields/field-type.ts';
import { numberInterval, type Interval } from './interval.ts';
import { loneField } from './lone-field.ts';
import { globTokens, textTokens } from './pattern-cover.ts';
import { printKql } from '../kql/print-kql.ts';
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
      if (isEverything(node.of))
        context.report('constant', node.of.value.at, `not ${printKql(node.of)} holds for no event`);
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

/** `*` and `*: *`. */
function isEverything(node: KqlNode): node is KqlIs {
  if (node.kind !== 'is' || !isLoneStar(node.value)) return false;
  return node.field === null || (node.field.kind === 'wildcard' && isLoneStar(node.field));
}

function leafPart(node: KqlIs | KqlRange, { types, report }: KqlContext, group: string | null): QueryPart {
  // Several values in parentheses have one field: the place of the value tells them apart.
  const { at } = node.value;
  try {
    const clause = bindKql(node, types, group);
    if (clause.kind !== 'leaf') return { kind: 'unknown' };
    const isOpen = node.field === null || node.field.kind === 'wildcard';
    const field = isOpen || clause.fieldName === null ? null : types.resolve(clause.fieldName);
    const isAlone = field !== null && group === null;
    return {
      kind: 'leaf',
      text: clause.text,
      at,
      key: clause.key,
      field,
      isExistence: node.kind === 'is' && isLoneStar(node.value),
      values: field === null ? [] : valuesOf(node, field),
      interval: field === null ? null : intervalOf(node, field),
      alone: isAlone ? loneField(clause, !field.type.isLowerCase) : null,
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
  if (kind === 'range') return [{ ...of, form: 'other', fixedLength: text.length, satisfies: null, tokens: null }];
  if (isLoneStar(value)) return [];
  if (value.kind === 'wildcard') {
    const fixedLength = value.parts.reduce((sum, part) => sum + part.length, 0);
    const tokens = isTextual(type) ? globTokens(value.parts) : null;
    return [{ ...of, form: 'pattern', fixedLength, satisfies: globPredicate(type, value.parts), tokens }];
  }
  const satisfies = equalsPredicate(type, text, { isPhrase });
  const tokens = isTextual(type) ? textTokens(text) : null;
  return [{ ...of, form: 'exact', fixedLength: text.length, satisfies, tokens }];
}

function intervalOf(node: KqlIs | KqlRange, { type }: ResolvedField): Interval | null {
  if (node.value.kind !== 'text') return null;
  return numberInterval(type, node.kind === 'range' ? node.operator : 'is', node.value.text);
}
