// One execution: an input of a target, and what is wrong with what came of it.

import { AppError, InvariantError } from '@coldhunt/core';
import { createRandom } from '../generator/random.ts';
import { createInput } from './mutate.ts';
import type { FuzzTarget } from './target.ts';

/** Slower than this is a finding: inputs have a megabyte at most. */
const SLOW_MS = 5_000;

/** The input of an execution: the same for the same seed and number. */
export function inputOf(target: FuzzTarget, seed: number, number: number): Uint8Array {
  return createInput(target, createRandom((seed * 1_000_003 + number) ^ hashOf(target.name)));
}

/** null: a result or an AppError, in time. */
export async function problemOf(target: FuzzTarget, input: Uint8Array): Promise<string | null> {
  const startedAt = performance.now();
  try {
    await target.run(input);
  } catch (error) {
    if (!(error instanceof AppError) || (error instanceof InvariantError && target.hasSums !== true)) {
      return error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  const tookMs = performance.now() - startedAt;
  return tookMs > SLOW_MS ? `took ${Math.round(tookMs)} ms for ${input.length} bytes` : null;
}

function hashOf(text: string): number {
  let hash = 0;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x0100_0193);
  return hash >>> 0;
}
