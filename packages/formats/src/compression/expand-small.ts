// A small compressed object that is already in memory -> all of its bytes at once: a stream for each would cost more than its content.

import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '../reading.ts';
import { ZstdFrames } from './zstd-frames.ts';

const MAX_BYTES = 32 * 1024 * 1024;
const MIN_CHUNK_BYTES = 16 * 1024;
const ZSTD_RATIO = 6;

/**
 * The decompressed bytes; null where the stream is damaged, expands beyond 32 MiB or `maxBytes`, or goes on in a way that the one-shot decoders
 * pass over in silence. The streaming way then says what is wrong.
 */
export function expandSmall(
  stored: Buffer,
  compression: Exclude<Compression, 'none'>,
  maxBytes = MAX_BYTES,
): Buffer | null {
  if (compression === 'zstd' && !isWholeFrames(stored)) return null;
  const decode = compression === 'gzip' ? gunzipSync : zstdDecompressSync;
  try {
    const { buffer, engine } = decode(stored, {
      chunkSize: chunkBytes(stored, compression),
      maxOutputLength: Math.min(maxBytes, MAX_BYTES),
      info: true,
    }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
    return engine.bytesWritten === stored.length ? buffer : null;
  } catch {
    return null;
  }
}

function isWholeFrames(stored: Buffer): boolean {
  const frames = new ZstdFrames();
  return frames.accept(stored) === stored.length && frames.isWhole;
}

/** A gzip stream ends with the length of its last member; it may lie, and is only a guess. */
function chunkBytes(stored: Buffer, compression: Exclude<Compression, 'none'>): number {
  const guess =
    compression === 'gzip' && stored.length >= 18 ? stored.readUInt32LE(stored.length - 4) : stored.length * ZSTD_RATIO;
  return Math.min(MAX_BYTES, Math.max(MIN_CHUNK_BYTES, guess + 64));
}
