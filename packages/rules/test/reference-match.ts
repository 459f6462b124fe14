// KQL on a document, slow and obvious, written from semantics.md 4 and architecture.md (Time). The oracle of the property tests: it
// shares the syntax tree and the table of field types with the compiled matcher, nothing else.

import type { Document, DocumentValue, Scalar } from '@coldhunt/core';
import type { FieldType, FieldTypes, KqlNode, KqlValue, ResolvedField } from '@coldhunt/rules';
import {
  STRINGS,
  TEXTS,
  entries,
  equals,
  globMatches,
  inRange,
  isIndexed,
  isObject,
  plain,
  termOf,
  tokens,
  type Entry,
} from './reference-values.ts';

export function referenceMatch(tree: KqlNode, document: Document, types: FieldTypes, nowMs: number): boolean {
  return matchesNode(tree, document, { types, nowMs, group: '' });
}

interface Scope {
  readonly types: FieldTypes;
  readonly nowMs: number;
  /** The full path of the nested object that `document` is, with a dot; empty for the whole document. */
  readonly group: string;
}

function matchesNode(node: KqlNode, document: DocumentValue, scope: Scope): boolean {
  switch (node.kind) {
    case 'and':
      return node.of.every((child) => matchesNode(child, document, scope));
    case 'or':
      return node.of.some((child) => matchesNode(child, document, scope));
    case 'not':
      return !matchesNode(node.of, document, scope);
    case 'nested': {
      const path = textOf(node.path);
      const full = scope.group + path;
      if (scope.types.isClosed && scope.types.resolve(full).type.kind !== 'nested') return false;
      return objectsAt(document, path).some((each) => matchesNode(node.of, each, { ...scope, group: `${full}.` }));
    }
    case 'is':
      return matchesIs(node.field, node.value, document, scope);
    case 'range':
      return fieldsOf(node.field, document, scope).some((field) =>
        valuesOf(field, document, scope).some((value) =>
          inRange(field.type, value, node.operator, textOf(node.value), scope.nowMs),
        ),
      );
  }
}

function matchesIs(name: KqlValue | null, value: KqlValue, document: DocumentValue, scope: Scope): boolean {
  const isExistence = isStar(value);
  if (isExistence && (name === null || (scope.group === '' && isStar(name)))) return true;
  return fieldsOf(name, document, scope).some((field) => {
    const values = valuesOf(field, document, scope);
    if (isExistence) {
      if (values.some((each) => isIndexed(field.type, each))) return true;
      const mayBeObject = ['dynamic', 'object', 'geo_point'].includes(field.type.kind);
      return name?.kind !== 'wildcard' && mayBeObject && entriesBelow(field, document, scope).length > 0;
    }
    return values.some((each) => matchesValue(field.type, each, value, name === null, scope.nowMs));
  });
}

/** The fields that a name denotes: one, or all that the document has and the pattern reaches. */
function fieldsOf(name: KqlValue | null, document: DocumentValue, scope: Scope): readonly ResolvedField[] {
  if (name !== null && name.kind !== 'wildcard') return [scope.types.resolve(scope.group + textOf(name))];
  const found: ResolvedField[] = [];
  for (const { name: path } of entries(document)) {
    const full = scope.group + path;
    for (const each of [full, ...scope.types.multiFields(full)]) {
      const field = scope.types.resolve(each);
      const isNamed = name === null || globMatches(scope.group + textOf(name), each);
      const isDeeper =
        scope.group === '' ? name === null && field.nestedPath !== null : isBelowGroup(field, scope.group);
      if (isNamed && !isDeeper && field.path.name === full) found.push(field);
    }
  }
  return found;
}

function isBelowGroup(field: ResolvedField, group: string): boolean {
  return field.nestedPath !== null && `${field.nestedPath}.` !== group && !group.startsWith(`${field.nestedPath}.`);
}

function valuesOf(field: ResolvedField, document: DocumentValue, scope: Scope): readonly Scalar[] {
  if (field.isFlattenedRoot) return entriesBelow(field, document, scope).map(({ value }) => value);
  const path = field.path.name.slice(scope.group.length);
  return entries(document)
    .filter(({ name }) => name === path)
    .map(({ value }) => value);
}

function entriesBelow(field: ResolvedField, document: DocumentValue, scope: Scope): readonly Entry[] {
  const path = field.path.name.slice(scope.group.length);
  return entries(document).filter(({ name }) => name.startsWith(`${path}.`));
}

function objectsAt(node: DocumentValue, path: string): readonly DocumentValue[] {
  if (Array.isArray(node)) return node.flatMap((each) => objectsAt(each, path));
  if (!isObject(node)) return [];
  if (path === '') return [node];
  return Object.entries(node as Document).flatMap(([key, child]) => {
    if (key === path) return objectsAt(child, '');
    return path.startsWith(`${key}.`) ? objectsAt(child, path.slice(key.length + 1)) : [];
  });
}

function isStar(value: KqlValue): boolean {
  return value.kind === 'wildcard' && value.parts.length === 2 && value.parts.every((part) => part === '');
}

function textOf(value: KqlValue): string {
  if (value.kind === 'text') return value.text;
  if (value.kind === 'wildcard') return value.parts.join('*');
  return value.kind === 'null' ? 'null' : String(value.value);
}

function matchesValue(type: FieldType, value: Scalar, literal: KqlValue, isFree: boolean, nowMs: number): boolean {
  if (literal.kind !== 'wildcard')
    return equals(type, value, textOf(literal), nowMs, literal.kind === 'text' && literal.isQuoted);
  const isWhole = !isFree && ['keyword', 'dynamic', 'flattened'].includes(type.kind);
  const patterns = isWhole ? [literal.parts.join('*')] : literal.parts.join('*').split(/[ \t\n\r]+/);
  return patterns.some((pattern) => {
    if (pattern === '') return false;
    if (!pattern.includes('*')) return equals(type, value, pattern, nowMs, false);
    if (TEXTS.includes(type.kind))
      return tokens(String(plain(value))).some((token) => globMatches(pattern.toLowerCase(), token));
    if (!STRINGS.includes(type.kind) && type.kind !== 'dynamic') return false;
    if (type.kind === 'flattened' && pattern.indexOf('*') !== pattern.length - 1) return false;
    const term = termOf(type, value);
    return term !== null && globMatches(type.isLowerCase ? pattern.toLowerCase() : pattern, term);
  });
}
