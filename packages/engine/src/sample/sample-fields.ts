// The fields that an archive's events have, as far as a few objects of each kind show them: what an EQL rule may ask although it is not
// in ECS.

import { NO_REQUIREMENT, type ListedObject, type ObjectReader, type ObjectSource } from '@coldhunt/core';
import { openObject } from '@coldhunt/formats';
import { checkArchives } from '../plan/output.ts';
import type { Question } from '../question/output.ts';
import { chooseObjects } from './sample-archive.ts';

const OBJECTS_PER_KIND = 5;
const EVENTS_PER_OBJECT = 2_000;
/** Of an object no more is read. */
const MOST_STORED_BYTES = 16 * 1024 * 1024;
/** An archive with ever new names tells no more after so many. */
const MOST_NAMES = 100_000;

export interface FieldSampleOptions {
  readonly maxLineBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/** The names of fields with a value. An object that cannot be read shows none. Throws as the sources' listings do. */
export async function sampleFields(
  { question, sources }: { readonly question: Question; readonly sources: readonly ObjectSource[] },
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const selectors = checkArchives(question);
  const names = new Set<string>();
  for (const [index, source] of sources.entries()) {
    const isWanted = (object: ListedObject): boolean => selectors[index]?.select(object).kind === 'selected';
    const chosen = await chooseObjects(source, OBJECTS_PER_KIND, { isWanted, signal });
    for (const object of chosen)
      await addFields(source.open(object), names, { maxLineBytes: question.options.max_line_bytes, signal });
  }
  return names;
}

/** The same for files that are given one by one: `sources` hold one or a folder of them each. Throws as their listings do. */
export async function sampleSourceFields(
  sources: AsyncIterable<ObjectSource>,
  options: FieldSampleOptions,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const source of sources) {
    for (const object of await chooseObjects(source, OBJECTS_PER_KIND, options))
      await addFields(source.open(object), names, options);
  }
  return names;
}

/** The same for one object, of which nothing may be known but its beginning. */
export async function sampleObjectFields(
  object: ObjectReader,
  options: FieldSampleOptions,
): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  await addFields(object, names, options);
  return names;
}

async function addFields(
  object: ObjectReader,
  names: Set<string>,
  { maxLineBytes, signal }: FieldSampleOptions,
): Promise<void> {
  signal?.throwIfAborted();
  let left = EVENTS_PER_OBJECT;
  try {
    const reading = await openObject(object, {
      range: Number.isFinite(object.size) ? { from: 0, to: Math.min(object.size, MOST_STORED_BYTES) } : null,
      fields: null,
      requirement: NO_REQUIREMENT,
      lineFilter: null,
      maxLineBytes,
      ...(signal === undefined ? {} : { signal }),
    });
    if (reading.kind.kind === 'refused') return;
    for await (const batch of reading.batches()) {
      for (const event of batch.slice(0, left)) for (const name of event.view.paths()) names.add(name);
      left -= batch.length;
      if (left <= 0 || names.size > MOST_NAMES) return;
    }
  } catch {
    // The hunt itself reads every object, and tells what it could not read.
    signal?.throwIfAborted();
  }
}
