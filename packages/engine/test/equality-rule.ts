// A compiled rule that is plain to see through: one field equals one value. What the scan does with a rule is tested with it.

import { NO_REQUIREMENT, parseFieldPath, scalarText, type EventView } from '@coldhunt/core';
import type { CompiledRule, Rule, Term } from '@coldhunt/rules';

export interface EqualityOptions {
  readonly field?: string;
  readonly value?: string;
  /** Events with this value of `user.name` are excepted. */
  readonly exceptUser?: string;
}

export function compileEquality(rule: Rule, options: EqualityOptions = {}): CompiledRule {
  const { field = 'process.name', value = 'aws', exceptUser } = options;
  const path = parseFieldPath(field);
  const user = parseFieldPath('user.name');
  const terms = termFields(rule).map(parseFieldPath);
  const counted = rule.threshold?.cardinality[0]?.field;
  const matches = (event: EventView): boolean => event.values(path).includes(value);
  return {
    rule,
    hash: '0'.repeat(64),
    clause: {
      kind: 'leaf',
      leafKind: 'equal',
      text: `${field}: "${value}"`,
      key: JSON.stringify([field, value]),
      fieldName: field,
      matches,
      inspect: () => ({ values: [], satisfying: [] }),
      requirement: NO_REQUIREMENT,
      fields: [path],
      neededField: field,
      asks: null,
      term: null,
    },
    requirement: { kind: 'leaf', path, literals: [{ text: value, ignoreCase: false }] },
    fields: [path, user, ...terms, ...(counted === undefined ? [] : [parseFieldPath(counted)])],
    neededFields: [[field]],
    warnings: [],
    matches,
    exceptedBy: (event) => (exceptUser !== undefined && event.values(user).includes(exceptUser) ? 'item-1' : null),
    terms: (event) =>
      terms.length === 0 && rule.type !== 'threshold' ? [] : product(terms.map((term) => valuesOf(event, term.name))),
    distinct: (event) => (counted === undefined ? null : valuesOf(event, counted)),
    groupBy: () => null,
    explain: () => [{ clause: `${field}: "${value}"`, field, holds: true, values: [value], reason: 'equal' }],
  };
}

function termFields(rule: Rule): readonly string[] {
  if (rule.type === 'threshold') return rule.threshold?.field ?? [];
  return rule.type === 'new_terms' ? (rule.new_terms_fields ?? []) : [];
}

function valuesOf(event: EventView, name: string): readonly Term[] {
  return [...new Set(event.values(parseFieldPath(name)).map((scalar) => scalarText(scalar)))];
}

function product(lists: readonly (readonly Term[])[]): readonly (readonly Term[])[] {
  return lists.reduce<readonly (readonly Term[])[]>(
    (tuples, list) => tuples.flatMap((tuple) => list.map((value) => [...tuple, value])),
    [[]],
  );
}
