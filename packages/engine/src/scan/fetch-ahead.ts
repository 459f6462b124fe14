// Objects of a shard in order, each opened for reading. Small ones are asked for whole before their turn: of many small objects nearly all
// of the time would pass in waiting for the store.

import type { ObjectReader } from '@coldhunt/core';
import type { ShardObject } from '../plan/output.ts';

/** Objects up to this length are read with one request anyhow (packages/formats/src/open-object.ts). */
const SMALL_BYTES = 1024 * 1024;
/** Under way or waiting for their turn, at most. */
const AHEAD_OBJECTS = 16;
const AHEAD_BYTES = 4 * 1024 * 1024;

export interface OpenedObject {
  readonly object: ShardObject;
  readonly reader: ObjectReader;
}

/** `open`: throws for an object that cannot be named; that is told at its turn, as what reading throws is. */
export function* fetchAhead(
  objects: readonly ShardObject[],
  open: (object: ShardObject) => ObjectReader,
  signal: AbortSignal | undefined,
): Generator<OpenedObject> {
  const ahead: (() => OpenedObject)[] = [];
  let next = 0;
  let bytes = 0;
  for (const { size } of objects) {
    while (next < objects.length && (ahead.length === 0 || (ahead.length < AHEAD_OBJECTS && bytes < AHEAD_BYTES))) {
      const object = objects[next] as ShardObject;
      ahead.push(begin(object, open, signal));
      bytes += object.size;
      next += 1;
    }
    const opened = ahead.shift();
    if (opened === undefined) return;
    bytes -= size;
    yield opened();
  }
}

function begin(
  object: ShardObject,
  open: (object: ShardObject) => ObjectReader,
  signal: AbortSignal | undefined,
): () => OpenedObject {
  if (object.range !== null || object.size === 0 || object.size > SMALL_BYTES) {
    return () => ({ object, reader: open(object) });
  }
  try {
    const opened = { object, reader: fetched(open(object), signal) };
    return () => opened;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** The same object, all of whose bytes are on their way: the first to ask for them is given these. */
function fetched(reader: ObjectReader, signal: AbortSignal | undefined): ObjectReader {
  let whole: Promise<Uint8Array> | null = reader.bytes({ from: 0, to: reader.size }, signal);
  // What is wrong is told to who asks.
  whole.catch(() => {});
  return {
    uri: reader.uri,
    size: reader.size,
    etag: reader.etag,
    get versionId() {
      return reader.versionId;
    },
    bytes(range, own) {
      const given = range.from === 0 && range.to === reader.size ? whole : null;
      whole = null;
      return given ?? reader.bytes(range, own);
    },
    stream: (range, own, memory) => reader.stream(range, own, memory),
  };
}
