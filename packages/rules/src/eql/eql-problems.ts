// Everything in an event query that does not fit its fields, where compiling stops at the first.

import { InputError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindCategory, compileEql, type CompileEqlOptions } from './compile-eql.ts';
import { bindEql } from './bind-eql.ts';
import { checkEql } from './check-eql.ts';
import { eqlChildren } from './eql-children.ts';
import { EqlFields } from './eql-fields.ts';
import type { EqlEventQuery, EqlField, EqlNode } from './eql-tree.ts';
import { foldEql } from './fold-eql.ts';

/** What `compileEql` throws, for each part of the query that it would throw it for, in order of their places; none: it compiles. */
export function eqlProblems(
  query: EqlEventQuery,
  fieldTypes: FieldTypes,
  options: CompileEqlOptions = {},
): readonly InputError[] {
  const whole = problemOf(() => compileEql(query, fieldTypes, options));
  if (whole.length === 0) return [];
  const fields = new EqlFields(fieldTypes, options);
  const found = [
    ...problemOf(() => bindCategory(query, fields, options.categoryField)),
    ...inNode(query.condition, fields),
  ];
  const byPlace = new Map<unknown, InputError>();
  // What only shows in the whole, as a condition's own type, comes first where it has a place of its own.
  for (const error of [...found, ...whole]) {
    const { offset } = error.details;
    if (!byPlace.has(offset)) byPlace.set(offset, error);
  }
  return [...byPlace.values()].toSorted((a, b) => Number(a.details['offset']) - Number(b.details['offset']));
}

function inNode(node: EqlNode, fields: EqlFields): readonly InputError[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.of.flatMap((child) => inNode(child, fields));
    case 'not':
      return inNode(node.of, fields);
    case 'in':
      return inLeaf(
        node,
        node.list.map((item) => ({ ...node, list: [item] })),
        fields,
      );
    case 'match':
      return inLeaf(
        node,
        node.patterns.map((pattern) => ({ ...node, patterns: [pattern] })),
        fields,
      );
    default:
      return inLeaf(node, [node], fields);
  }
}

/** `parts`: the leaf with each item of its list alone. Where a field is wrong, nothing that is said of its type would help. */
function inLeaf(leaf: EqlNode, parts: readonly EqlNode[], fields: EqlFields): readonly InputError[] {
  const unusable = fieldsOf(leaf).flatMap((field) =>
    problemOf(() => (fields.isNull(field) ? null : fields.resolve(field))),
  );
  if (unusable.length > 0) return unusable;
  return parts.flatMap((part) =>
    problemOf(() => {
      checkEql(part, fields);
      bindEql(
        foldEql(part, (field) => fields.isNull(field)),
        fields,
      );
    }),
  );
}

function fieldsOf(node: EqlNode): readonly EqlField[] {
  return node.kind === 'field' ? [node] : eqlChildren(node).flatMap((child) => fieldsOf(child));
}

function problemOf(work: () => unknown): readonly InputError[] {
  try {
    work();
    return [];
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}
