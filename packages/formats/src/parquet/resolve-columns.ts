// A field's name -> the columns that give it: exact, nested, behind a dotted prefix, with underscores, in other case, or within JSON
// text (archive-layouts, section 3). The first way that finds anything wins.

import { parseFieldPath, type FieldPath } from '@coldhunt/core';
import type { Leaf, SchemaNode, StructNode } from './schema-tree.ts';

/** A column that holds values of the field, at `rest` below a value where it is not the value itself. */
interface Source {
  readonly leaf: Leaf;
  readonly rest: readonly string[];
  /** Its values cannot be told from the column alone: keys of a map. */
  readonly isOpen: boolean;
}

/** Where the field lies in a row: the keys to follow, then a path below. */
export interface Trail {
  readonly keys: readonly string[];
  readonly rest: FieldPath | null;
}

export interface Resolution {
  /** For people: `process_args (underscore alias)`. */
  readonly text: string;
  readonly sources: readonly Source[];
  /** All columns to read, in the order of the file. */
  readonly leaves: readonly Leaf[];
  /** null: the row, viewed as a document, gives the field under its own name. */
  readonly trails: readonly Trail[] | null;
}

export interface ColumnResolver {
  /** null: no column gives the field. */
  resolve(path: FieldPath): Resolution | null;
}

interface Found {
  readonly node: SchemaNode;
  readonly keys: readonly string[];
  /** Segments that were used up. */
  readonly at: number;
}

/** Whether a column's name is one that stands for a dotted name. */
type Compare = (column: string, name: string) => boolean;

const LEVELS: readonly { readonly compare: Compare; readonly form: string | null }[] = [
  { compare: (column, name) => column === name, form: null },
  { compare: (column, name) => column === name || column === name.replaceAll('.', '_'), form: 'underscore alias' },
  {
    compare: (column, name) => {
      const lower = column.toLowerCase();
      return lower === name.toLowerCase() || lower === name.replaceAll('.', '_').toLowerCase();
    },
    form: 'case-insensitive alias',
  },
];

const TIME_NAMES = ['timestamp', '_timestamp', 'ts', 'event_timestamp', 'eventtime', 'event_time', 'time'];

/** `base`: the struct that holds the event: the root, or what an envelope holds. */
export function createColumnResolver(base: StructNode): ColumnResolver {
  const known = new Map<string, Resolution | null>();
  return {
    resolve(path) {
      let found = known.get(path.name);
      if (found === undefined) known.set(path.name, (found = resolvePath(base, path)));
      return found;
    },
  };
}

function resolvePath(base: StructNode, path: FieldPath): Resolution | null {
  const { segments } = path;
  const perLevel = LEVELS.map((level) => ({
    ...level,
    found: walk(base, { segments, compare: level.compare }, 0, []),
  }));
  for (const { form, found } of perLevel) {
    const solid = found.filter((each) => isSolid(each, segments.length));
    if (solid.length > 0) return toResolution(solid, segments, form ?? formOf(solid, segments), form === null);
  }
  if (path.name === '@timestamp') {
    for (const name of TIME_NAMES) {
      const found = walk(base, { segments: [name], compare: (column) => column.toLowerCase() === name }, 0, []);
      const leaves = found.filter(({ node }) => node.kind === 'leaf' && node.leaf.type.physical !== 'BOOLEAN');
      if (leaves.length > 0) return toResolution(leaves, [name], 'time alias', false);
    }
  }
  for (const { found } of perLevel) {
    const texts = found.filter(({ node }) => node.kind === 'leaf' && node.leaf.type.isText);
    if (texts.length > 0) return toResolution(texts, segments, 'JSON text', false);
  }
  return null;
}

interface Wanted {
  readonly segments: readonly string[];
  readonly compare: Compare;
}

function walk(node: SchemaNode, wanted: Wanted, at: number, keys: readonly string[]): readonly Found[] {
  if (node.kind === 'list') return walk(node.element, wanted, at, keys);
  const { segments, compare } = wanted;
  if (node.kind !== 'struct' || at === segments.length) return keys.length === 0 ? [] : [{ node, keys, at }];
  const found: Found[] = [];
  for (let length = 1; at + length <= segments.length; length += 1) {
    const name = segments.slice(at, at + length).join('.');
    for (const child of node.children) {
      if (compare(child.name, name)) found.push(...walk(child, wanted, at + length, [...keys, child.name]));
    }
  }
  return found;
}

/** Whether it is more than text that might be JSON. */
function isSolid({ node, at }: Found, length: number): boolean {
  return at === length || node.kind !== 'leaf' || node.leaf.type.isJson;
}

function formOf(found: readonly Found[], segments: readonly string[]): string {
  const forms = found.map(({ node, keys, at }) => {
    if (at < segments.length) return node.kind === 'map' ? 'map' : 'JSON';
    if (keys.length === 1) return 'exact';
    return keys.length === segments.length ? 'nested' : 'dotted prefix';
  });
  return [...new Set(forms)].join(', ');
}

function toResolution(
  found: readonly Found[],
  segments: readonly string[],
  form: string,
  isPlain: boolean,
): Resolution {
  const sources = found.flatMap(({ node, at }): Source[] => {
    if (node.kind === 'leaf') return [{ leaf: node.leaf, rest: segments.slice(at), isOpen: false }];
    // A struct has no values of its own.
    return node.kind === 'map' ? node.leaves.map((leaf) => ({ leaf, rest: [], isOpen: true })) : [];
  });
  const leaves = new Map(found.flatMap(({ node }) => node.leaves.map((leaf) => [leaf.index, leaf] as const)));
  const columns = [...new Set(found.map(({ keys }) => keys.join('.')))];
  return {
    text: `${columns.join(', ')} (${form})`,
    sources,
    leaves: [...leaves.values()].toSorted((a, b) => a.index - b.index),
    trails: isPlain
      ? null
      : found.map(({ keys, at }) => ({
          keys,
          rest: at === segments.length ? null : parseFieldPath(segments.slice(at).join('.')),
        })),
  };
}
