// The events of some objects of an archive, for what is told from a sample. Of a large object slices are read, spread over it.

import { NO_REQUIREMENT, toAppError, type FieldPath, type ListedObject, type ObjectSource } from '@coldhunt/core';
import { openObject, type SourceEvent } from '@coldhunt/formats';

/** A larger object is read in slices. */
const MOST_WHOLE_BYTES = 64 * 1024 * 1024;
const SLICES = 8;
const SLICE_BYTES = 8 * 1024 * 1024;
/** Of a slice of a compressed object, which is read from its beginning. */
const MOST_DECOMPRESSED_BYTES = 256 * 1024 * 1024;

export interface SampleReading {
  readonly fields: readonly FieldPath[] | null;
  readonly maxLineBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface SampledObject {
  /** Whether every event of it was looked at. */
  readonly isWhole: boolean;
  /** Why it could not be read, or not to its end. */
  readonly failed: { readonly uri: string; readonly code: string; readonly message: string } | null;
}

/** Calls `visit` for events of the object. An object that cannot be read is told, not thrown. */
export async function sampleEvents(
  source: ObjectSource,
  listed: ListedObject,
  { fields, maxLineBytes, signal, visit }: SampleReading & { readonly visit: (event: SourceEvent) => void },
): Promise<SampledObject> {
  let isWhole = listed.size <= MOST_WHOLE_BYTES;
  try {
    for (const range of rangesOf(listed.size)) {
      signal?.throwIfAborted();
      const reading = await openObject(source.open(listed), {
        range,
        fields,
        requirement: NO_REQUIREMENT,
        lineFilter: null,
        maxLineBytes,
        ...(signal === undefined ? {} : { signal }),
      });
      if (reading.kind.kind === 'refused') {
        const { name, advice } = reading.kind;
        return {
          isWhole: false,
          failed: { uri: listed.uri, code: 'FORMAT_UNSUPPORTED', message: `${name}: ${advice}` },
        };
      }
      for await (const batch of reading.batches()) {
        for (const event of batch) visit(event);
        if (reading.counts.decompressedBytes <= MOST_DECOMPRESSED_BYTES) continue;
        isWhole = false;
        break;
      }
    }
    return { isWhole, failed: null };
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message } = toAppError(error);
    return { isWhole: false, failed: { uri: listed.uri, code, message } };
  }
}

function rangesOf(size: number): readonly { readonly from: number; readonly to: number }[] {
  if (size <= MOST_WHOLE_BYTES) return [{ from: 0, to: size }];
  return Array.from({ length: SLICES }, (_, index) => {
    const from = Math.floor((index * size) / SLICES);
    return { from, to: from + SLICE_BYTES };
  });
}
