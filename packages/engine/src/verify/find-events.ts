// Places in an object -> the events that lie there and that the rules match now, read as the scan reads them.

import type { ObjectReader } from '@coldhunt/core';
import { openObject, type Coordinates, type SourceEvent } from '@coldhunt/formats';
import { emptyTally, matchEvent, zeroEvents, type Hit } from '../scan/match-event.ts';
import { readOptionsOf } from '../scan/read-options.ts';
import type { ScanContext } from '../scan/scan-context.ts';

/** An object above this is not read whole for a few lines of it. */
const WHOLE_BYTES = 4 * 1024 * 1024;

/** Where evidence says that an event lies. */
export type EventPlace =
  | { readonly coordinate: 'raw' | 'decompressed'; readonly offset: number }
  | { readonly coordinate: 'row'; readonly row_group: number; readonly row: number };

export interface FoundEvent {
  readonly place: string;
  readonly coordinates: Coordinates;
  readonly event: SourceEvent;
  readonly timeMs: number | null;
  readonly hits: readonly Hit[];
}

export interface FindOptions {
  readonly context: ScanContext;
  /** The index that the archive's events count as. */
  readonly archiveIndex: string | null;
  readonly signal?: AbortSignal | undefined;
}

/** A place as one word, the same for the same place of one object. */
export function placeKey(place: EventPlace): string {
  return place.coordinate === 'row' ? `row ${place.row_group} ${place.row}` : `${place.coordinate} ${place.offset}`;
}

/**
 * Gives each place at which an event lies that a rule matches, in no certain order; those that do not come hold none. Throws what
 * reading throws, after what could be found before.
 */
export async function* findEvents(
  reader: ObjectReader,
  places: readonly EventPlace[],
  options: FindOptions,
): AsyncGenerator<FoundEvent> {
  const left = new Set(places.map(placeKey));
  if (reader.size > WHOLE_BYTES) {
    for (const place of places) {
      // A line is owned by the range that it starts in; what is not framed by lines is found below.
      if (place.coordinate !== 'raw' || place.offset >= reader.size) continue;
      yield* readRange(reader, { range: { from: place.offset, to: place.offset + 1 }, left }, options);
    }
  }
  if (left.size > 0) yield* readRange(reader, { range: null, left }, options);
}

interface Reach {
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly left: Set<string>;
}

async function* readRange(
  reader: ObjectReader,
  { range, left }: Reach,
  { context, archiveIndex, signal }: FindOptions,
): AsyncGenerator<FoundEvent> {
  const reading = await openObject(reader, readOptionsOf(context, range, signal));
  const scan = { ...context, archiveIndex, clock: null };
  const hits: Hit[] = [];
  const tally = { ...emptyTally(context.rules), events: zeroEvents(), hits, timeless: [] };
  for await (const batch of reading.batches()) {
    signal?.throwIfAborted();
    for (const event of batch) {
      hits.length = 0;
      const timeMs = matchEvent(event, scan, tally);
      if (hits.length === 0) continue;
      const coordinates = await event.coordinates();
      const place = placeKey(coordinates);
      if (left.delete(place)) yield { place, coordinates, event, timeMs, hits: [...hits] };
    }
    if (left.size === 0) return;
  }
}
