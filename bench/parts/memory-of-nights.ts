// What a night carries on of the ones before, a term a match, in a process of its own: time, peak memory, size.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from '../run-child.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'carry-memory.ts');
const ASKED = '10 million under 60 s and 500 MB';

interface Carried {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly terms: number;
  /** Bytes of the memory. */
  readonly size: number;
}

export interface MemoryOfNightsOptions {
  readonly cache: string;
  readonly terms: number;
  readonly say: (line: string) => void;
}

export async function measureMemoryOfNights({ cache, terms, say }: MemoryOfNightsOptions): Promise<void> {
  const folder = join(cache, 'memory-of-nights');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await runScript(SCRIPT, ['make', folder, String(terms)]);
    const carried = await runScript<Carried>(SCRIPT, ['carry', folder]);
    say(
      `nights   ${carried.terms} terms carried in ${carried.seconds.toFixed(1)} s (CPU ${carried.cpuSeconds.toFixed(1)} s), ` +
        `${Math.round(carried.terms / carried.seconds)} a second, peak ${megabytes(carried.peakBytes)} MB, ` +
        `${megabytes(carried.size)} MB stored (asked: ${ASKED})`,
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
