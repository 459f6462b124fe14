// reduce/done.json and the marks of partitions: read with the checks that every file between processes gets.

import { FORMAT_VERSION, InputError, SEMANTICS_REVISION, openSeal, type RunStore } from '@coldhunt/core';
import type { ReduceDone } from './output.ts';

export const REDUCE_DONE_PATH = 'reduce/done.json';

/** What the last reduction left; null when there was none. Throws RUN_DAMAGED, RUN_FORMAT_NEWER, RUN_REVISION or RUN_INVALID. */
export async function readReduceDone(store: RunStore): Promise<ReduceDone | null> {
  const done = (await readVersioned(store, REDUCE_DONE_PATH)) as ReduceDone | null;
  if (done !== null && (!Array.isArray(done.rules) || typeof done.generation !== 'number')) {
    throw new InputError('RUN_INVALID', `${REDUCE_DONE_PATH} lacks its rules or generation`);
  }
  return done;
}

/** A sealed JSON object with `format` and `semantics_revision`; null when there is no such file. */
export async function readVersioned(
  store: RunStore,
  path: string,
): Promise<{ readonly format: number; readonly semantics_revision: number } | null> {
  const bytes = await store.get(path);
  return bytes === null ? null : parseVersioned(openSeal(bytes, path), path);
}

/** Throws InputError RUN_FORMAT_NEWER, RUN_REVISION or RUN_INVALID. */
export function parseVersioned(
  text: string,
  path: string,
): { readonly format: number; readonly semantics_revision: number } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError('RUN_INVALID', `${path} is not JSON`, { cause: error });
  }
  const { format, semantics_revision: revision } = (value ?? {}) as Record<string, unknown>;
  if (typeof format !== 'number' || typeof revision !== 'number') {
    throw new InputError('RUN_INVALID', `${path} has no format version`);
  }
  if (format > FORMAT_VERSION) {
    throw new InputError('RUN_FORMAT_NEWER', `${path} has format ${format}, known is ${FORMAT_VERSION}`);
  }
  if (revision !== SEMANTICS_REVISION) {
    throw new InputError(
      'RUN_REVISION',
      `${path} was made under semantics revision ${revision}, this is ${SEMANTICS_REVISION}: use the coldhunt that made it, or ask anew with --rescan`,
    );
  }
  return value as { readonly format: number; readonly semantics_revision: number };
}
