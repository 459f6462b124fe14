// Syntax tree + field types -> bound tree. Here a clause that does not fit the type of its field, or a nested field outside its
// group, becomes an error with its position (semantics.md 4.2, 4.3, 8.B).

import { InputError, NO_REQUIREMENT, parseFieldPath } from '@coldhunt/core';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { existsPredicate } from '../fields/exists-predicate.ts';
import type { ResolvedField } from '../fields/field-type.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { anyValue, fieldExists, fieldValues } from '../fields/field-values.ts';
import { compileEsDate } from '../date-math/compile-es-date.ts';
import { rangePredicate } from '../fields/range-predicate.ts';
import { globPredicate } from '../fields/wildcard-predicate.ts';
import type { BoundLeaf, BoundNode, ClauseKind } from './bound-kql.ts';
import { bindOpenLeaf } from './bind-open-leaf.ts';
import { isLoneStar, valueText, type KqlIs, type KqlNode, type KqlPosition, type KqlRange } from './kql-tree.ts';
import { leafRequirement, type FieldNeed } from './leaf-requirement.ts';
import { printKql } from './print-kql.ts';
import { requiredRange } from './required-range.ts';
import { textsOfEquality, textsOfPattern } from './required-text.ts';

/** Throws InputError KQL_TYPE or KQL_NESTED with `details: {line, column, offset}`. `group`: the full path of the nested group around. */
export function bindKql(node: KqlNode, types: FieldTypes, group: string | null = null): BoundNode {
  switch (node.kind) {
    case 'and':
    case 'or':
      return { kind: node.kind, of: node.of.map((child) => bindKql(child, types, group)) };
    case 'not':
      return { kind: 'not', of: bindKql(node.of, types, group) };
    case 'nested': {
      const { path } = node;
      const relative = valueText(path);
      if (path.kind === 'wildcard') {
        throw problem('KQL_NESTED', path.at, `the path of a nested group cannot hold *, found "${relative}"`);
      }
      const full = fullName(group, relative);
      const { kind } = types.resolve(full).type;
      if (kind !== 'nested' && kind !== 'dynamic' && kind !== 'unmapped' && kind !== 'object') {
        throw problem(
          'KQL_NESTED',
          path.at,
          `"${full}" is a ${kind} field, not a nested one: it cannot have a group { … }`,
        );
      }
      return {
        kind: 'nested',
        path: parseFieldPath(relative),
        fullPath: parseFieldPath(full),
        isUnmapped: types.isClosed && kind !== 'nested',
        of: bindKql(node.of, types, full),
        clause: printKql(node),
      };
    }
    case 'is':
    case 'range':
      return bindLeaf(node, types, group);
  }
}

function bindLeaf(clause: KqlIs | KqlRange, types: FieldTypes, group: string | null): BoundLeaf {
  const { field, value } = clause;
  if (value.kind === 'null') {
    throw problem('KQL_TYPE', value.at, 'nothing can be compared with null: write "not field: *" for a missing field');
  }
  if (field === null || field.kind === 'wildcard') return bindOpenLeaf(clause, types, group);
  const name = fullName(group, valueText(field));
  const resolved = types.resolve(name);
  checkNesting(resolved, group, field.at);
  const shape = withPosition(value.at, name, () => shapeOf(clause, resolved));
  const local = group === null ? resolved : relativeTo(resolved, group);
  const isObject = ['dynamic', 'object', 'geo_point'].includes(resolved.type.kind);
  const isExistence = shape.clauseKind === 'exists';
  return {
    kind: 'leaf',
    clause,
    clauseKind: shape.clauseKind,
    fieldName: name,
    matches: isExistence ? fieldExists(local) : anyValue(local, shape.satisfies),
    inspect: (event, nowMs) => {
      const values = fieldValues(local, event);
      return { values, satisfying: values.filter((each) => shape.satisfies(each, nowMs)) };
    },
    // An object exists through what is below it, a flattened field holds what is below it: nothing stands at its own path.
    requirement: isExistence && isObject ? NO_REQUIREMENT : leafRequirement(resolved, shape),
    fields: [resolved.path],
    neededField: resolved.isFlattenedRoot || (isExistence && isObject) ? null : resolved.path.name,
    term: shape.term === null ? null : { field: local, text: shape.term },
  };
}

