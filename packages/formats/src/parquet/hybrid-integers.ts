// Hot path. Parquet's mix of runs and bit-packed integers: levels and dictionary indices.

import { corrupt } from './corrupt.ts';

/**
 * Fills `out` with integers of `bitWidth` bits from `bytes[from, to)`; missing bits behind the last wanted integer are no matter.
 * Throws PARQUET_CORRUPT when the bytes end before `out` is full.
 */
export function readHybrid(
  bytes: Uint8Array,
  range: { readonly from: number; readonly to: number },
  bitWidth: number,
  out: Uint8Array | Int32Array,
): void {
  if (bitWidth === 0) {
    out.fill(0);
    return;
  }
  if (bitWidth > 32) throw corrupt(`integers of ${bitWidth} bits`);
  const to = Math.min(range.to, bytes.length);
  const valueBytes = (bitWidth + 7) >> 3;
  let at = range.from;
  let seen = 0;
  while (seen < out.length) {
    let header = 0;
    let factor = 1;
    for (;;) {
      if (at >= to || factor > 2 ** 49) throw corrupt('runs of integers end early');
      const byte = bytes[at] as number;
      at += 1;
      header += (byte & 0x7f) * factor;
      if (byte < 0x80) break;
      factor *= 128;
    }
    const half = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (at + valueBytes > to) throw corrupt('runs of integers end early');
      let value = 0;
      for (let index = valueBytes - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] as number);
      at += valueBytes;
      const end = Math.min(out.length, seen + half);
      out.fill(value, seen, end);
      seen = end;
    } else {
      const count = Math.min(half * 8, out.length - seen);
      if (at + Math.ceil((count * bitWidth) / 8) > to) throw corrupt('runs of integers end early');
      const target = out.subarray(seen, seen + count);
      if (bitWidth <= 24) unpackNarrow(bytes, at, bitWidth, target);
      else unpackWide(bytes, at, bitWidth, target);
      seen += count;
      at += half * bitWidth;
    }
  }
}

function unpackNarrow(bytes: Uint8Array, from: number, bitWidth: number, out: Uint8Array | Int32Array): void {
  const mask = (1 << bitWidth) - 1;
  let at = from;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < out.length; index += 1) {
    while (bits < bitWidth) {
      held |= (bytes[at] as number) << bits;
      at += 1;
      bits += 8;
    }
    out[index] = held & mask;
    held >>>= bitWidth;
    bits -= bitWidth;
  }
}

// A double holds the 40 bits over which such an integer can lie.
function unpackWide(bytes: Uint8Array, from: number, bitWidth: number, out: Uint8Array | Int32Array): void {
  let bit = 0;
  for (let index = 0; index < out.length; index += 1, bit += bitWidth) {
    const at = from + Math.floor(bit / 8);
    let held = 0;
    for (let byte = 4; byte >= 0; byte -= 1) held = held * 256 + (bytes[at + byte] ?? 0);
    out[index] = Math.floor(held / 2 ** (bit % 8)) % 2 ** bitWidth;
  }
}
