// The lists of a LineScan: appended to, and grown where needed.

import type { LineScan } from '@coldhunt/core';

/** An empty result, to be handed to every scan. */
export function createLineScan(): LineScan {
  return { searched: 0, blank: 0, count: 0, starts: new Int32Array(256), ends: new Int32Array(256) };
}

export function addLine(found: LineScan, start: number, end: number): void {
  if (found.count === found.starts.length) reserve(found, found.count + 1);
  found.starts[found.count] = start;
  found.ends[found.count] = end;
  found.count += 1;
}

/** Appends `count` lines that are given as pairs of start and end. */
export function addLines(found: LineScan, pairs: Int32Array, count: number): void {
  if (found.count + count > found.starts.length) reserve(found, found.count + count);
  const { starts, ends } = found;
  for (let index = 0, at = found.count; index < count; index += 1, at += 1) {
    starts[at] = pairs[index * 2] as number;
    ends[at] = pairs[index * 2 + 1] as number;
  }
  found.count += count;
}

function reserve(found: LineScan, length: number): void {
  const size = Math.max(length, found.starts.length * 2);
  found.starts = grown(found.starts, size);
  found.ends = grown(found.ends, size);
}

function grown(offsets: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(size);
  larger.set(offsets);
  return larger;
}
