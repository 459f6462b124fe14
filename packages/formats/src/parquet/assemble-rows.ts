// Entries of columns -> documents: repetition and definition levels say where lists go on and what is missing (Dremel's encoding).

import type { Document, DocumentValue } from '@coldhunt/core';
import { corrupt } from './corrupt.ts';
import type { LeafRows } from './pick-rows.ts';
import { PickedValues } from './picked-values.ts';
import type { Leaf, SchemaNode, StructNode } from './schema-tree.ts';

const NO_LEVELS = new Uint8Array();

/** A row of some leaf's entries; rows of several leaves may come from different reads. */
interface LeafCursor {
  readonly leaf: Leaf;
  rows: LeafRows;
  at: number;
  end: number;
}

/** Builds documents of the columns that were read; nulls are left out of objects. */
export class RowAssembler {
  readonly #root: StructNode;
  readonly #cursors: readonly (LeafCursor | undefined)[];

  /** `leaves`: those that were read. Of a map both leaves must be among them. */
  constructor(root: StructNode, leaves: readonly Leaf[]) {
    const cursors: LeafCursor[] = [];
    for (const leaf of leaves) {
      const values = new PickedValues(leaf.type, 0);
      const none: LeafRows = { starts: new Int32Array(1), repetition: NO_LEVELS, definition: NO_LEVELS, values };
      cursors[leaf.index] = { leaf, rows: none, at: 0, end: 0 };
    }
    this.#cursors = cursors;
    this.#root = prune(root, cursors);
  }

  /** Throws PARQUET_CORRUPT where columns do not agree about a row. */
  assemble(rowOf: (leaf: Leaf) => { readonly rows: LeafRows; readonly index: number }): Document {
    for (const leaf of this.#root.leaves) {
      const cursor = this.#cursors[leaf.index] as LeafCursor;
      const { rows, index } = rowOf(leaf);
      cursor.rows = rows;
      cursor.at = rows.starts[index] as number;
      cursor.end = rows.starts[index + 1] as number;
    }
    const document = this.#readStruct(this.#root);
    for (const leaf of this.#root.leaves) {
      const { at, end } = this.#cursors[leaf.index] as LeafCursor;
      if (at !== end) throw corrupt(`column ${leaf.name} has more values in a row than its list`);
    }
    return document;
  }

  #read(node: SchemaNode): DocumentValue {
    switch (node.kind) {
      case 'leaf':
        return this.#readLeaf(node.leaf);
      case 'struct':
        if (this.#definition(node) >= node.definition) return this.#readStruct(node);
        this.#skip(node);
        return null;
      case 'list':
        return this.#readList(node);
      case 'map':
        return this.#readMap(node);
    }
  }

  #readLeaf(leaf: Leaf): DocumentValue {
    const cursor = this.#cursorOf(leaf);
    const value = cursor.rows.values.at(cursor.at);
    cursor.at += 1;
    return value;
  }

  #readStruct(node: StructNode): Document {
    const document: Document = {};
    for (const child of node.children) {
      const value = this.#read(child);
      if (value !== null) setKey(document, child.name, value);
    }
    return document;
  }

  #readList(node: Extract<SchemaNode, { kind: 'list' }>): DocumentValue {
    const level = this.#definition(node);
    if (level < node.entryDefinition) {
      this.#skip(node);
      return level >= node.definition && !node.isBare ? [] : null;
    }
    const list: DocumentValue[] = [];
    do list.push(this.#read(node.element));
    while (this.#goesOn(node, node.entryRepetition));
    return list;
  }

  #readMap(node: Extract<SchemaNode, { kind: 'map' }>): DocumentValue {
    const level = this.#definition(node);
    if (level < node.entryDefinition) {
      this.#skip(node);
      return level >= node.definition ? {} : null;
    }
    const map: Document = {};
    do {
      const key = this.#read(node.key);
      const value = this.#read(node.value);
      if (value !== null) setKey(map, typeof key === 'string' ? key : String(key), value);
    } while (this.#goesOn(node, node.entryRepetition));
    return map;
  }

  /** Level of the next entry of a node: that of any of its columns. */
  #definition(node: SchemaNode): number {
    const cursor = this.#first(node);
    return cursor.rows.definition[cursor.at] as number;
  }

  #goesOn(node: SchemaNode, repetition: number): boolean {
    const [leaf] = node.leaves;
    const cursor = leaf === undefined ? undefined : this.#cursors[leaf.index];
    return cursor !== undefined && cursor.at < cursor.end && cursor.rows.repetition[cursor.at] === repetition;
  }

  #skip(node: SchemaNode): void {
    for (const leaf of node.leaves) this.#cursorOf(leaf).at += 1;
  }

  #first(node: SchemaNode): LeafCursor {
    const [leaf] = node.leaves;
    if (leaf === undefined) throw corrupt('a list or struct without columns');
    return this.#cursorOf(leaf);
  }

  #cursorOf(leaf: Leaf): LeafCursor {
    const cursor = this.#cursors[leaf.index];
    if (cursor === undefined || cursor.at >= cursor.end)
      throw corrupt(`column ${leaf.name} has fewer values in a row than its list`);
    return cursor;
  }
}

function setKey(document: Document, key: string, value: DocumentValue): void {
  if (key === '__proto__') {
    Object.defineProperty(document, key, { value, enumerable: true, configurable: true, writable: true });
  } else document[key] = value;
}

/** The tree of the columns that were read. */
function prune(root: StructNode, cursors: readonly (LeafCursor | undefined)[]): StructNode {
  const isRead = ({ leaves }: SchemaNode): boolean => leaves.some(({ index }) => cursors[index] !== undefined);
  const leavesOf = (node: SchemaNode): readonly Leaf[] =>
    node.leaves.filter(({ index }) => cursors[index] !== undefined);
  const pruneNode = (node: SchemaNode): SchemaNode => {
    switch (node.kind) {
      case 'leaf':
      case 'map':
        return node;
      case 'list':
        return { ...node, element: pruneNode(node.element), leaves: leavesOf(node) };
      case 'struct':
        return pruneStruct(node);
    }
  };
  const pruneStruct = (node: StructNode): StructNode => ({
    ...node,
    children: node.children.filter(isRead).map(pruneNode),
    leaves: leavesOf(node),
  });
  return pruneStruct(root);
}
