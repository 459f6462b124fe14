// Syntax tree + field types -> clause. Here a clause that does not fit the type of its field, or a nested field outside its
// group, becomes an error with its position (semantics.md 4.2, 4.3, 8.B).

import { InputError, parseFieldPath } from '@coldhunt/core';
import type { Clause, LeafClause } from '../clauses/clause.ts';
import { fieldLeaf } from '../clauses/field-leaf.ts';
import { equalsTest, existsTest, globTest, rangeTest, type LeafTest } from '../clauses/leaf-test.ts';
import type { FieldType, ResolvedField } from '../fields/field-type.ts';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindOpenLeaf } from './bind-open-leaf.ts';
import { isLoneStar, valueText, type KqlIs, type KqlNode, type KqlPosition, type KqlRange } from './kql-tree.ts';
import { printKql } from './print-kql.ts';

/** Throws InputError KQL_TYPE or KQL_NESTED with `details: {line, column, offset}`. `group`: the full path of the nested group around. */
export function bindKql(node: KqlNode, types: FieldTypes, group: string | null = null): Clause {
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
        text: printKql(node),
        path: parseFieldPath(relative),
        fullPath: parseFieldPath(full),
        isUnmapped: types.isClosed && kind !== 'nested',
        of: bindKql(node.of, types, full),
      };
    }
    case 'is':
    case 'range':
      return bindLeaf(node, types, group);
  }
}

function bindLeaf(clause: KqlIs | KqlRange, types: FieldTypes, group: string | null): LeafClause {
  const { field, value } = clause;
  if (value.kind === 'null') {
    throw problem('KQL_TYPE', value.at, 'nothing can be compared with null: write "not field: *" for a missing field');
  }
  if (field === null || field.kind === 'wildcard') return bindOpenLeaf(clause, types, group);
  const name = fullName(group, valueText(field));
  const resolved = types.resolve(name);
  checkNesting(resolved, group, field.at);
  const test = withPosition(value.at, name, () => testOf(clause, resolved.type));
  return fieldLeaf(resolved, test, { text: printKql(clause), group });
}

function testOf(clause: KqlIs | KqlRange, type: FieldType): LeafTest {
  const { value } = clause;
  if (clause.kind === 'range') return rangeTest(type, clause.operator, valueText(value));
  if (isLoneStar(value)) return existsTest(type);
  if (value.kind === 'wildcard') return globTest(type, value.parts);
  return equalsTest(type, valueText(value), { isPhrase: value.kind === 'text' && value.isQuoted });
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
