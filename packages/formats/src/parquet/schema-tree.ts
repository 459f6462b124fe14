// The schema of a Parquet file as a tree of what it means: structs, lists (three levels, legacy two levels, bare repeated fields),
// maps, and leaves with their levels.

import type { SchemaElement } from 'hyparquet';
import { corrupt } from './corrupt.ts';
import { leafType, type LeafType } from './leaf-type.ts';

const MAX_DEPTH = 100;
const MAX_LEAVES = 50_000;

/** A column that holds values. */
export interface Leaf {
  /** Its place among the leaves, which is its place among the chunks of a row group. */
  readonly index: number;
  /** As chunks name it, segments joined by NUL. */
  readonly path: string;
  /** Names from the top without those of lists: `process.args`. */
  readonly name: string;
  readonly maxDefinition: number;
  readonly maxRepetition: number;
  readonly type: LeafType;
}

/** `definition`: the level from which on the node is there. */
interface NodeBase {
  readonly name: string;
  readonly definition: number;
  readonly leaves: readonly Leaf[];
}

interface LeafNode extends NodeBase {
  readonly kind: 'leaf';
  readonly leaf: Leaf;
}

export interface StructNode extends NodeBase {
  readonly kind: 'struct';
  readonly children: readonly SchemaNode[];
}

interface ListNode extends NodeBase {
  readonly kind: 'list';
  readonly element: SchemaNode;
  readonly entryDefinition: number;
  readonly entryRepetition: number;
  /** A bare repeated field: without elements it is not there at all. */
  readonly isBare: boolean;
}

interface MapNode extends NodeBase {
  readonly kind: 'map';
  readonly key: SchemaNode;
  readonly value: SchemaNode;
  readonly entryDefinition: number;
  readonly entryRepetition: number;
}

export type SchemaNode = LeafNode | StructNode | ListNode | MapNode;

export interface SchemaTree {
  readonly root: StructNode;
  readonly leaves: readonly Leaf[];
}

interface Raw {
  readonly element: SchemaElement;
  readonly children: readonly Raw[];
}

interface Levels {
  readonly definition: number;
  readonly repetition: number;
}

interface Place extends Levels {
  readonly path: readonly string[];
  readonly names: readonly string[];
}

/** Throws PARQUET_CORRUPT for a schema that is no tree, is too deep, or has too many columns. */
export function parseSchema(elements: readonly SchemaElement[]): SchemaTree {
  const builder = new TreeBuilder();
  const raw = takeRaw({ elements, at: 0 }, 0);
  const top: Place = { definition: 0, repetition: 0, path: [], names: [] };
  const children = raw.children.map((child) => builder.build(child, top));
  return { root: toStruct('', 0, children), leaves: builder.leaves };
}

function takeRaw(cursor: { readonly elements: readonly SchemaElement[]; at: number }, depth: number): Raw {
  const element = cursor.elements[cursor.at];
  if (element === undefined) throw corrupt('the schema ends early');
  if (depth > MAX_DEPTH) throw corrupt('the schema is nested too deep');
  if (depth > 0 && typeof element.name !== 'string') throw corrupt('a column without a name');
  cursor.at += 1;
  const children: Raw[] = [];
  for (let count = element.num_children ?? 0; count > 0; count -= 1) children.push(takeRaw(cursor, depth + 1));
  return { element, children };
}

class TreeBuilder {
  readonly leaves: Leaf[] = [];

