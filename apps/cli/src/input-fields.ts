// The fields that the input of `match` has, as far as its beginning shows: what an EQL query may ask although it is not in ECS.

import type { ObjectReader, ObjectSource } from '@coldhunt/core';
import { openArchive } from '@coldhunt/archive';
import { sampleObjectFields, sampleSourceFields } from '@coldhunt/engine';
import { createStreamObject } from '@coldhunt/formats';
import { isMissing } from './require-path.ts';

/** Of standard input no more is waited for. */
const MOST_STREAM_BYTES = 1024 * 1024;

export interface Inputs {
  /** And folders; `-` stands where standard input is read. */
  readonly files: readonly string[];
  /** Standard input, where no file or `-` is given: it can be read once, but looked at before. */
  readonly stdin: ObjectReader | null;
}

/** As grep has it; a file of this name is `./-`. */
export const STDIN = '-';

/** What cannot be read shows none: reading it tells. */
export async function inputFields(
  { files, stdin }: Inputs,
  cwd: string,
  maxLineBytes: number,
): Promise<ReadonlySet<string>> {
  if (stdin === null) return sampleSourceFields(openSources(files, cwd), { maxLineBytes });
  const beginning = await stdin.bytes({ from: 0, to: MOST_STREAM_BYTES });
  const ofStdin = await sampleObjectFields(createStreamObject('stdin:', only(beginning)), { maxLineBytes });
  return ofStdin.union(await sampleSourceFields(openSources(files, cwd), { maxLineBytes }));
}

async function* openSources(files: readonly string[], cwd: string): AsyncIterable<ObjectSource> {
  for (const file of files) {
    if (file === STDIN || (await isMissing(file, cwd))) continue;
    const source = openArchive(file, { cwd });
    try {
      yield source;
    } finally {
      await source.close?.();
    }
  }
}

async function* only(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
