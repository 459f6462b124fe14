// The fields that a clause looks at.

import type { FieldPath } from '@coldhunt/core';
import type { Clause } from './clause.ts';

/** Every field, once and by name, nested groups with what is in them; null: the clause looks anywhere. */
export function clauseFields(clause: Clause): readonly FieldPath[] | null {
  const found = new Map<string, FieldPath>();
  let isOpen = false;
  const visit = (node: Clause): void => {
    switch (node.kind) {
      case 'leaf':
        isOpen ||= node.fields === null;
        for (const path of node.fields ?? []) found.set(path.name, path);
        return;
      case 'nested':
        found.set(node.fullPath.name, node.fullPath);
        visit(node.of);
        return;
      case 'not':
        visit(node.of);
        return;
      case 'and':
      case 'or':
        for (const child of node.of) visit(child);
    }
  };
  visit(clause);
  if (isOpen) return null;
  return [...found.values()].toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}
