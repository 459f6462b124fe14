// Columns -> the bytes of a Parquet file, written by hyparquet-writer, with every codec that Node or a few lines here can write.

import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { parquetWriteBuffer, type ColumnSource } from 'hyparquet-writer';

type Options = Omit<Parameters<typeof parquetWriteBuffer>[0], 'columnData'>;

export function writeWithHyparquet(columnData: readonly ColumnSource[], options: Options = {}): Buffer {
  const compressors = {
    GZIP: (bytes: Uint8Array) => gzipSync(bytes),
    BROTLI: (bytes: Uint8Array) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }),
    ZSTD: (bytes: Uint8Array) => zstdCompressSync(bytes),
    LZ4_RAW: lz4Block,
    LZ4: lz4Frame,
  };
  return Buffer.from(parquetWriteBuffer({ columnData: [...columnData], compressors, ...options }));
}

/** A block of nothing but literals: no shorter, but valid. */
function lz4Block(bytes: Uint8Array): Uint8Array {
  if (bytes.length < 15) return Buffer.concat([Buffer.of(bytes.length << 4), bytes]);
  const rest = bytes.length - 15;
  const lengths = Buffer.alloc(Math.floor(rest / 255) + 1, 255);
  lengths[lengths.length - 1] = rest % 255;
  return Buffer.concat([Buffer.of(0xf0), lengths, bytes]);
}

/** Hadoop's framing, which the codec LZ4 stands for: both lengths, then the block. */
function lz4Frame(bytes: Uint8Array): Uint8Array {
  const block = lz4Block(bytes);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(bytes.length, 0);
  head.writeUInt32BE(block.length, 4);
  return Buffer.concat([head, block]);
}
