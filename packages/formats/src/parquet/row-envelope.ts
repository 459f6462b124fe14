// Rows that are no events themselves: elasticdump's and others' structs around one, and tables with the whole event as JSON text in one
// column beside what the pipeline added.

import { isObject, type Document, type DocumentValue } from '@coldhunt/core';
import type { Envelope } from '../reading.ts';
import { takeShipper, unwrapEnvelope } from '../text/unwrap-envelope.ts';
import { toObject } from './leaf-type.ts';
import type { Leaf, SchemaNode, StructNode } from './schema-tree.ts';

/** The event of a row. */
export interface UnwrappedRow {
  readonly document: Document;
  readonly envelope: Envelope;
  readonly id: string | null;
  readonly index: string | null;
  readonly isCell: boolean;
}

export interface RowEnvelope {
  /** The struct that holds the event's columns. */
  readonly base: StructNode;
  /** Columns of the envelope itself, which are always read. */
  readonly leaves: readonly Leaf[];
  /** Columns that may hold the whole event as text, the likeliest first. */
  readonly cells: readonly Leaf[];
  unwrap(row: Document): UnwrappedRow;
}

/** Without regard to case: Hive's tools lower names, tables made by hand have `Raw`. */
const CELLS: readonly (readonly [column: string, envelope: Envelope])[] = [
  ['_source', 'elasticdump'],
  ['raw', 'raw'],
  ['_raw', '_raw'],
  ['event', 'event'],
  ['body', 'body'],
  ['message', 'message'],
  ['log', 'log'],
  ['value', 'value'],
];

export function findRowEnvelope(root: StructNode): RowEnvelope {
  const base = findBase(root);
  if (base !== null) {
    const names = new Set(['_id', '_index', 'value', 'document']);
    const own = root.children.filter(({ name }) => names.has(name)).flatMap((child) => envelopeLeaves(child, base));
    return { base, leaves: own, cells: [], unwrap: (row) => ({ ...unwrapEnvelope(row), isCell: false }) };
  }
  const cells = hasEventColumns(root)
    ? []
    : CELLS.flatMap(([cell, envelope]) =>
        root.children
          .filter(({ name }) => name.toLowerCase() === cell)
          .flatMap((child) =>
            child.kind === 'leaf' && child.leaf.type.physical === 'BYTE_ARRAY'
              ? [{ leaf: child.leaf, name: child.name, envelope }]
              : [],
          ),
      );
  const aroundNames = ['@metadata', 'data_stream', ...(cells.length === 0 ? [] : ['_id', '_index'])];
  const around = aroundNames.flatMap((name) => childOf(root, name)?.leaves ?? []);
  return {
    base: root,
    leaves: [...cells.map(({ leaf }) => leaf), ...around],
    cells: cells.map(({ leaf }) => leaf),
    unwrap: (row) => {
      for (const { name, envelope } of cells) {
        const held = Object.hasOwn(row, name) ? row[name] : undefined;
        const event = held === undefined ? null : eventOf(held);
        if (event === null) continue;
        const { document, id, index } = event;
        return {
          document,
          envelope,
          isCell: true,
          id: id ?? textOf(row['_id']),
          index: index ?? textOf(row['_index']),
        };
      }
      const index = takeShipper(row);
      return { document: row, envelope: 'none', id: null, index, isCell: false };
    },
  };
}

/** `_source`, `value.source` and `document.data` where they are structs. */
function findBase(root: StructNode): StructNode | null {
  const source = childOf(root, '_source');
  if (source?.kind === 'struct') return source;
  for (const [outer, inner] of [
    ['value', 'source'],
    ['document', 'data'],
  ] as const) {
    const holder = childOf(root, outer);
    const held = holder?.kind === 'struct' ? childOf(holder, inner) : undefined;
    if (held?.kind === 'struct') return held;
  }
  return null;
}

function envelopeLeaves(node: SchemaNode, base: StructNode): readonly Leaf[] {
  const inner = new Set(base.leaves);
  return node.leaves.filter((leaf) => !inner.has(leaf));
}

function childOf(node: StructNode, name: string): SchemaNode | undefined {
  return node.children.find((child) => child.name === name);
}

function hasEventColumns(root: StructNode): boolean {
  return root.children.some(
    ({ name, kind }) => (name.toLowerCase() === 'event' && kind !== 'leaf') || /^event[._]/i.test(name),
  );
}

/** Whether the value of a cell is a whole event. */
export function holdsEvent(held: DocumentValue): boolean {
  return eventOf(held) !== null;
}

function eventOf(held: DocumentValue): ReturnType<typeof unwrapEnvelope> | null {
  const outer = typeof held === 'string' ? toObject(held) : isObject(held) ? structuredCopy(held) : null;
  if (outer === null) return null;
  const unwrapped = unwrapEnvelope(outer);
  return isEvent(unwrapped.document) ? unwrapped : null;
}

// unwrapEnvelope takes what shippers added off the document; the row keeps it.
function structuredCopy(document: Document): Document {
  return { ...document };
}

function isEvent(document: Document): boolean {
  return (
    Object.hasOwn(document, '@timestamp') ||
    Object.hasOwn(document, 'ecs') ||
    isObject(document['event']) ||
    Object.keys(document).some((key) => key.startsWith('event.') || key === 'ecs.version')
  );
}

function textOf(value: DocumentValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
