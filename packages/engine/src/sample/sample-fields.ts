// The fields that an archive's events have, as far as a few objects of each kind show them: what an EQL rule may ask although it is not
// in ECS.

import { NO_REQUIREMENT, type ListedObject, type ObjectSource } from '@coldhunt/core';
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

/** The names of fields with a value. An object that cannot be read shows none. Throws as the sources' listings do. */
export async function sampleFields(
  { question, sources }: { readonly question: Question; readonly sources: readonly ObjectSource[] },
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const selectors = checkArchives(question);
  const names = new Set<string>();
  for (const [index, source] of sources.entries()) {
    const isWanted = (object: ListedObject): boolean => selectors[index]?.select(object).kind === 'selected';
    for (const object of await chooseObjects(source, OBJECTS_PER_KIND, { isWanted, signal })) {
      signal?.throwIfAborted();
      await addFields(source, object, { names, maxLineBytes: question.options.max_line_bytes, signal });
    }
  }
  return names;
}

async function addFields(
  source: ObjectSource,
  listed: ListedObject,
  options: { readonly names: Set<string>; readonly maxLineBytes: number; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const { names, maxLineBytes, signal } = options;
  let left = EVENTS_PER_OBJECT;
  try {
    const reading = await openObject(source.open(listed), {
      range: { from: 0, to: Math.min(listed.size, MOST_STORED_BYTES) },
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
