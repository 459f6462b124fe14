// Where kept events lie, named in a string that travels with a match: a matches file or a ledger record. Events are fetched only for
// alerts, source by source in order, so that no event is read twice and none is held longer than it takes to sort.

import { InputError, parseDocument, stringifyDocument, type Document, type RunStore } from '@coldhunt/core';
import { readEvents, readRecord, type KeptEvent, type MatchesFile } from '../scan/output.ts';
import type { SourcedMatch } from './sourced-match.ts';
import { SpillSorter } from './spill-sorter.ts';

export function fileSource({ path, sha256, matches, events }: MatchesFile): string {
  return `${path} ${sha256} ${matches} ${events}`;
}

export function recordSource(path: string, shardId: string): string {
  return `${path} ${shardId}`;
}

interface Wanted {
  readonly source: string;
  readonly event: number;
  readonly sequence: number;
}

interface Fetched {
  readonly sequence: number;
  readonly text: string;
}

/** Pairs alerts, in their order, with the events that raised them. `alerts` is read twice. */
export async function* withEvents<T extends SourcedMatch>(
  store: RunStore,
  alerts: () => AsyncIterable<readonly T[]>,
  memoryChars?: number,
): AsyncGenerator<readonly { readonly alert: T; readonly document: Document }[]> {
  const limit = memoryChars === undefined ? {} : { memoryChars };
  const wanted = new SpillSorter<Wanted>(store, {
    compare: (a, b) =>
      a.source < b.source ? -1 : a.source > b.source ? 1 : a.event - b.event || a.sequence - b.sequence,
    encode: (item) => JSON.stringify(item),
    decode: (line) => JSON.parse(line) as Wanted,
    ...limit,
  });
  const fetched = new SpillSorter<Fetched>(store, {
    compare: (a, b) => a.sequence - b.sequence,
    encode: ({ sequence, text }) => `${sequence} ${text}`,
    decode: (line) => {
      const cut = line.indexOf(' ');
      return { sequence: Number(line.slice(0, cut)), text: line.slice(cut + 1) };
    },
    ...limit,
  });
  try {
    let sequence = 0;
    for await (const batch of alerts()) {
      for (const { source, match } of batch) {
        if (match.event === null) throw new InputError('RUN_INVALID', `an alert of ${source} points to no event`);
        await wanted.add({ source, event: match.event, sequence });
        sequence += 1;
      }
    }
    await fetchAll(store, wanted, fetched);
    const documents = flatten(fetched.sorted());
    for await (const batch of alerts()) {
      const paired: { alert: T; document: Document }[] = [];
      for (const alert of batch) {
        const next = await documents.next();
        if (next.done === true)
          throw new InputError('RUN_INVALID', `the event of an alert is missing in ${alert.source}`);
        paired.push({ alert, document: parseDocument(next.value.text, Number.MAX_SAFE_INTEGER) });
      }
      yield paired;
    }
  } finally {
    await wanted.clear();
    await fetched.clear();
  }
}

async function fetchAll(store: RunStore, wanted: SpillSorter<Wanted>, fetched: SpillSorter<Fetched>): Promise<void> {
  let open = null as { readonly source: string; readonly events: AsyncGenerator<KeptEvent> } | null;
  let current: KeptEvent | null = null;
  for await (const item of flatten(wanted.sorted())) {
    if (open?.source !== item.source) {
      await open?.events.return(undefined);
      open = { source: item.source, events: flatten(await openSource(store, item.source)) };
      current = null;
    }
    while (current === null || current.event < item.event) {
      const next = await open.events.next();
      if (next.done === true) throw new InputError('RUN_INVALID', `event ${item.event} is missing in ${item.source}`);
      current = next.value;
    }
    if (current.event !== item.event)
      throw new InputError('RUN_INVALID', `event ${item.event} is missing in ${item.source}`);
    await fetched.add({ sequence: item.sequence, text: stringifyDocument(current.document) });
  }
  await open?.events.return(undefined);
}

async function openSource(store: RunStore, source: string): Promise<AsyncIterable<readonly KeptEvent[]>> {
  const [path = '', second = '', matches, events] = source.split(' ');
  if (matches !== undefined) {
    return readEvents(store, { path, sha256: second, matches: Number(matches), events: Number(events) });
  }
  const { stored } = await readRecord(store, { path, shard_id: second });
  if (stored.kind !== 'inline') throw new InputError('RUN_INVALID', `${path} keeps no events itself`);
  return readEvents(store, stored);
}

/** Items one by one. */
async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
