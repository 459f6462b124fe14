// Is the first document a wrapper around an array of documents, such as `{"Records":[…]}` or a `_search` answer?

/**
 * Whether an array stands under `Records`, `records` or `hits.hits` of the object that begins at `start`, and holds an object or
 * nothing; looks no further than the given bytes.
 */
export function sniffWrapper(bytes: Buffer, start: number): boolean {
  const keys: string[] = [];
  let depth = 0;
  let last = '';
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    if (byte === 0x22) {
      const end = endOfString(bytes, at);
      if (end === -1) return false;
      if (depth <= 2) last = bytes.toString('latin1', at + 1, end);
      at = end;
    } else if (byte === 0x3a) {
      if (depth <= 2) keys[depth] = last;
    } else if (byte === 0x5b && isWrapperPath(depth, keys)) {
      return isArrayOfObjects(bytes, at + 1);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return false;
    }
  }
  return false;
}

/** Whether an array that begins at this depth, behind these keys, holds the documents of a wrapper. */
export function isWrapperPath(depth: number, keys: readonly string[]): boolean {
  if (depth === 1) return keys[1] === 'Records' || keys[1] === 'records';
  return depth === 2 && keys[1] === 'hits' && keys[2] === 'hits';
}

function isArrayOfObjects(bytes: Buffer, from: number): boolean {
  let at = from;
  while (at < bytes.length && (bytes[at] as number) <= 0x20) at += 1;
  return at === bytes.length || bytes[at] === 0x7b || bytes[at] === 0x5d;
}

function endOfString(bytes: Buffer, quote: number): number {
  for (let at = quote + 1; at < bytes.length; at += 1) {
    if (bytes[at] === 0x5c) at += 1;
    else if (bytes[at] === 0x22) return at;
  }
  return -1;
}
