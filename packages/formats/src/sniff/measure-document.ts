// Where one JSON document ends, by its brackets and strings alone.

/** The end (exclusive) of the object that begins with the brace at `start`, or -1 when it does not end before `to`. */
export function measureDocument(bytes: Uint8Array, start: number, to: number): number {
  let depth = 0;
  let isInString = false;
  for (let at = start; at < to; at += 1) {
    const byte = bytes[at];
    if (isInString) {
      if (byte === 0x5c) at += 1;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) {
      isInString = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return -1;
}
