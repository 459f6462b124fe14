// Hot path. A line filter whose work is done by WebAssembly. Blocks that lie elsewhere are copied into its memory, once.

import type { LineFilter, LineQuery, ValueFinder } from '@coldhunt/core';
import { createLineFilter } from './create-line-filter.ts';
import { addLines } from './line-list.ts';
import type { SearchInstance } from './open-wasm.ts';
import { planKernel, type KernelPlan } from './plan-kernel.ts';
import { LAYOUT } from './search-layout.ts';
import { toSearchTerms } from './search-term.ts';
import { writeTables } from './write-tables.ts';

export interface WasmSearch {
  readonly instance: SearchInstance;
  /** All of the instance's memory. It never grows: views of it stay what they are. */
  readonly bytes: Uint8Array;
  /** Where foreign blocks are copied to. */
  readonly scratch: Uint8Array;
  /** Whose tables are in the memory. */
  owner: LineFilter | null;
  /** Whose keys are. */
  finder: ValueFinder | null;
}

/** Null when there are so many literals that their tables do not fit. `only`: the kernel to take, for tests. */
export function createWasmFilter(search: WasmSearch, query: LineQuery, only?: KernelPlan['kind']): LineFilter | null {
  const plan = planKernel(toSearchTerms(query), only);
  const results = new Int32Array(search.bytes.buffer, LAYOUT.results, 3);
  const listed = new Int32Array(search.bytes.buffer, LAYOUT.listed, (LAYOUT.gramMarks - LAYOUT.listed) / 4);
  // For what is too long to be copied.
  let fallback: LineFilter | null = null;
  const filter: LineFilter = {
    scan(block, from, to, found) {
      const at = place(search, block, from, to);
      if (at === -1) {
        fallback ??= createLineFilter(query);
        fallback.scan(block, from, to, found);
        return;
      }
      own();
      found.searched = 0;
      found.blank = 0;
      found.count = 0;
      const end = at + to - from;
      for (let next = at; next < end;) {
        next = search.instance.scanLines(at - from, next, end);
        found.searched += results[0] as number;
        found.blank += results[1] as number;
        addLines(found, listed, results[2] as number);
      }
    },
    mayHold(block, from, to) {
      const at = place(search, block, from, to);
      if (at === -1) {
        fallback ??= createLineFilter(query);
        return fallback.mayHold(block, from, to);
      }
      own();
      return search.instance.isCandidate(at, at + to - from) !== 0;
    },
  };
  const own = (): void => {
    if (search.owner === filter) return;
    search.owner = filter;
    writeTables(search.bytes, plan);
  };
  search.owner = filter;
  if (writeTables(search.bytes, plan)) return filter;
  search.owner = null;
  return null;
}

/** Where `block[from, to)` lies in the instance's memory, or is copied to; -1 when it does not fit. */
function place({ bytes, scratch }: WasmSearch, block: Uint8Array, from: number, to: number): number {
  if (block.buffer === bytes.buffer) return block.byteOffset + from;
  if (to - from > scratch.length) return -1;
  scratch.set(from === 0 && to === block.length ? block : block.subarray(from, to));
  return scratch.byteOffset;
}
