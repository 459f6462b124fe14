// What a rule sees of an event: field -> values, as Elasticsearch would have indexed them (semantics.md 4.4): dotted keys and
// nested objects are one, arrays and arrays of objects are flattened, nulls are dropped.

import type { FieldPath } from './field-path.ts';
import type { FieldNode, FieldTable, FieldVisit } from './field-table.ts';
import { isScalar, type Document, type DocumentValue, type Scalar } from './scalar.ts';

export interface EventView {
  /** All scalars at a path in document order; empty when there are none. Objects at the path are ignored. */
  values(path: FieldPath): readonly Scalar[];
  /** Visits the values of all fields of a table: for each the same as `values` gives, in no order that could be relied on. */
  gather(table: FieldTable, visit: FieldVisit): void;
  /** Visits the numbers of the fields of a table that have a value, each at least once. */
  eachPresent(table: FieldTable, visit: (number: number) => void): void;
  /** The objects at a path, arrays flattened: what a nested group looks into. Their paths are relative to it. */
  objects(path: FieldPath): readonly EventView[];
  /** The dotted names of all fields that have a scalar, each once, sorted. */
  paths(): readonly string[];
  /** The earliest time among the values at a path, as `earliestMillis` takes it; absent: ask the values. */
  earliestMillis?(path: FieldPath): number | null;
  /** Where values are known by names; absent or null: they are not. */
  readonly names?: ValueNames | null;
}

/** Takes a value of the field with the number: its name (NO_NAME: it has none), and where it stands, for `valueAt`. */
export type NameVisit = (number: number, name: number, at: number) => void;

/** The values of one event by names, so that what is known of a value is found without a text being made of it. */
export interface ValueNames {
  /** Within it a name stands for the same value of the same field, always. */
  readonly scope: object;
  /** As `gather` of the event. False: it cannot tell, and visits nothing. */
  gatherNames(table: FieldTable, visit: NameVisit): boolean;
  /** As `values` of the event, with `number`. False: it cannot tell, and visits nothing. */
  namesOf(path: FieldPath, number: number, visit: NameVisit): boolean;
  valueAt(at: number): Scalar;
}

const NOTHING: readonly Scalar[] = [];

/** Views a parsed document. Nothing is copied; the document must not change while the view is used. */
export function viewDocument(document: Document): EventView {
  return new DocumentView(document);
}

class DocumentView implements EventView {
  readonly #document: Document;

  constructor(document: Document) {
    this.#document = document;
  }

  values(path: FieldPath): readonly Scalar[] {
    const found: Scalar[] = [];
    collectScalars(this.#document, path, 0, found);
    return found.length === 0 ? NOTHING : found;
  }

  gather(table: FieldTable, visit: FieldVisit): void {
    gatherBelow(this.#document, table.root, visit);
  }

  eachPresent(table: FieldTable, visit: (number: number) => void): void {
    gatherBelow(this.#document, table.root, visit);
  }

  objects(path: FieldPath): readonly EventView[] {
    const found: EventView[] = [];
    collectObjects(this.#document, path, 0, found);
    return found;
  }

  paths(): readonly string[] {
    const found = new Set<string>();
    collectPaths(this.#document, '', found);
    return [...found].toSorted();
  }
}

function collectScalars(node: DocumentValue, path: FieldPath, at: number, found: Scalar[]): void {
  if (Array.isArray(node)) {
    for (const entry of node) collectScalars(entry, path, at, found);
    return;
  }
  if (at === path.segments.length) {
    if (isScalar(node)) found.push(node);
    return;
  }
  eachChild(node, path, at, (child, next) => collectScalars(child, path, next, found));
}

function gatherBelow(node: DocumentValue, at: FieldNode, visit: FieldVisit): void {
  if (Array.isArray(node)) {
    for (let index = 0; index < node.length; index += 1) gatherBelow(node[index] ?? null, at, visit);
  } else if (isScalar(node)) {
    if (at.number >= 0) visit(at.number, node);
  } else if (node !== null) {
    const keys = Object.keys(node);
    for (let index = 0; index < keys.length; index += 1) {
      const key = keys[index] as string;
      const next = at.children.get(key);
      if (next !== undefined) gatherBelow(node[key] ?? null, next, visit);
    }
  }
}

function collectObjects(node: DocumentValue, path: FieldPath, at: number, found: EventView[]): void {
  if (Array.isArray(node)) {
    for (const entry of node) collectObjects(entry, path, at, found);
    return;
  }
  if (at === path.segments.length) {
    if (isObject(node)) found.push(new DocumentView(node));
    return;
  }
  eachChild(node, path, at, (child, next) => collectObjects(child, path, next, found));
}

function eachChild(
  node: DocumentValue,
  path: FieldPath,
  at: number,
  visit: (child: DocumentValue, next: number) => void,
): void {
  if (!isObject(node)) return;
  const keys = path.joined[at] ?? [];
  for (let length = 0; length < keys.length; length += 1) {
    const key = keys[length] as string;
    const child = node[key];
    if (child !== undefined && child !== null && Object.hasOwn(node, key)) visit(child, at + length + 1);
  }
}

function collectPaths(node: DocumentValue, prefix: string, found: Set<string>): void {
  if (Array.isArray(node)) {
    for (const entry of node) collectPaths(entry, prefix, found);
  } else if (isScalar(node)) {
    if (prefix !== '') found.add(prefix);
  } else if (isObject(node)) {
    for (const [key, child] of Object.entries(node))
      collectPaths(child, prefix === '' ? key : `${prefix}.${key}`, found);
  }
}

/** Whether a value is a JSON object (and no array, null or scalar). */
export function isObject(node: DocumentValue | undefined): node is Document {
  return node !== null && typeof node === 'object' && !Array.isArray(node) && !isScalar(node);
}
