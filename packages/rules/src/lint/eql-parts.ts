// An EQL condition -> the parts that the checks look at.

import { InputError } from '@coldhunt/core';
import type { Clause } from '../clauses/clause.ts';
import { RANGES, literalText } from '../eql/bind-comparison.ts';
import { bindEql } from '../eql/bind-eql.ts';
import { likePattern } from '../eql/bind-list.ts';
import { isPushed } from '../eql/bind-pushed-call.ts';
import { checkEql } from '../eql/check-eql.ts';
import type { EqlFields } from '../eql/eql-fields.ts';
import { eqlChildren } from '../eql/eql-children.ts';
import { isEqlNumber } from '../eql/eql-number.ts';
import type { EqlConstant, EqlField, EqlNode } from '../eql/eql-tree.ts';
import { foldEql } from '../eql/fold-eql.ts';
import { printEql } from '../eql/print-eql.ts';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { fieldType, isTextual, type FieldType, type ResolvedField } from '../fields/field-type.ts';
import { textListPredicate } from '../fields/text-list-predicate.ts';
import { parseWildcardPattern } from '../fields/wildcard-pattern.ts';
import { numberInterval, type Interval } from './interval.ts';
import { loneField } from './lone-field.ts';
import { textTokens } from './pattern-cover.ts';
import type { QueryPart, QueryValue, Report } from './query-part.ts';

interface EqlContext {
  readonly fields: EqlFields;
  readonly report: Report;
}

const UNKNOWN: QueryPart = { kind: 'unknown' };

/** A clause that does not fit its field, and one that is the same for every event, is told and becomes unknown. */
export function eqlParts(node: EqlNode, context: EqlContext): QueryPart {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => eqlParts(child, context)) };
    case 'not':
      return { kind: 'not', of: eqlParts(node.of, context) };
    case 'literal':
      context.report('constant', node.at, `${printEql(node)} is the same for every event`);
      return UNKNOWN;
    default:
      return leafPart(node, context);
  }
}

function leafPart(node: EqlNode, { fields, report }: EqlContext): QueryPart {
  try {
    checkEql(node, fields);
    const folded = foldEql(node, (field) => fields.isNull(field));
    if (folded.kind === 'literal') {
      report('constant', node.at, `${printEql(node)} is ${printEql(folded)} for every event`);
      return UNKNOWN;
    }
    const clause = bindEql(folded, fields);
    if (isBelowZero(folded))
      report('constant', node.at, `${printEql(node)} holds for no event: it is a whole number, from 0`);
    return fromClause(clause, folded, fields);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    const message = error.message.replace(/^\d+:\d+: /, '');
    const { offset, line, column } = error.details;
    const at =
      typeof offset === 'number' && typeof line === 'number' && typeof column === 'number'
        ? { offset, line, column }
        : node.at;
    const isPattern = isPatternOnIp(node, fields);
    const advice = ', which knows no patterns: ask for a network by cidrMatch(…, "10.0.0.0/8")';
    const hasAdvice = isPattern && node.kind !== 'match';
    report(isPattern ? 'wildcard-on-ip' : 'type-mismatch', at, hasAdvice ? `${message}${advice}` : message);
    return UNKNOWN;
  }
}

/** `source.ip : "10.*"`, and `source.ip == "10.*"`, where the star is meant to be one. */
function isPatternOnIp(node: EqlNode, fields: EqlFields): boolean {
  const field = askedField(node);
  const isPattern =
    node.kind === 'match' || eqlChildren(node).some((child) => child.kind === 'literal' && isStarred(child.value));
  if (field === null || !isPattern) return false;
  try {
    return fields.resolve(field).type.kind === 'ip';
  } catch {
    return false;
  }
}

function isStarred(value: EqlConstant): boolean {
  return typeof value === 'string' && value.includes('*');
}

/** `length(…) < 0` and its like; where a text does not stand, `indexOf` is null, not -1. */
function isBelowZero(node: EqlNode): boolean {
  if (node.kind !== 'comparison' || node.operator === '!=' || node.left.kind !== 'call') return false;
  const { value } = node.right.kind === 'literal' ? node.right : { value: null };
  if (!isEqlNumber(value) || !['length', 'indexof'].includes(node.left.name.toLowerCase())) return false;
  const type = fieldType('long');
  const wanted = numberInterval(type, RANGES[node.operator] ?? 'is', literalText(type, value));
  if (wanted === null) return false;
  return (
    wanted.max < 0 ||
    (wanted.max === 0 && !wanted.isMaxIn) ||
    (wanted.min === wanted.max && !Number.isInteger(wanted.min))
  );
}

