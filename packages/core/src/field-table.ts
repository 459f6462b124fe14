// Many field names in one tree, so that one walk over an event finds the values of all.

import type { FieldPath } from './field-path.ts';
import type { Scalar } from './scalar.ts';

/** The fields of a table, numbered in its order. */
export interface FieldTable {
  readonly paths: readonly FieldPath[];
  /** The number of a field by its name. */
  readonly numbers: ReadonlyMap<string, number>;
  readonly root: FieldNode;
}

/** What may follow at a place within an event. */
export interface FieldNode {
  /** The number of the field whose values stand here; -1: none. */
  readonly number: number;
  /** By the keys of an object here, which may be dotted. */
  readonly children: ReadonlyMap<string, FieldNode>;
}

/** Takes a value of the field with the number. */
export type FieldVisit = (number: number, value: Scalar) => void;

interface GrowingNode {
  number: number;
  readonly children: Map<string, GrowingNode>;
}

/** Fields of one name are one field of the table. */
export function createFieldTable(fields: readonly FieldPath[]): FieldTable {
  const paths = [...new Map(fields.map((path) => [path.name, path])).values()];
  const nodes = new Map<string, GrowingNode>();
  const nodeAt = (name: string): GrowingNode => {
    let node = nodes.get(name);
    if (node === undefined) nodes.set(name, (node = { number: -1, children: new Map() }));
    return node;
  };
  const root: GrowingNode = { number: -1, children: new Map() };
  for (const [number, { name, segments, joined }] of paths.entries()) {
    for (const [from, keys] of joined.entries()) {
      const parent = from === 0 ? root : nodeAt(segments.slice(0, from).join('.'));
      for (const [length, key] of keys.entries()) {
        parent.children.set(key, nodeAt(segments.slice(0, from + length + 1).join('.')));
      }
    }
    nodeAt(name).number = number;
  }
  return { paths, numbers: new Map(paths.map(({ name }, number) => [name, number])), root };
}
