// Everything in a query that does not fit its fields, where binding stops at the first.

import { InputError } from '@coldhunt/core';
import type { FieldTypes } from '../fields/field-types.ts';
import { bindKql } from './bind-kql.ts';
import { valueText, type KqlNode } from './kql-tree.ts';

/** The errors that bindKql has for the parts of a tree, each with its place, in order; none: it binds. `group`: as bindKql's. */
export function kqlProblems(node: KqlNode, types: FieldTypes, group: string | null = null): readonly InputError[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.of.flatMap((child) => kqlProblems(child, types, group));
    case 'not':
      return kqlProblems(node.of, types, group);
    case 'nested': {
      // The group for itself first: within a wrong one nothing is right.
      const empty: KqlNode = { kind: 'or', of: [] };
      const wrong = problemOf({ ...node, of: empty }, types, group);
      if (wrong.length > 0) return wrong;
      const path = valueText(node.path);
      return kqlProblems(node.of, types, group === null ? path : `${group}.${path}`);
    }
    case 'is':
    case 'range':
      return problemOf(node, types, group);
  }
}

function problemOf(node: KqlNode, types: FieldTypes, group: string | null): readonly InputError[] {
  try {
    bindKql(node, types, group);
    return [];
  } catch (error) {
    if (error instanceof InputError) return [error];
    throw error;
  }
}
