// The direct parts of an expression.

import type { EqlNode } from './eql-tree.ts';

/** In the order in which they were written. */
export function eqlChildren(node: EqlNode): readonly EqlNode[] {
  switch (node.kind) {
    case 'literal':
    case 'field':
      return [];
    case 'call':
      return node.arguments;
    case 'comparison':
    case 'arithmetic':
      return [node.left, node.right];
    case 'in':
      return [node.of, ...node.list];
    case 'match':
      return [node.of, ...node.patterns];
    case 'negation':
    case 'not':
      return [node.of];
    case 'and':
    case 'or':
      return node.of;
  }
}
