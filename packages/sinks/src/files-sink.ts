// NDJSON files by day, in a folder or under an S3 prefix: a night's file is written once, whoever delivers it how often.

import { stringifyDocument, type Document, type RunStore } from '@coldhunt/core';
import type { Batch, Delivery, Sink } from './sink.ts';

const CHUNK_CHARS = 256 * 1024;

/** `store`: where the days' folders go. */
export function createFilesSink(name: string, store: RunStore): Sink {
  return {
    name,
    async deliver(batch) {
      if (batch.total === 0) return;
      await store.putStream(`${batch.to.slice(0, 10)}/${batch.id}.ndjson`, linesOf(batch));
    },
  };
}

/** Lines on a stream, as they come. `write` resolves when the stream can take more. */
export function createStreamSink(name: string, write: (text: string) => Promise<void>): Sink {
  return {
    name,
    async deliver(batch) {
      for await (const chunk of linesOf(batch)) await write(Buffer.from(chunk).toString('utf8'));
    },
  };
}

async function* linesOf(batch: Batch): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const delivery of batch.deliveries()) {
    text += `${stringifyDocument(lineOf(delivery))}\n`;
    if (text.length < CHUNK_CHARS) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(text);
}

function lineOf({ id, kind, alert, old_uuid, why }: Delivery): Document {
  return {
    id,
    kind,
    ...(old_uuid === undefined ? {} : { old_uuid }),
    ...(why === undefined ? {} : { why }),
    ...(alert === undefined ? {} : { alert }),
  };
}
