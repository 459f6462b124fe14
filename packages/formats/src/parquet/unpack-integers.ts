// Hot path. Bit-packed integers, least significant bit first -> integers.

/** Writes `length` integers of `width` (1 to 32) bits to the beginning of `out`. Bytes that are missing count as zero. */
export function unpackIntegers(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  length: number,
): void {
  if (width === 8) for (let index = 0; index < length; index += 1) out[index] = bytes[from + index] ?? 0;
  else if (width <= 4) unpackGroups(bytes, from, width, out, length);
  else if (width <= 24) unpackNarrow(bytes, from, width, out, length);
  else unpackWide(bytes, from, width, out, length);
}

/** Eight integers lie in one word. */
function unpackGroups(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  length: number,
): void {
  const mask = (1 << width) - 1;
  let at = from;
  for (let index = 0; index < length; index += 8) {
    let word = 0;
    for (let byte = 0; byte < width; byte += 1) word |= (bytes[at + byte] ?? 0) << (byte * 8);
    at += width;
    const end = Math.min(index + 8, length);
    for (let place = index; place < end; place += 1) {
      out[place] = word & mask;
      word >>>= width;
    }
  }
}

function unpackNarrow(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  length: number,
): void {
  const mask = (1 << width) - 1;
  let at = from;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < length; index += 1) {
    while (bits < width) {
      held |= (bytes[at] ?? 0) << bits;
      at += 1;
      bits += 8;
    }
    out[index] = held & mask;
    held >>>= width;
    bits -= width;
  }
}

// A double holds the 40 bits over which such an integer can lie.
function unpackWide(
  bytes: Uint8Array,
  from: number,
  width: number,
  out: Uint8Array | Int32Array,
  length: number,
): void {
  let bit = 0;
  for (let index = 0; index < length; index += 1, bit += width) {
    const at = from + Math.floor(bit / 8);
    let held = 0;
    for (let byte = 4; byte >= 0; byte -= 1) held = held * 256 + (bytes[at + byte] ?? 0);
    out[index] = Math.floor(held / 2 ** (bit % 8)) % 2 ** width;
  }
}
