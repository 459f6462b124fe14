// The stored bytes of a long page -> its bytes, piece by piece: neither is ever held whole.

import type { CompressionCodec } from 'hyparquet';
import { Engine } from '../compression/engine.ts';
import type { Compression } from '../reading.ts';
import { corrupt } from './corrupt.ts';

const FED_BYTES = 256 * 1024;

/** What the decompressors of pages are called that can stop midway and go on. */
const STREAMED: Readonly<Partial<Record<CompressionCodec, Compression>>> = {
  UNCOMPRESSED: 'none',
  ZSTD: 'zstd',
  GZIP: 'gzip',
};

/** null: pages of the codec can only be expanded whole. */
export function streamedCompression(codec: CompressionCodec): Compression | null {
  return STREAMED[codec] ?? null;
}

/** Throws PARQUET_CORRUPT, at its end where the page has not as many bytes as it says, or whatever the decompressor throws. */
export async function* expandPieces(
  stored: AsyncIterable<Uint8Array>,
  length: number,
  compression: Compression,
): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const piece of compression === 'none' ? stored : inflate(stored, compression)) {
    given += piece.length;
    if (given > length) throw corrupt(`a page of ${length} bytes has more`);
    yield piece;
  }
  if (given !== length) throw corrupt(`a page of ${length} bytes has ${given}`);
}

async function* inflate(
  stored: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
): AsyncGenerator<Uint8Array> {
  const engine = new Engine(compression);
  try {
    for await (const piece of stored) {
      // What follows the end of the stream is no matter, as it is where a page is expanded at once.
      for (let at = 0; at < piece.length && engine.unused === 0; at += FED_BYTES)
        yield* engine.feed(piece.subarray(at, at + FED_BYTES));
      if (engine.unused > 0) break;
    }
    yield* engine.finish();
  } finally {
    engine.close();
  }
}