interface LeafShape extends FieldNeed {
  readonly clauseKind: ClauseKind;
  readonly term: string | null;
}

function shapeOf(clause: KqlIs | KqlRange, { type }: ResolvedField): LeafShape {
  const { value } = clause;
  const text = valueText(value);
  const usesNow = (type.kind === 'date' || type.kind === 'dynamic') && (compileEsDate(text)?.usesNow ?? false);
  if (clause.kind === 'range') {
    const satisfies = rangePredicate(type, clause.operator, text);
    const range = requiredRange(type, clause.operator, text);
    return { clauseKind: 'range', satisfies, texts: [], range, usesNow, term: null };
  }
  if (isLoneStar(value)) {
    return {
      clauseKind: 'exists',
      satisfies: existsPredicate(type),
      texts: [],
      range: null,
      usesNow: false,
      term: null,
    };
  }
  if (value.kind === 'wildcard') {
    const satisfies = globPredicate(type, value.parts);
    const texts = textsOfPattern(type, value.parts);
    return { clauseKind: 'pattern', satisfies, texts, range: null, usesNow: false, term: null };
  }
  const isPhrase = value.kind === 'text' && value.isQuoted;
  const satisfies = equalsPredicate(type, text, { isPhrase });
  const texts = textsOfEquality(type, text, isPhrase);
  const isTerm = ['keyword', 'wildcard', 'constant_keyword', 'flattened'].includes(type.kind);
  return {
    clauseKind: 'equal',
    satisfies,
    texts,
    range: requiredRange(type, 'is', text),
    usesNow,
    term: isTerm || (type.kind === 'dynamic' && texts.length > 0) ? text : null,
  };
}

function checkNesting(field: ResolvedField, group: string | null, at: KqlPosition): void {
  const { name, nestedPath, type } = field;
  if (type.kind === 'nested') {
    throw problem(
      'KQL_NESTED',
      at,
      `${name} is a nested field and has no value of its own: write ${name}:{ field: value }`,
    );
  }
  if (nestedPath === group) return;
  if (group === null) {
    throw problem(
      'KQL_NESTED',
      at,
      `${name} is a nested field, but is not in a nested group: write ${nestedPath}:{ ${name.slice((nestedPath ?? '').length + 1)}: … }`,
    );
  }
  const isUnmapped = type.kind === 'dynamic' || type.kind === 'unmapped';
  if (isUnmapped && (nestedPath === null || group.startsWith(`${nestedPath}.`))) return;
  if (nestedPath === null) {
    throw problem(
      'KQL_NESTED',
      at,
      `${name} is not a nested field but is in nested group "${group}": write ${name}: … outside the group`,
    );
  }
  throw problem(
    'KQL_NESTED',
    at,
    `${name} is in nested group "${group}", an incorrect nested path. The correct path is ${nestedPath}`,
  );
}

/** The field as seen from an object of the group. */
function relativeTo(field: ResolvedField, group: string): ResolvedField {
  return { ...field, path: parseFieldPath(field.path.name.slice(group.length + 1)) };
}

function fullName(group: string | null, name: string): string {
  return group === null ? name : `${group}.${name}`;
}

function withPosition<T>(at: KqlPosition, field: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (error instanceof InputError && error.code === 'KQL_TYPE') {
      throw problem('KQL_TYPE', at, `field ${field}: ${error.message}`, error);
    }
    throw error;
  }
}

function problem(code: 'KQL_TYPE' | 'KQL_NESTED', at: KqlPosition, message: string, cause?: unknown): InputError {
  const { line, column, offset } = at;
  const text = `${line}:${column}: ${message}`;
  return new InputError(
    code,
    text,
    cause === undefined ? { details: { line, column, offset } } : { cause, details: { line, column, offset } },
  );
}
