// A row as rules see it: the document's own fields, and those that columns give under another name.

import {
  isObject,
  isScalar,
  viewDocument,
  type Document,
  type DocumentValue,
  type EventView,
  type FieldPath,
  type FieldTable,
  type FieldVisit,
  type Scalar,
} from '@coldhunt/core';
import { toObject } from './leaf-type.ts';
import type { ColumnResolver, Trail } from './resolve-columns.ts';

/** `document` must not change while the view is used. */
export class RowView implements EventView {
  readonly #document: Document;
  readonly #plain: EventView;
  readonly #resolver: ColumnResolver;

  constructor(document: Document, resolver: ColumnResolver) {
    this.#document = document;
    this.#plain = viewDocument(document);
    this.#resolver = resolver;
  }

  values(path: FieldPath): readonly Scalar[] {
    const trails = this.#resolver.resolve(path)?.trails ?? null;
    if (trails === null) return this.#plain.values(path);
    return trails.flatMap((trail) => {
      const ends = follow(this.#document, trail, 0);
      const { rest } = trail;
      if (rest === null) return ends.filter(isScalar);
      return ends.flatMap((end) => viewOf(end)?.values(rest) ?? []);
    });
  }

  gather(table: FieldTable, visit: FieldVisit): void {
    const isTrailed = (path: FieldPath): boolean => (this.#resolver.resolve(path)?.trails ?? null) !== null;
    const own = table.paths.map((path) => isTrailed(path));
    this.#plain.gather(table, (number, value) => {
      if (own[number] !== true) visit(number, value);
    });
    for (const [number, path] of table.paths.entries()) {
      if (own[number] === true) for (const value of this.values(path)) visit(number, value);
    }
  }

  eachPresent(table: FieldTable, visit: (number: number) => void): void {
    this.gather(table, visit);
  }

  objects(path: FieldPath): readonly EventView[] {
    const trails = this.#resolver.resolve(path)?.trails ?? null;
    if (trails === null) return this.#plain.objects(path);
    return trails.flatMap((trail) => {
      const ends = follow(this.#document, trail, 0);
      const { rest } = trail;
      if (rest === null) return ends.flatMap((end) => (isObject(end) ? viewDocument(end) : []));
      return ends.flatMap((end) => viewOf(end)?.objects(rest) ?? []);
    });
  }

  paths(): readonly string[] {
    return this.#plain.paths();
  }
}

/** The values at the end of the keys, lists flattened. */
function follow(node: DocumentValue | undefined, trail: Trail, at: number): readonly DocumentValue[] {
  if (node === undefined || node === null) return [];
  if (Array.isArray(node)) return node.flatMap((entry) => follow(entry, trail, at));
  const key = trail.keys[at];
  if (key === undefined) return [node];
  return isObject(node) && Object.hasOwn(node, key) ? follow(node[key], trail, at + 1) : [];
}

function viewOf(value: DocumentValue): EventView | null {
  const held = typeof value === 'string' ? toObject(value) : value;
  return isObject(held ?? undefined) ? viewDocument(held as Document) : null;
}
