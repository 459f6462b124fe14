// Matches through the reducer, each number in processes of its own: time and peak memory. Four times as many should take a little more
// than four times as long.

import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runScript } from '../run-child.ts';
import { ratio } from './speed.ts';
import { megabytes } from './whole-process.ts';

const SCRIPT = join(import.meta.dirname, '..', 'reduce-matches.ts');
const ASKED = 50_000_000;

interface Reduced {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

export interface ReducerOptions {
  readonly cache: string;
  /** The larger number; a quarter of it goes before. */
  readonly matches: number;
  readonly say: (line: string) => void;
}

export async function measureReducer({ cache, matches, say }: ReducerOptions): Promise<void> {
  const few = await reduce(join(cache, 'reducer'), Math.ceil(matches / 4));
  const many = await reduce(join(cache, 'reducer'), matches);
  say(
    `reducer  ${matches} matches in ${many.seconds.toFixed(1)} s (CPU ${many.cpuSeconds.toFixed(1)} s), ${Math.round(matches / many.seconds)} a second, ` +
      `peak ${megabytes(many.peakBytes)} MB (asked: under 500 for ${ASKED}) | a quarter of them ${few.seconds.toFixed(1)} s, ` +
      `peak ${megabytes(few.peakBytes)} MB | four times as many take ${ratio(many.seconds, few.seconds)} times as long`,
  );
}

async function reduce(folder: string, matches: number): Promise<Reduced & { readonly peakBytes: number }> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  try {
    await runScript(SCRIPT, ['make', folder, String(matches)]);
    return await runScript<Reduced>(SCRIPT, ['reduce', folder]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
