// The columns that lie below a field: of `process`, also a flat column `process.name`.

import type { FieldPath } from '@coldhunt/core';
import type { Leaf, SchemaNode, StructNode } from './schema-tree.ts';

/** In the order of the file; those of the field itself are not among them, unless it is a struct. Names must be spelled alike. */
export function leavesBelow(base: StructNode, path: FieldPath): readonly Leaf[] {
  return belowStruct(base, path.name);
}

/** `name`: what is left of the field's name below the struct. */
function belowStruct(struct: StructNode, name: string): readonly Leaf[] {
  return struct.children.flatMap((child) => {
    if (child.name.startsWith(`${name}.`)) return child.leaves;
    const entry = entryOf(child);
    if (child.name === name) return entry.kind === 'leaf' ? [] : child.leaves;
    if (entry.kind !== 'struct' || !name.startsWith(`${child.name}.`)) return [];
    return belowStruct(entry, name.slice(child.name.length + 1));
  });
}

/** What a list holds, also a list of lists. */
function entryOf(node: SchemaNode): SchemaNode {
  return node.kind === 'list' ? entryOf(node.element) : node;
}
