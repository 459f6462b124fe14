// Reads a few objects of each kind (format by name, storage class) from end to end: how far they expand, how many events they hold, and
// how fast one core parses them. For `coldhunt plan --sample n`.

import { InputError, NO_REQUIREMENT, toAppError, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { openObject } from '@coldhunt/formats';
import { checkArchives, guessFormat, type MeasuredKind } from '../plan/output.ts';
import type { Question } from '../question/output.ts';
import { countReads } from './count-reads.ts';
import { ObjectSample } from './object-sample.ts';

/** No more of an object is read: it is known well enough by then. */
const MOST_STORED_BYTES = 64 * 1024 * 1024;
const MOST_DECOMPRESSED_BYTES = 512 * 1024 * 1024;
const MOST_PER_KIND = 1_000;

export interface SampleOptions {
  /** Which objects count; default: all that are not empty and not archived. */
  readonly isWanted?: (object: ListedObject) => boolean;
  readonly maxLineBytes?: number;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds of a clock that only goes forward. */
  readonly clock?: () => number;
}

export interface ArchiveSample {
  readonly kinds: readonly MeasuredKind[];
  /** Objects that could not be read, or not to their end. */
  readonly failed: readonly { readonly uri: string; readonly code: string; readonly message: string }[];
}

/** Samples every archive of a question among the objects that its plan would select. Throws as the sources' listings do. */
export async function sampleArchives(
  { question, sources }: { readonly question: Question; readonly sources: readonly ObjectSource[] },
  perKind: number,
  options: SampleOptions = {},
): Promise<ArchiveSample> {
  const selectors = checkArchives(question);
  const samples: ArchiveSample[] = [];
  for (const [index, source] of sources.entries()) {
    const selector = selectors[index];
    const isWanted = (object: ListedObject): boolean => selector?.select(object).kind === 'selected';
    const maxLineBytes = question.options.max_line_bytes;
    samples.push(await sampleArchive(source, perKind, { isWanted, maxLineBytes, ...options }));
  }
  return { kinds: mergeKinds(samples.flatMap(({ kinds }) => kinds)), failed: samples.flatMap(({ failed }) => failed) };
}

/** Samples one archive: `perKind` objects of each kind. Throws InputError OPTION_INVALID, and as the listing does. */
export async function sampleArchive(
  source: ObjectSource,
  perKind: number,
  options: SampleOptions = {},
): Promise<ArchiveSample> {
  if (!Number.isInteger(perKind) || perKind < 1 || perKind > MOST_PER_KIND) {
    throw new InputError('OPTION_INVALID', `--sample ${perKind}: a whole number from 1 to ${MOST_PER_KIND} expected`);
  }
  const chosen = await chooseObjects(source, perKind, options);
  const kinds: MeasuredKind[] = [];
  const failed: ArchiveSample['failed'][number][] = [];
  for (const object of chosen) {
    options.signal?.throwIfAborted();
    try {
      kinds.push(await measureObject(source, object, options));
    } catch (error) {
      options.signal?.throwIfAborted();
      const { code, message } = toAppError(error);
      failed.push({ uri: object.uri, code, message });
    }
  }
  return { kinds: mergeKinds(kinds), failed };
}

export interface ChooseOptions extends Pick<SampleOptions, 'isWanted' | 'signal'> {
  /** Objects of different groups are of different kinds, e.g. those of each day. Default: all are of one. */
  readonly groupOf?: (object: ListedObject) => string;
}

/** Some objects of each kind, spread over the listing. */
export async function chooseObjects(
  source: ObjectSource,
  perKind: number,
  { isWanted = isReadable, groupOf, signal }: ChooseOptions,
): Promise<readonly ListedObject[]> {
  const byKind = new Map<string, ObjectSample>();
  for await (const page of source.list(signal)) {
    for (const object of page) {
      if (!isWanted(object)) continue;
      const kind = `${guessFormat(object.key)} ${object.storageClass} ${groupOf?.(object) ?? ''}`;
      let sample = byKind.get(kind);
      if (sample === undefined) byKind.set(kind, (sample = new ObjectSample(perKind)));
      sample.add(object);
    }
  }
  return [...byKind.values()].flatMap((sample) => sample.take());
}

async function measureObject(
  source: ObjectSource,
  listed: ListedObject,
  { maxLineBytes = 16 * 1024 * 1024, signal, clock = () => performance.now() }: SampleOptions,
): Promise<MeasuredKind> {
  const { object, bytes } = countReads(source.open(listed));
  const started = clock();
  const reading = await openObject(object, {
    range: { from: 0, to: Math.min(listed.size, MOST_STORED_BYTES) },
    fields: null,
    requirement: NO_REQUIREMENT,
    lineFilter: null,
    maxLineBytes,
    ...(signal === undefined ? {} : { signal }),
  });
  if (reading.kind.kind === 'refused') {
    throw new InputError('FORMAT_UNSUPPORTED', `${reading.kind.name}: ${reading.kind.advice}`);
  }
  let events = 0;
  for await (const batch of reading.batches()) {
    events += batch.length;
    if (bytes() > MOST_STORED_BYTES || reading.counts.decompressedBytes > MOST_DECOMPRESSED_BYTES) break;
  }
  return {
    format: guessFormat(listed.key),
    storage_class: listed.storageClass,
    objects: 1,
    stored_bytes: bytes(),
    decompressed_bytes: Math.max(reading.counts.decompressedBytes, bytes()),
    events,
    seconds: (clock() - started) / 1000,
  };
}

function mergeKinds(all: readonly MeasuredKind[]): readonly MeasuredKind[] {
  const merged = new Map<string, MeasuredKind>();
  for (const kind of all) {
    const name = `${kind.format} ${kind.storage_class}`;
    const known = merged.get(name);
    if (known === undefined) merged.set(name, kind);
    else {
      merged.set(name, {
        ...known,
        objects: known.objects + kind.objects,
        stored_bytes: known.stored_bytes + kind.stored_bytes,
        decompressed_bytes: known.decompressed_bytes + kind.decompressed_bytes,
        events: known.events + kind.events,
        seconds: known.seconds + kind.seconds,
      });
    }
  }
  return [...merged.values()];
}

function isReadable({ size, isArchived }: ListedObject): boolean {
  return size > 0 && !isArchived;
}
