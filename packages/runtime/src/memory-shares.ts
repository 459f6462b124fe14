// `--memory`: what a process may take in all -> what each of its parts may. Figures of docs/scale.md, rounded up.

import { InputError } from '@coldhunt/core';

const MB = 1e6;
/** Node, its code and ours, without any event. */
const BASE = 150 * MB;
/** Of a scan thread beside its heap: chunks that are lent, decoded pages, the memory of the search. */
const THREAD_BUFFERS = 80 * MB;
const THREAD_HEAP_LEAST = 64 * MB;
/** Of a reduction beside its heap: 32 runs that are decompressed at once, and its young generation. */
const REDUCTION_BUFFERS = 200 * MB;
/** Reports hold up to 100,000 groups and alerts, whatever the number of matches. */
const REDUCTION_HEAP_LEAST = 230 * MB;
/** Several sorts hold text at once, and what is held takes several times its text. */
const SORTS = 40;
const SORT_CHARS_MOST = 6 * 1024 * 1024;

export interface ScanShares {
  readonly threads: number;
  /** Of each thread, in MiB. */
  readonly heapMb: number;
}

export interface ReductionShares {
  /** In MiB. */
  readonly heapMb: number;
  /** Characters that a sort holds. */
  readonly sortChars: number;
}

/**
 * Of a process with scan threads. `wanted`: how many were asked for; null: as many as fit, up to `most`. Throws InputError OPTION_INVALID
 * with the smallest memory that works.
 */
export function shareForScan(memory: number, { wanted, most }: { wanted: number | null; most: number }): ScanShares {
  const left = memory - BASE;
  const fitting = Math.floor(left / (THREAD_BUFFERS + THREAD_HEAP_LEAST));
  const threads = wanted ?? Math.min(most, fitting);
  if (threads < 1 || threads > fitting) {
    const asked = Math.max(1, threads);
    const of = asked === 1 ? 'one scan thread' : `${asked} scan threads`;
    throw tooLittle(memory, BASE + asked * (THREAD_BUFFERS + THREAD_HEAP_LEAST), of);
  }
  return { threads, heapMb: toMiB(left / threads - THREAD_BUFFERS) };
}

/** Of a process that reduces. Throws InputError OPTION_INVALID with the smallest memory that works. */
export function shareForReduction(memory: number): ReductionShares {
  const heap = memory - BASE - REDUCTION_BUFFERS;
  if (heap < REDUCTION_HEAP_LEAST)
    throw tooLittle(memory, BASE + REDUCTION_BUFFERS + REDUCTION_HEAP_LEAST, 'a reduction');
  return { heapMb: toMiB(heap), sortChars: Math.min(SORT_CHARS_MOST, Math.floor(heap / SORTS)) };
}

function toMiB(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2);
}

function tooLittle(memory: number, least: number, what: string): InputError {
  return new InputError(
    'OPTION_INVALID',
    `--memory ${Math.floor(memory / MB)}MB is too little for ${what}: the smallest that works is ${Math.ceil(least / MB)}MB`,
    { details: { memory, least } },
  );
}
