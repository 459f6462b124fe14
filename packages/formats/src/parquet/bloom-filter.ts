// The bytes of a split block bloom filter -> whether a value may be among those that were put into it.

import { readBloomFilter as parseBloomFilter, sbbfContains } from 'hyparquet/src/bloom.js';
import { xxhash64 } from 'hyparquet/src/xxhash.js';
import { checkThrift } from './check-thrift.ts';

const MAX_HEADER_NODES = 100;

/** Of the bytes of a value as they are stored. A filter that cannot be understood lets everything through. */
export function readBloomFilter(bytes: Buffer): (stored: Buffer) => boolean {
  const blocks = blocksOf(bytes);
  return blocks === null ? () => true : (stored) => sbbfContains(blocks, xxhash64(stored));
}

function blocksOf(bytes: Buffer): Uint32Array | null {
  try {
    if (checkThrift(bytes, 0, MAX_HEADER_NODES) === -1) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    return parseBloomFilter({ view, offset: 0 })?.blocks ?? null;
  } catch {
    return null;
  }
}
