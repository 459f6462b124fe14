// A Parquet file that is no archive of events, as the rows that it has: how an S3 Inventory is listed.

import { NO_REQUIREMENT, type Document, type ObjectReader } from '@coldhunt/core';
import { openObject } from '@coldhunt/formats';

const LINE_BYTES = 1024 * 1024;

/** Throws where it is no Parquet file, and as `openObject`. */
export async function* readTable(object: ObjectReader, signal?: AbortSignal): AsyncGenerator<readonly Document[]> {
  const reading = await openObject(object, {
    range: null,
    fields: null,
    requirement: NO_REQUIREMENT,
    lineFilter: null,
    maxLineBytes: LINE_BYTES,
    ...(signal === undefined ? {} : { signal }),
  });
  if (reading.kind.kind !== 'parquet') throw new Error('it is no Parquet file');
  for await (const batch of reading.batches()) yield await Promise.all(batch.map((event) => event.document()));
}
