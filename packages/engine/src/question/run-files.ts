// run.json <-> the run folder.

import {
  FORMAT_VERSION,
  InputError,
  isObject,
  openSeal,
  parseJson,
  sealJson,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import { z } from 'zod';
import type { RunFile } from './output.ts';
import { runIdOf } from './run-id.ts';
import { runFileSchema } from './run-schema.ts';

export const RUN_PATH = 'run.json';

/** The bytes of run.json: the same run gives the same bytes. */
export function encodeRun(run: RunFile): Uint8Array {
  const text = JSON.stringify(
    run,
    (_key, value: unknown) => (typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value),
    2,
  );
  return sealJson(text);
}

/** Writes run.json unless there is one. */
export function writeRun(store: RunStore, run: RunFile): Promise<'created' | 'exists'> {
  return store.putOnce(RUN_PATH, encodeRun(run));
}

/**
 * Reads run.json. Throws InputError RUN_NOT_FOUND, RUN_FORMAT_NEWER, RUN_DAMAGED, or RUN_INVALID when it cannot be understood or its question does
 * not hash to its run id.
 */
export async function readRun(store: RunStore): Promise<RunFile> {
  const bytes = await store.get(RUN_PATH);
  if (bytes === null) {
    throw new InputError('RUN_NOT_FOUND', `there is no run in ${store.uri}: it has no run.json`, {
      details: { uri: store.uri },
    });
  }
  return parseRun(bytes, store.uri);
}

function parseRun(bytes: Uint8Array, uri: string): RunFile {
  const text = openSeal(bytes, RUN_PATH);
  let value: DocumentValue;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new InputError('RUN_INVALID', `run.json in ${uri} is not JSON`, { cause: error });
  }
  checkFormat(value, `run.json in ${uri}`);
  const parsed = runFileSchema.safeParse(value);
  if (!parsed.success) {
    throw new InputError('RUN_INVALID', `run.json in ${uri} is broken: ${z.prettifyError(parsed.error)}`);
  }
  const run = value as unknown as RunFile;
  const hash = runIdOf(run.question);
  if (hash !== run.run_id) {
    throw new InputError(
      'RUN_INVALID',
      `run.json in ${uri} was changed: its question hashes to ${hash}, not to its run id`,
      {
        details: { run_id: run.run_id, hash },
      },
    );
  }
  return run;
}

/** Refuses a file that a newer version wrote, before anything else of it is looked at. */
export function checkFormat(value: DocumentValue, what: string): void {
  if (!isObject(value)) return;
  const { format } = value;
  if (typeof format !== 'number' || format <= FORMAT_VERSION) return;
  throw new InputError(
    'RUN_FORMAT_NEWER',
    `${what} has format ${format}, this version of coldhunt knows up to ${FORMAT_VERSION}: use a newer one`,
    { details: { format, known: FORMAT_VERSION } },
  );
}
