// Hot path. A raw snappy block, bounds first: the two decoders at hand do not end, or forget their stack, over hostile lengths.

import { corrupt } from './corrupt.ts';

/** Longer texts are handed to the engine, whose call costs as much as copying about so many bytes. */
const LONG_RUN = 128;
/** Bytes are copied so many at a time. */
const STRIDE = 16;

/** Expands a block into exactly `length` bytes, or so many of its beginning, or a little less. Throws PARQUET_CORRUPT. */
export function expandSnappy(stored: Buffer, length: number, part: 'all' | 'beginning' = 'all'): Buffer {
  const page = Buffer.allocUnsafeSlow(length);
  const out = expandInto(page, stored, part === 'beginning');
  if (part === 'all' && out !== length) throw corrupt(`snappy: ${out} bytes instead of ${length}`);
  return page.subarray(0, out);
}

/** The bytes that were written; `mayStop` where the next do not fit or are not there. */
function expandInto(page: Buffer, stored: Buffer, mayStop: boolean): number {
  const { length } = page;
  const view = viewOf(page);
  const storedView = viewOf(stored);
  const end = stored.length;
  let at = skipLength(stored);
  let out = 0;
  while (at < end) {
    const tag = stored[at] as number;
    at += 1;
    const kind = tag & 3;
    if (kind === 0) {
      let run = (tag >> 2) + 1;
      if (run > 60) {
        const extra = run - 60;
        if (at + extra > end) {
          if (mayStop) return out;
          throw corrupt('snappy: ends within a length');
        }
        run = stored.readUIntLE(at, extra) + 1;
        at += extra;
      }
      if (at + run > end || out + run > length) {
        if (mayStop) return out;
        throw corrupt('snappy: text beyond the end');
      }
      if (run > LONG_RUN) stored.copy(page, out, at, at + run);
      else if (at + run + STRIDE <= end && out + run + STRIDE <= length) copyStrides(storedView, at, view, out, run);
      else for (let index = 0; index < run; index += 1) page[out + index] = stored[at + index] as number;
      at += run;
      out += run;
      continue;
    }
    const bytes = kind === 3 ? 4 : kind;
    if (at + bytes > end) {
      if (mayStop) return out;
      throw corrupt('snappy: ends within a copy');
    }
    const run = kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1;
    const back =
      kind === 1
        ? ((tag >> 5) << 8) | (stored[at] as number)
        : kind === 2
          ? storedView.getUint16(at, true)
          : storedView.getUint32(at, true);
    at += bytes;
    if (mayStop && out + run > length) return out;
    if (back === 0 || back > out || out + run > length) throw corrupt('snappy: copy from beyond the end');
    const from = out - back;
    // A run may reach into what it writes.
    if (back >= STRIDE && out + run + STRIDE <= length) copyStrides(view, from, view, out, run);
    else for (let index = 0; index < run; index += 1) page[out + index] = page[from + index] as number;
    out += run;
  }
  return out;
}

/** Copies `run` bytes and up to a stride more, which are written over next, or cut off. */
function copyStrides(source: DataView, from: number, target: DataView, to: number, run: number): void {
  for (let done = 0; done < run; done += STRIDE) {
    target.setUint32(to + done, source.getUint32(from + done, true), true);
    target.setUint32(to + done + 4, source.getUint32(from + done + 4, true), true);
    target.setUint32(to + done + 8, source.getUint32(from + done + 8, true), true);
    target.setUint32(to + done + 12, source.getUint32(from + done + 12, true), true);
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

/** The block says its length first; the page's header has said it, too. */
function skipLength(stored: Buffer): number {
  for (let at = 0; at < 5; at += 1) {
    const byte = stored[at];
    if (byte === undefined) break;
    if (byte < 0x80) return at + 1;
  }
  throw corrupt('snappy: no length');
}
