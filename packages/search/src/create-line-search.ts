// The search of one thread: a WebAssembly instance with its memory, of which chunks are lent to whoever reads objects, so that
// what was read is searched where it lies. Without WebAssembly SIMD the same in JavaScript.

import type { ChunkMemory, CreateValueFinder, LineFilter, LineQuery } from '@coldhunt/core';
import { createChunkPool } from './chunk-pool.ts';
import { createLineFilter } from './create-line-filter.ts';
import { createValueFinder } from './create-value-finder.ts';
import { createWasmFilter, type WasmSearch } from './create-wasm-filter.ts';
import { openSearch } from './open-wasm.ts';
import { LAYOUT, SLACK_BYTES } from './search-layout.ts';

/** Chunks of a stream, and one block that was not read into this memory. */
const CHUNK_BYTES = 2 * 1024 * 1024;

export interface LineSearch {
  readonly kind: 'wasm' | 'javascript';
  /** Blocks that are lent from here are searched without being copied; null: any are. */
  readonly memory: ChunkMemory | null;
  /** Many filters may be in use, but only one at a time. */
  filter(query: LineQuery): LineFilter;
  /** A finder of values in documents; null where only JavaScript can do that. Many may be in use, but change by change each learns anew. */
  readonly finder: CreateValueFinder;
}

export interface LineSearchOptions {
  /** False: in JavaScript. Nothing but speed depends on it. */
  readonly wasm?: boolean;
}

/** Holds 19 MiB of addresses; memory is taken where they are used. */
export function createLineSearch({ wasm = true }: LineSearchOptions = {}): LineSearch {
  const search = wasm ? openWasmSearch() : null;
  if (search === null) return { kind: 'javascript', memory: null, filter: createLineFilter, finder: () => null };
  const { bytes } = search;
  const slot = CHUNK_BYTES + SLACK_BYTES;
  const slots: Uint8Array[] = [];
  for (let at = search.scratch.byteOffset + slot; at + slot <= LAYOUT.found; at += slot) {
    slots.push(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return {
    kind: 'wasm',
    memory: createChunkPool(slots),
    filter: (query) => createWasmFilter(search, query) ?? createLineFilter(query),
    finder: (root) => createValueFinder(search, root),
  };
}

/** Null where there is no WebAssembly SIMD. */
export function openWasmSearch(): WasmSearch | null {
  const instance = openSearch();
  if (instance === null) return null;
  const bytes = new Uint8Array(instance.memory.buffer);
  return {
    instance,
    bytes,
    scratch: bytes.subarray(LAYOUT.chunks, LAYOUT.chunks + CHUNK_BYTES),
    owner: null,
    finder: null,
  };
}
