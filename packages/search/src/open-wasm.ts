// The binary of the search -> an instance of it. What TypeScript knows of WebAssembly stands in a browser's library, so the little that
// is used is described here.

import { SEARCH_BINARY } from './search-binary.ts';

export interface SearchInstance {
  /** 19 MiB that never grow: views of them stay what they are. */
  readonly memory: WasmMemory;
  /** Lists and counts the lines of [from, to), with offsets from `origin` on; gives `to`, or where to go on when the list is full. */
  scanLines(origin: number, from: number, to: number): number;
  /** Whether [from, to) as one line would be a candidate: 0 or 1. */
  isCandidate(from: number, to: number): number;
  /** Forgets what `findValues` knows: then places, keys and named fields are told anew. */
  clearFinder(): void;
  /** A place where the values of the field with the number stand; 0: there is no room. */
  addPlace(number: number): number;
  /** The key [from, to) of a place, and what lies below it (0: nothing that is wanted); 0: there is no room. */
  addKey(place: number, below: number, role: number, from: number, to: number): number;
  /** One key is a longer spelling of another; 0: there is no room. */
  addShorter(longer: number, shorter: number): number;
  /** The field's values get names. */
  nameValues(field: number): void;
  /** Lists the values of the document [from, to) below a place and gives how many; -1: it must be parsed; -2: they are too many. */
  findValues(place: number, from: number, to: number): number;
  /** The same of a document that is all of its line, which ends at `to` or before it; -1: look for its end. */
  findValuesOfLine(place: number, from: number, to: number): number;
}

interface WasmMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): number;
}

interface WasmHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: unknown };
  readonly CompileError: new (message: string) => Error;
}

/** Null where the engine has no WebAssembly SIMD, or no addresses left: both can be done without. */
export function openSearch(): SearchInstance | null {
  const { WebAssembly: host } = globalThis as unknown as { readonly WebAssembly?: WasmHost };
  if (host === undefined) return null;
  try {
    const module = new host.Module(Buffer.from(SEARCH_BINARY, 'base64'));
    return new host.Instance(module).exports as SearchInstance;
  } catch (error) {
    if (error instanceof host.CompileError || error instanceof RangeError) return null;
    throw error;
  }
}