  build(raw: Raw, parent: Place, name = raw.element.name): SchemaNode {
    const repetition = raw.element.repetition_type;
    const place = within(parent, raw, repetition === 'OPTIONAL', [...parent.names, name]);
    if (repetition !== 'REPEATED') return this.#content(raw, place, name);
    const entry = { ...place, definition: place.definition + 1, repetition: place.repetition + 1 };
    return toList(name, place, entry, this.#content(raw, entry, name), true);
  }

  /** The node itself; whether it is optional or repeated has been seen to. */
  #content(raw: Raw, place: Place, name: string): SchemaNode {
    const { element, children } = raw;
    if (children.length === 0) return this.#leaf(element, place, name);
    const [only] = children;
    if (only !== undefined && children.length === 1 && only.element.repetition_type === 'REPEATED') {
      if (isAnnotated(element, 'LIST')) return this.#list(element, only, place, name);
      if (isAnnotated(element, 'MAP') && only.children.length === 2) return this.#map(only, place, name);
    }
    const nodes = children.map((child) => this.build(child, place));
    return toStruct(name, place.definition, nodes);
  }

  #list(element: SchemaElement, repeated: Raw, place: Place, name: string): SchemaNode {
    const inner = within(place, repeated, true, place.names);
    const entry = { ...inner, repetition: inner.repetition + 1 };
    const [only] = repeated.children;
    const isElement =
      only === undefined ||
      repeated.children.length > 1 ||
      repeated.element.name === 'array' ||
      repeated.element.name === `${element.name}_tuple`;
    const node = isElement ? this.#content(repeated, entry, repeated.element.name) : this.#element(only, entry);
    return toList(name, place, entry, node, false);
  }

  #element(raw: Raw, entry: Place): SchemaNode {
    const place = within(entry, raw, raw.element.repetition_type === 'OPTIONAL', entry.names);
    if (raw.element.repetition_type !== 'REPEATED') return this.#content(raw, place, raw.element.name);
    const inner = { ...place, definition: place.definition + 1, repetition: place.repetition + 1 };
    return toList(raw.element.name, place, inner, this.#content(raw, inner, raw.element.name), true);
  }

  #map(repeated: Raw, place: Place, name: string): SchemaNode {
    const inner = within(place, repeated, true, place.names);
    const entry = { ...inner, repetition: inner.repetition + 1 };
    const [key, value] = repeated.children.map((child) => this.build(child, entry)) as [SchemaNode, SchemaNode];
    return {
      kind: 'map',
      name,
      definition: place.definition,
      entryDefinition: entry.definition,
      entryRepetition: entry.repetition,
      key,
      value,
      leaves: [...key.leaves, ...value.leaves],
    };
  }

  #leaf(element: SchemaElement, place: Place, name: string): SchemaNode {
    if (this.leaves.length >= MAX_LEAVES) throw corrupt('the schema has too many columns');
    const leaf: Leaf = {
      index: this.leaves.length,
      path: place.path.join('\0'),
      name: place.names.join('.'),
      maxDefinition: place.definition,
      maxRepetition: place.repetition,
      type: leafType(element, place.path.length === 1),
    };
    if (leaf.maxDefinition > 255) throw corrupt('the schema is nested too deep');
    this.leaves.push(leaf);
    return { kind: 'leaf', name, definition: place.definition, leaf, leaves: [leaf] };
  }
}

function within(parent: Place, raw: Raw, addsDefinition: boolean, names: readonly string[]): Place {
  return {
    definition: parent.definition + (addsDefinition ? 1 : 0),
    repetition: parent.repetition,
    path: [...parent.path, raw.element.name],
    names,
  };
}

function toStruct(name: string, definition: number, children: readonly SchemaNode[]): StructNode {
  return { kind: 'struct', name, definition, children, leaves: children.flatMap(({ leaves }) => leaves) };
}

function toList(name: string, place: Levels, entry: Levels, element: SchemaNode, isBare: boolean): SchemaNode {
  return {
    kind: 'list',
    name,
    definition: place.definition,
    entryDefinition: entry.definition,
    entryRepetition: entry.repetition,
    element,
    isBare,
    leaves: element.leaves,
  };
}

function isAnnotated(element: SchemaElement, kind: 'LIST' | 'MAP'): boolean {
  const { converted_type: converted, logical_type: logical } = element;
  return converted === kind || logical?.type === kind || (kind === 'MAP' && converted === 'MAP_KEY_VALUE');
}
