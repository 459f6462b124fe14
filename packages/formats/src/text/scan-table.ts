// The wanted keys of documents in a form in which they can be looked up without making texts of them.

import type { KeyRole, WantedPlace } from '@coldhunt/core';

/** A place within a document below which fields are wanted. */
export interface ScanNode {
  /** Number of the field whose values stand here; -1: none. */
  readonly number: number;
  /** By hash: the first key with it, or null. The number of places is a power of two. */
  readonly keys: readonly (ScanKey | null)[];
  /** What stood before the first key of an object here. */
  readonly begin: KeyStep;
}

/** A key as it stood in a document, and which keys came after it: a writer puts them in the same order again and again. */
export interface KeyStep {
  /** With the quote that ends it. */
  readonly bytes: Uint8Array;
  /** null: it is not wanted. */
  readonly key: ScanKey | null;
  /** The key that came next, and one that came there before. */
  next: KeyStep | null;
  other: KeyStep | null;
}

/** A key of an object. What is mutable is used within one scan alone. */
export interface ScanKey {
  readonly bytes: Uint8Array;
  /** What lies below; null: nothing of it is wanted. */
  readonly node: ScanNode | null;
  /** Another key of the same place. */
  readonly next: ScanKey | null;
  /** Keys of the same object of which this one is a longer spelling: `process` of `process.name`. */
  readonly shorter: ScanKey[];
  readonly role: KeyRole;
  /** The last object in which it stood, and the last in which a longer spelling did. */
  seenIn: number;
  extendedIn: number;
}

export function createScanTable(root: WantedPlace): ScanNode {
  const made = new Map<WantedPlace, ScanNode>();
  const build = (place: WantedPlace): ScanNode => {
    const known = made.get(place);
    if (known !== undefined) return known;
    const node = scanNode(place, build);
    made.set(place, node);
    return node;
  };
  return build(root);
}

function scanNode({ number, keys }: WantedPlace, build: (place: WantedPlace) => ScanNode): ScanNode {
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, keys.size * 2)));
  const places: (ScanKey | null)[] = Array.from({ length: size }, () => null);
  const byName = new Map<string, ScanKey>();
  for (const [key, { role, place: below }] of keys) {
    const bytes = Buffer.from(key);
    const node = below === null ? null : build(below);
    const place = hashKey(bytes, 0, bytes.length) & (size - 1);
    const made: ScanKey = { bytes, node, next: places[place] ?? null, shorter: [], role, seenIn: 0, extendedIn: 0 };
    places[place] = made;
    byName.set(key, made);
  }
  for (const [name, key] of byName) {
    for (let dot = name.indexOf('.'); dot !== -1; dot = name.indexOf('.', dot + 1)) {
      const shorter = byName.get(name.slice(0, dot));
      if (shorter !== undefined) key.shorter.push(shorter);
    }
  }
  return { number, keys: places, begin: { bytes: new Uint8Array(0), key: null, next: null, other: null } };
}

/** Of a key's bytes as they stand in the text. */
export function hashKey(bytes: Uint8Array, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return hash ^ (hash >>> 15);
}
