// What nothing can beat that works with Node's own means: the bytes read (and decompressed) into memory, and one literal searched in them.

import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

const BLOCK_BYTES = 1 << 20;
const LITERAL = Buffer.from('send-command');

/** Reads a plain file into one block of memory again and again, and searches the literal there. */
export async function searchPlain(path: string): Promise<null> {
  const file = await open(path);
  const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
  try {
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES);
      if (bytesRead === 0) return null;
      for (let at = block.indexOf(LITERAL); at !== -1; at = block.indexOf(LITERAL, at + 1));
    }
  } finally {
    await file.close();
  }
}

/** Node's decompressor in chunks of 1 MiB, and nothing done with what it gives. */
export async function onlyDecompress(path: string, compression: 'gzip' | 'zstd'): Promise<null> {
  const options = { chunkSize: BLOCK_BYTES };
  const nothing = new Writable({ highWaterMark: BLOCK_BYTES, write: (_chunk, _encoding, done) => done() });
  await pipeline(
    createReadStream(path, { highWaterMark: BLOCK_BYTES }),
    compression === 'gzip' ? createGunzip(options) : createZstdDecompress(options),
    nothing,
  );
  return null;
}
