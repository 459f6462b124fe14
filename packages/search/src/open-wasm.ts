// The binary of the search -> an instance of it. What TypeScript knows of WebAssembly stands in a browser's library, so the little that
// is used is described here.

import { SEARCH_BINARY } from './search-binary.ts';

export interface SearchInstance {
  /** 16 MiB that never grow: views of them stay what they are. */
  readonly memory: WasmMemory;
  /** Lists and counts the lines of [from, to), with offsets from `origin` on; gives `to`, or where to go on when the list is full. */
  scanLines(origin: number, from: number, to: number): number;
  /** Whether [from, to) as one line would be a candidate: 0 or 1. */
  isCandidate(from: number, to: number): number;
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
