// A page's stored bytes -> its bytes. What a header says of their length is a limit, never believed beyond what the codec can do.

import { brotliDecompressSync, constants, gunzipSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import type { CompressionCodec } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { corrupt } from './corrupt.ts';
import { expandSnappy } from './expand-snappy.ts';

/** DuckDB writes pages of up to 100 MiB. */
const MAX_PAGE_BYTES = 256 * 1024 * 1024;
const MIN_CHUNK_BYTES = 64;
const BEGINNING_CHUNK_BYTES = 256 * 1024;

/** Throws PARQUET_CORRUPT, or whatever the decompressor throws. */
export function decompressPage(stored: Buffer, length: number, codec: CompressionCodec | undefined): Buffer {
  if (!(length >= 0 && length <= MAX_PAGE_BYTES)) throw corrupt(`a page of ${length} bytes`);
  const page = length === 0 && stored.length === 0 ? stored : expand(stored, length, codec);
  if (page.length !== length) throw corrupt(`a page of ${length} bytes has ${page.length}`);
  return page;
}

/** The same page, made in a thread of Node's pool. null: it has to be made here, which also tells what is wrong with it. */
export function decompressAside(
  stored: Buffer,
  length: number,
  codec: CompressionCodec | undefined,
): Promise<Buffer | null> {
  if (codec !== 'ZSTD' || !(length > 0 && length <= MAX_PAGE_BYTES)) return Promise.resolve(null);
  return new Promise((resolve) => {
    zstdDecompress(stored, limits(length), (error, page) =>
      resolve(error === null && page.length === length ? page : null),
    );
  });
}

function expand(stored: Buffer, length: number, codec: CompressionCodec | undefined): Buffer {
  switch (codec) {
    case 'UNCOMPRESSED':
      return stored;
    case 'ZSTD':
      return zstdDecompressSync(stored, limits(length));
    case 'GZIP':
      return gunzipSync(stored, limits(length));
    case 'BROTLI':
      return brotliDecompressSync(stored, limits(length));
    case 'SNAPPY':
      checkRatio(stored, length, 64);
      return expandSnappy(stored, length);
    case 'LZ4':
    case 'LZ4_RAW':
      checkRatio(stored, length, 256);
      return toBuffer(compressors[codec]?.(stored, length));
    default:
      throw corrupt(`codec ${codec} is not known`);
  }
}

/**
 * The beginning of a page of `length` bytes, of which `stored` is the beginning: about `wanted` bytes. Throws PARQUET_CORRUPT, or whatever
 * the decompressor throws, also where the codec cannot stop midway: then all of the page is needed.
 */
export function decompressBeginning(
  stored: Buffer,
  { wanted, length }: { readonly wanted: number; readonly length: number },
  codec: CompressionCodec | undefined,
): Buffer {
  if (!(length >= 0 && length <= MAX_PAGE_BYTES)) throw corrupt(`a page of ${length} bytes`);
  const options = { chunkSize: BEGINNING_CHUNK_BYTES, maxOutputLength: Math.max(MIN_CHUNK_BYTES, length + 1) };
  switch (codec) {
    case 'UNCOMPRESSED':
      return stored;
    case 'ZSTD':
      return zstdDecompressSync(stored, { ...options, finishFlush: constants.ZSTD_e_continue });
    case 'GZIP':
      return gunzipSync(stored, { ...options, finishFlush: constants.Z_SYNC_FLUSH });
    case 'SNAPPY':
      return expandSnappy(stored, wanted, 'beginning');
    default:
      throw corrupt(`codec ${codec} does not stop midway`);
  }
}

// One byte more, so that the end of the stream is found in the first chunk.
function limits(length: number): { readonly maxOutputLength: number; readonly chunkSize: number } {
  const size = Math.max(MIN_CHUNK_BYTES, length + 1);
  return { maxOutputLength: size, chunkSize: size };
}

function checkRatio(stored: Buffer, length: number, ratio: number): void {
  if (length > stored.length * ratio + MIN_CHUNK_BYTES) throw corrupt(`a page of ${length} bytes in ${stored.length}`);
}

function toBuffer(bytes: Uint8Array | undefined): Buffer {
  if (bytes === undefined) throw corrupt('codec is not known');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}
