// Matches whose time cannot be believed, wherever it lies -> skewed.ndjson in the total order, each with its event. A clock that was moved
// must not hide an event from a range.

import { assertInvariant, stringifyDocument, type Document, type DocumentValue, type RunStore } from '@coldhunt/core';
import { withEvents } from './event-sources.ts';
import { compareRaised, decodeRaised, encodeRaised, type RaisedAlert } from './raised-alert.ts';
import type { PartitionInput } from './reduce-partition.ts';
import { SpillSorter } from './spill-sorter.ts';

const TEXT_CHARS = 256 * 1024;

export interface WriteSkewedOptions {
  readonly store: RunStore;
  /** How many the ledger counts. */
  readonly count: number;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
}

/** Throws InvariantError unless there are as many as the ledger counts. */
export async function writeSkewed(input: PartitionInput, options: WriteSkewedOptions): Promise<void> {
  const { store, count, signal, memoryChars } = options;
  const sorter = new SpillSorter<RaisedAlert>(store, {
    compare: compareRaised,
    encode: encodeRaised,
    decode: decodeRaised,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  let found = 0;
  try {
    for await (const batch of input.sorter.sorted()) {
      signal?.throwIfAborted();
      for (const { match, source } of batch) {
        found += 1;
        await sorter.add(toRaised(match, source));
      }
    }
    assertInvariant(found === count, `the ledger counts ${count} matches with a doubtful time, ${found} are kept`);
    await store.putStream('skewed.ndjson', toNdjson(withEvents(store, () => sorter.sorted(), memoryChars)));
  } finally {
    await Promise.all([sorter.clear(), input.sorter.clear()]);
  }
}

function toRaised(match: RaisedAlert['match'], source: string): RaisedAlert {
  return {
    kind: 'unkeyed',
    match,
    source,
    copies: [],
    copyCount: 0,
    bucket: null,
    spans: null,
    tickMs: null,
    group: null,
    held: null,
  };
}

async function* toNdjson(
  pairs: AsyncIterable<readonly { readonly alert: RaisedAlert; readonly document: Document }[]>,
): AsyncGenerator<Uint8Array> {
  let text = '';
  for await (const batch of pairs) {
    for (const { alert, document } of batch) text += `${stringifyDocument(toLine(alert, document))}\n`;
    if (text.length > TEXT_CHARS) {
      yield Buffer.from(text);
      text = '';
    }
  }
  yield Buffer.from(text);
}

function toLine({ match }: RaisedAlert, document: Document): Document {
  const skew = match.aside?.kind === 'skewed' ? match.aside : null;
  return {
    rule_id: match.rule_id,
    time: new Date(match.time_ms).toISOString(),
    why: skew?.why ?? null,
    by_ms: skew?.by_ms ?? null,
    evidence: match.evidence as unknown as DocumentValue,
    event: document,
  };
}
