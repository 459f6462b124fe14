// What asks an object for a value: the schema has no value there, and what an event has is ignored (semantics.md 4.4). The query is legal
// and matches nothing, which who has `host: "web-1"` in an archive of another schema must be told.

import type { FieldTypes } from '../fields/field-types.ts';
import type { TextPosition } from '../text-position.ts';
import { isLoneStar, valueText, type KqlField, type KqlNode } from './kql-tree.ts';

interface ObjectDoubt {
  readonly at: TextPosition;
  readonly message: string;
}

/** One for each clause. Names within a group are those of its own objects, and left alone. */
export function objectDoubts(node: KqlNode, types: FieldTypes): readonly ObjectDoubt[] {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.of.flatMap((child) => objectDoubts(child, types));
    case 'not':
      return objectDoubts(node.of, types);
    case 'nested':
      return [];
    case 'is':
      return node.field === null || isLoneStar(node.value) ? [] : doubtsOf(node.field, types);
    case 'range':
      return doubtsOf(node.field, types);
  }
}

function doubtsOf(field: KqlField, types: FieldTypes): readonly ObjectDoubt[] {
  if (field.kind === 'wildcard') return [];
  const name = valueText(field);
  if (types.resolve(name).type.kind !== 'object') return [];
  const below = types.names.includes(`${name}.name`)
    ? `${name}.name`
    : types.names.find((each) => each.startsWith(`${name}.`));
  const advice = below === undefined ? '' : `: ask a field below it, as ${below}, or give it a type (--field-types)`;
  return [{ at: field.at, message: `${name} is an object, and a value in its place is ignored${advice}` }];
}
