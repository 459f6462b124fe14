// Objects of any size that are made while they are read, and never lie on a disk: the same byte at the same place, however it is asked for.

import type { ByteRange, ListedObject, ObjectSource } from '@coldhunt/core';

const CHUNK_BYTES = 1 << 20;

export const MADE_URI = 's3://made/archive/';

/** What an object holds. */
export interface Made {
  readonly key: string;
  readonly size: number;
  /** Writes the bytes from a place on into `into`, all of it. */
  fill(into: Buffer, from: number): void;
}

/** One block again and again: lines of an archive, or one gzip member. */
export function repeated(key: string, block: Buffer, times: number): Made {
  return {
    key,
    size: block.length * times,
    fill(into, from) {
      for (let at = 0; at < into.length;) at += block.copy(into, at, (from + at) % block.length);
    },
  };
}

/** Lines of one length, each made from its number: a pattern whose `#` are its digits. */
export function numbered(key: string, pattern: string, lines: number): Made {
  const line = Buffer.from(`${pattern}\n`);
  const digits = [...line].flatMap((byte, at) => (byte === 0x23 ? [at] : [])).toReversed();
  return {
    key,
    size: line.length * lines,
    fill(into, from) {
      let number = Math.floor(from / line.length);
      let skip = from % line.length;
      for (let at = 0; at < into.length; number += 1) {
        let rest = number;
        for (const place of digits) {
          line[place] = 0x30 + (rest % 10);
          rest = Math.floor(rest / 10);
        }
        at += line.copy(into, at, skip);
        skip = 0;
      }
    },
  };
}

/** One line: a beginning, so many `x`, an end. */
export function longLine(key: string, begin: string, length: number, end: string): Made {
  const [first, last] = [Buffer.from(begin), Buffer.from(end)];
  const size = first.length + length + last.length;
  return {
    key,
    size,
    fill(into, from) {
      into.fill(0x78);
      if (from < first.length) first.copy(into, 0, from);
      const lastAt = size - last.length;
      if (from + into.length > lastAt) last.copy(into, Math.max(0, lastAt - from), Math.max(0, from - lastAt));
    },
  };
}

export function madeSource(objects: readonly Made[]): ObjectSource {
  const byUri = new Map(objects.map((made) => [`${MADE_URI}${made.key}`, made]));
  const part = (made: Made, { from, to }: ByteRange): Buffer => {
    const bytes = Buffer.allocUnsafeSlow(to - from);
    made.fill(bytes, from);
    return bytes;
  };
  return {
    uri: MADE_URI,
    async *list() {
      yield objects.map(({ key, size }): ListedObject => ({
        uri: `${MADE_URI}${key}`,
        key,
        size,
        etag: 'made',
        lastModifiedMs: Date.UTC(2026, 1, 2),
        storageClass: 'STANDARD',
        isArchived: false,
      }));
    },
    open(object) {
      const made = byUri.get(object.uri);
      if (made === undefined) throw new Error(`${object.uri} was never made`);
      return {
        ...object,
        versionId: null,
        bytes: async (range) => part(made, range),
        async *stream(range, signal, memory) {
          for (let from = range.from; from < range.to; from += CHUNK_BYTES) {
            signal?.throwIfAborted();
            const length = Math.min(CHUNK_BYTES, range.to - from);
            const lent = memory?.lend(length);
            const chunk =
              lent === undefined
                ? Buffer.allocUnsafeSlow(length)
                : Buffer.from(lent.buffer, lent.byteOffset, lent.byteLength);
            made.fill(chunk, from);
            // As after a read: the event loop turns.
            await new Promise((resolve) => setImmediate(resolve));
            yield lent ?? chunk;
          }
        },
      };
    },
  };
}