/** `!=` and its like were lowered into a not around the leaf. */
function fromClause(clause: Clause, node: EqlNode, fields: EqlFields): QueryPart {
  switch (clause.kind) {
    case 'leaf': {
      const asked = askedField(node);
      const field = asked === null ? null : fields.resolve(asked);
      const values = field === null ? [] : valuesOf(node, field);
      return {
        kind: 'leaf',
        text: clause.text,
        at: asked?.at ?? node.at,
        key: clause.key,
        field,
        isExistence: clause.leafKind === 'exists',
        values,
        interval: field === null ? null : intervalOf(node, field),
        alone: loneField(clause, mindsCase(node, field, values)),
      };
    }
    case 'not':
      return { kind: 'not', of: fromClause(clause.of, node, fields) };
    case 'and':
    case 'or':
      return { kind: clause.kind, of: clause.of.map((part) => fromClause(part, node, fields)) };
    case 'nested':
      return UNKNOWN;
  }
}

/** A length is the same in either case of ASCII, and no more is folded. */
function mindsCase(node: EqlNode, field: ResolvedField | null, values: readonly QueryValue[]): boolean {
  if (field?.type.isLowerCase === true) return false;
  if (isLengthOfField(node)) return false;
  return values.length === 0 || values.some(({ ignoreCase }) => !ignoreCase);
}

function isLengthOfField(node: EqlNode): boolean {
  if (node.kind !== 'comparison' || node.right.kind !== 'literal' || node.left.kind !== 'call') return false;
  return node.left.name.toLowerCase() === 'length' && node.left.arguments[0]?.kind === 'field';
}

function askedField(node: EqlNode): EqlField | null {
  switch (node.kind) {
    case 'field':
      return node;
    case 'comparison':
      return node.left.kind === 'field' ? node.left : null;
    case 'in':
    case 'match':
      return node.of.kind === 'field' ? node.of : null;
    case 'call':
      return isPushed(node) ? node.arguments[0] : null;
    default:
      return null;
  }
}

function valuesOf(node: EqlNode, { type }: ResolvedField): readonly QueryValue[] {
  switch (node.kind) {
    case 'comparison': {
      if (node.operator !== '==' && node.operator !== '!=') return literals([node.right], type, 'other', false);
      return literals([node.right], type, 'exact', false);
    }
    case 'in':
      return literals(node.list, type, 'exact', node.isCaseInsensitive);
    case 'match': {
      const ignoreCase = node.operator !== 'like' && node.operator !== 'regex';
      if (node.operator === 'regex' || node.operator === 'regex~')
        return literals(node.patterns, type, 'regexp', ignoreCase);
      return literals(node.patterns, type, 'pattern', ignoreCase);
    }
    case 'call': {
      const name = node.name.toLowerCase();
      const form = name === 'endswith' || name === 'stringcontains' ? 'needle' : 'other';
      return literals(node.arguments.slice(1), type, form, node.isCaseInsensitive);
    }
    default:
      return [];
  }
}

function literals(
  nodes: readonly EqlNode[],
  type: FieldType,
  form: QueryValue['form'],
  ignoreCase: boolean,
): readonly QueryValue[] {
  return nodes.flatMap((node): QueryValue[] => {
    if (node.kind !== 'literal' || node.value === null) return [];
    const text = literalText(type, node.value);
    const isPattern = form === 'pattern' && /[*?]/.test(text);
    const shape = form === 'pattern' && !isPattern ? 'exact' : form;
    const fixedLength = isPattern ? text.replaceAll('*', '').length : text.length;
    const satisfies = predicateOf(type, text, shape, ignoreCase);
    const tokens = tokensOf(type, text, shape);
    return [{ text, form: shape, ignoreCase, isPlainQuote: true, at: node.at, fixedLength, satisfies, tokens }];
  });
}

function tokensOf(type: FieldType, text: string, form: QueryValue['form']): QueryValue['tokens'] {
  if (!isTextual(type)) return null;
  if (form === 'pattern') return parseWildcardPattern(likePattern(text)).tokens;
  return form === 'exact' ? textTokens(text) : null;
}

/** `!=` was lowered into a not around the equality. */
function intervalOf(node: EqlNode, { type }: ResolvedField): Interval | null {
  if (node.kind !== 'comparison' || node.right.kind !== 'literal' || typeof node.right.value === 'string') return null;
  const { value } = node.right;
  if (value === null || typeof value === 'boolean') return null;
  return numberInterval(type, RANGES[node.operator] ?? 'is', literalText(type, value));
}

function predicateOf(
  type: FieldType,
  text: string,
  form: QueryValue['form'],
  ignoreCase: boolean,
): QueryValue['satisfies'] {
  if (form === 'pattern') return textListPredicate(type, { ignoreCase, texts: [], patterns: [likePattern(text)] });
  if (form !== 'exact') return null;
  if (!isTextual(type) || !ignoreCase) return equalsPredicate(type, text, { isPhrase: false });
  return textListPredicate(type, { ignoreCase, texts: [text], patterns: [] });
}
