// Lines of text <-> zstd, block by block. Before each zstd frame stands a skippable frame with its lengths, so that any zstd tool
// reads the file, and we read it with one block in memory.

import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { damagedFile } from '@coldhunt/core';

const BLOCK_CHARS = 256 * 1024;
const SKIPPABLE = 0x184d2a50;
const HEAD_BYTES = 16;
const LONGEST_BLOCK_BYTES = 512 * 1024 * 1024;
const PARAMS = { [constants.ZSTD_c_checksumFlag]: 1, [constants.ZSTD_c_compressionLevel]: 3 };

interface EncodeOptions {
  readonly boundary?: number;
  readonly onText?: (text: Uint8Array) => void;
}

/**
 * Compresses lines (without line feeds in them). `boundary` lines begin a block of their own, so that a reader may stop before it. `onText` is
 * told of the bytes of each block before they are compressed.
 */
export function* encodeLines(
  lines: Iterable<string>,
  { boundary = -1, onText = () => {} }: EncodeOptions = {},
): Generator<Uint8Array> {
  let pending: string[] = [];
  let chars = 0;
  let at = 0;
  for (const line of lines) {
    if (pending.length > 0 && (chars >= BLOCK_CHARS || at === boundary)) {
      yield encodeBlock(pending, onText);
      pending = [];
      chars = 0;
    }
    pending.push(line);
    chars += line.length + 1;
    at += 1;
  }
  if (pending.length > 0) yield encodeBlock(pending, onText);
}

function encodeBlock(lines: readonly string[], onText: (text: Uint8Array) => void): Uint8Array {
  const raw = Buffer.from(`${lines.join('\n')}\n`);
  onText(raw);
  const packed = zstdCompressSync(raw, { params: PARAMS });
  const block = Buffer.allocUnsafe(HEAD_BYTES + packed.length);
  block.writeUInt32LE(SKIPPABLE, 0);
  block.writeUInt32LE(8, 4);
  block.writeUInt32LE(packed.length, 8);
  block.writeUInt32LE(raw.length, 12);
  packed.copy(block, HEAD_BYTES);
  return block;
}

/** Reads what `encodeLines` wrote, a block of lines at a time. Throws InputError RUN_DAMAGED when the file is damaged or cut short. */
export async function* readLines(chunks: AsyncIterable<Uint8Array>, path: string): AsyncGenerator<readonly string[]> {
  let held = Buffer.alloc(0);
  let parts: Uint8Array[] = [];
  let length = 0;
  let wanted = HEAD_BYTES;
  for await (const chunk of chunks) {
    parts.push(chunk);
    length += chunk.length;
    if (length < wanted) continue;
    held = parts.length === 1 ? toBuffer(chunk) : Buffer.concat(parts);
    let at = 0;
    wanted = HEAD_BYTES;
    while (held.length - at >= HEAD_BYTES) {
      const { packed, raw } = readHead(held, at, path);
      if (held.length - at < HEAD_BYTES + packed) {
        wanted = HEAD_BYTES + packed;
        break;
      }
      yield decodeBlock(held.subarray(at + HEAD_BYTES, at + HEAD_BYTES + packed), raw, path);
      at += HEAD_BYTES + packed;
    }
    parts = at === held.length ? [] : [held.subarray(at)];
    length = held.length - at;
  }
  if (length > 0) throw damagedFile(path, 'it is cut short');
}

function readHead(bytes: Buffer, at: number, path: string): { packed: number; raw: number } {
  if (bytes.readUInt32LE(at) !== SKIPPABLE || bytes.readUInt32LE(at + 4) !== 8)
    throw damagedFile(path, 'no block begins here');
  const packed = bytes.readUInt32LE(at + 8);
  const raw = bytes.readUInt32LE(at + 12);
  if (packed > LONGEST_BLOCK_BYTES || raw > LONGEST_BLOCK_BYTES) throw damagedFile(path, 'a block is too long');
  return { packed, raw };
}

function decodeBlock(packed: Uint8Array, raw: number, path: string): readonly string[] {
  let text: Buffer;
  try {
    text = zstdDecompressSync(packed, { maxOutputLength: Math.max(raw, 1) });
  } catch (error) {
    throw damagedFile(path, 'a block does not decompress', error);
  }
  if (text.length !== raw) throw damagedFile(path, 'a block has another length');
  return text.toString('utf8', 0, text.length - 1).split('\n');
}

function toBuffer(bytes: Uint8Array): Buffer<ArrayBuffer> {
  return Buffer.from(bytes.buffer as ArrayBuffer, bytes.byteOffset, bytes.byteLength);
}
