// What Kibana's filters and exceptions come down to: tests on fields joined by and, or, not and nested. Compiled like a query.

import { NO_REQUIREMENT, parseFieldPath, type EventView, type FieldPath, type Requirement } from '@coldhunt/core';
import type { ExplainedClause } from '../compiled-rule.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import { anyValue, fieldExists, fieldValues, type EventPredicate } from '../fields/field-values.ts';
import type { ValuePredicate } from '../fields/value-predicate.ts';
import { allOf, anyOf } from '../kql/kql-requirement.ts';

/** A test on one field. */
export interface FieldClause {
  readonly kind: 'field';
  readonly field: ResolvedField;
  readonly test: EventPredicate;
  /** A field without a value of which the clause cannot hold; null: values below it do as well. */
  readonly needed: string | null;
  /** The clause as people write it, for explanations. */
  readonly text: string;
  /** Necessary for the clause to hold; absent: nothing is known. */
  readonly requirement?: Requirement;
}

export type Clause =
  | FieldClause
  | { readonly kind: 'nested'; readonly path: FieldPath; readonly of: Clause }
  | { readonly kind: 'not'; readonly of: Clause }
  | { readonly kind: 'and' | 'or'; readonly of: readonly Clause[] };

/**
 * A clause on the values of a field. Inside a nested group the field's path is relative to `below`; outside one a nested field has no
 * values: Elasticsearch keeps them in documents of their own.
 */
export function fieldClause(
  field: ResolvedField,
  predicate: ValuePredicate,
  text: string,
  below: string | null = null,
): FieldClause {
  const located = locate(field, below);
  const test = isHidden(field, below) ? () => false : anyValue(located, predicate);
  return { kind: 'field', field: located, test, needed: field.isFlattenedRoot ? null : field.path.name, text };
}

export function existsClause(field: ResolvedField, below: string | null = null): FieldClause {
  const located = locate(field, below);
  const test = isHidden(field, below) ? () => false : fieldExists(located);
  const { kind } = field.type;
  const isObject = field.isFlattenedRoot || kind === 'dynamic' || kind === 'object' || kind === 'geo_point';
  return { kind: 'field', field: located, test, needed: isObject ? null : field.path.name, text: `${field.name}: *` };
}

export function clausePredicate(clause: Clause): EventPredicate {
  switch (clause.kind) {
    case 'field':
      return clause.test;
    case 'not': {
      const inner = clausePredicate(clause.of);
      return (event, nowMs) => !inner(event, nowMs);
    }
    case 'nested': {
      const inner = clausePredicate(clause.of);
      return (event, nowMs) => event.objects(clause.path).some((object) => inner(object, nowMs));
    }
    case 'and': {
      const parts = clause.of.map((part) => clausePredicate(part));
      return (event, nowMs) => parts.every((part) => part(event, nowMs));
    }
    case 'or': {
      const parts = clause.of.map((part) => clausePredicate(part));
      return (event, nowMs) => parts.some((part) => part(event, nowMs));
    }
  }
}

/** Every field that a clause looks at; of a nested group the group itself. */
export function clauseFields(clause: Clause): readonly FieldPath[] {
  switch (clause.kind) {
    case 'field':
      return [clause.field.path];
    case 'nested':
      return [clause.path];
    case 'not':
      return clauseFields(clause.of);
    case 'and':
    case 'or':
      return clause.of.flatMap((part) => clauseFields(part));
  }
}

/** Fields without which the clause cannot hold: all of the outer list, any of an inner one. */
export function clauseNeededFields(clause: Clause): readonly (readonly string[])[] {
  switch (clause.kind) {
    case 'field':
      return clause.needed === null ? [] : [[clause.needed]];
    case 'not':
    case 'nested':
      return [];
    case 'and':
      return clause.of.flatMap((part) => clauseNeededFields(part));
    case 'or': {
      const parts = clause.of.map((part) => clauseNeededFields(part)[0]);
      return parts.some((part) => part === undefined) || parts.length === 0
        ? []
        : [[...new Set(parts.flat() as string[])]];
    }
  }
}

/** A necessary condition of the clause. Negations are pushed to the leaves, and a negated leaf requires nothing. */
export function clauseRequirement(clause: Clause, isNegated = false): Requirement {
  switch (clause.kind) {
    case 'field':
      return isNegated ? NO_REQUIREMENT : (clause.requirement ?? NO_REQUIREMENT);
    case 'nested':
      return NO_REQUIREMENT;
    case 'not':
      return clauseRequirement(clause.of, !isNegated);
    case 'and':
    case 'or': {
      const parts = clause.of.map((part) => clauseRequirement(part, isNegated));
      if (parts.length === 0) return NO_REQUIREMENT;
      return (clause.kind === 'and') === isNegated ? anyOf(parts) : allOf(parts);
    }
  }
}

/** One entry a field clause; `isNegated`: it stands under a not. */
export function explainClause(
  clause: Clause,
  event: EventView,
  nowMs: number,
  isNegated = false,
): readonly ExplainedClause[] {
  switch (clause.kind) {
    case 'field': {
      const found = clause.test(event, nowMs);
      const values = fieldValues(clause.field, event).map((value) => String(value));
      return [
        {
          clause: isNegated ? `not ${clause.text}` : clause.text,
          field: clause.field.name,
          holds: found !== isNegated,
          values,
          reason:
            values.length === 0
              ? 'no value'
              : found
                ? isNegated
                  ? 'excluded by not'
                  : 'a value fits'
                : 'no value fits',
        },
      ];
    }
    case 'nested':
      return event.objects(clause.path).flatMap((object) => explainClause(clause.of, object, nowMs, isNegated));
    case 'not':
      return explainClause(clause.of, event, nowMs, !isNegated);
    case 'and':
    case 'or':
      return clause.of.flatMap((part) => explainClause(part, event, nowMs, isNegated));
  }
}

function isHidden(field: ResolvedField, below: string | null): boolean {
  return field.nestedPath !== null && below === null;
}

function locate(field: ResolvedField, below: string | null): ResolvedField {
  if (below === null) return field;
  return { ...field, path: parseFieldPath(field.path.name.slice(below.length + 1)) };
}
