// Hot path. A finder of values whose work is done by WebAssembly (wasm/find-values.as). Documents that lie elsewhere are copied into its
// memory, one by one.

import {
  FOUND_STEP,
  NOT_FOUND,
  type KeyRole,
  type ValueFinder,
  type WantedKey,
  type WantedPlace,
} from '@coldhunt/core';
import type { WasmSearch } from './create-wasm-filter.ts';
import type { SearchInstance } from './open-wasm.ts';
import { LAYOUT } from './search-layout.ts';

/** As wasm/keys.as numbers them. */
const ROLES: Readonly<Record<KeyRole, number>> = { field: 1, envelope: 2, text: 3 };
const NO_PLACE = 0;

/** Null when there are so many keys that they do not fit. The memory holds the keys of one finder: it is the last that was used. */
export function createValueFinder(search: WasmSearch, root: WantedPlace): ValueFinder | null {
  const { instance, scratch, bytes: memory } = search;
  const found = new Int32Array(memory.buffer, LAYOUT.found, LAYOUT.foundLimit * FOUND_STEP);
  const documentBytes = new Int32Array(memory.buffer, LAYOUT.documentBytes, 1);
  const asked = new Set<number>();
  let place = NO_PLACE;
  const own = (): boolean => {
    if (search.finder === finder) return true;
    search.finder = null;
    instance.clearFinder();
    place = writePlaces(search, root);
    if (place === NO_PLACE) return false;
    for (const field of asked) instance.nameValues(field);
    search.finder = finder;
    return true;
  };
  const finder: ValueFinder = {
    found,
    find(bytes, start, end) {
      if (!own()) return NOT_FOUND;
      if (bytes.buffer === memory.buffer)
        return instance.findValues(place, bytes.byteOffset + start, bytes.byteOffset + end);
      if (end - start > scratch.length) return NOT_FOUND;
      scratch.set(bytes.subarray(start, end));
      return instance.findValues(place, scratch.byteOffset, scratch.byteOffset + end - start);
    },
    findLine(bytes, start, to) {
      if (bytes.buffer !== memory.buffer || !own()) return NOT_FOUND;
      return instance.findValuesOfLine(place, bytes.byteOffset + start, bytes.byteOffset + to);
    },
    get documentBytes() {
      return documentBytes[0] as number;
    },
    name(field) {
      if (asked.has(field)) return;
      asked.add(field);
      // Else it is told when this finder has its turn.
      if (search.finder === finder) instance.nameValues(field);
    },
  };
  return own() ? finder : null;
}

/** Writes the tree of wanted keys; NO_PLACE: it does not fit. */
function writePlaces({ instance, scratch }: WasmSearch, root: WantedPlace): number {
  const made = new Map<WantedPlace, number>();
  const write = (place: WantedPlace): number => {
    const known = made.get(place);
    if (known !== undefined) return known;
    const at = instance.addPlace(place.number);
    made.set(place, at);
    return at !== NO_PLACE && writeKeys(at, place.keys) ? at : NO_PLACE;
  };
  const writeKeys = (at: number, keys: ReadonlyMap<string, WantedKey>): boolean => {
    const steps = new Map<string, number>();
    for (const [key, { role, place }] of keys) {
      const below = place === null ? NO_PLACE : write(place);
      const step = place !== null && below === NO_PLACE ? 0 : addKey({ instance, scratch }, { at, below, role, key });
      if (step === 0) return false;
      steps.set(key, step);
    }
    return [...steps].every(([key, step]) =>
      shorterSpellings(key).every((shorter) => {
        const other = steps.get(shorter);
        return other === undefined || instance.addShorter(step, other) !== 0;
      }),
    );
  };
  return write(root);
}

function addKey(
  { instance, scratch }: { readonly instance: SearchInstance; readonly scratch: Uint8Array },
  {
    at,
    below,
    role,
    key,
  }: { readonly at: number; readonly below: number; readonly role: KeyRole; readonly key: string },
): number {
  const bytes = Buffer.from(key);
  if (bytes.length > scratch.length) return 0;
  scratch.set(bytes);
  const { byteOffset } = scratch;
  return instance.addKey(at, below, ROLES[role], byteOffset, byteOffset + bytes.length);
}

/** `a` and `a.b` of `a.b.c`. */
function shorterSpellings(key: string): readonly string[] {
  const parts = key.split('.');
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('.'));
}
