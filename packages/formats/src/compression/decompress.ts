// A stored stream -> its decompressed bytes: many gzip members or zstd frames, everything that is readable before damage, and a
// limit on how far a stream may expand.

import { InputError } from '@coldhunt/core';
import type { Compression } from '../reading.ts';
import { cutSlices } from './fixed-slices.ts';
import { DamageSignal, Engine } from './engine.ts';
import { ZstdFrames } from './zstd-frames.ts';

const SLICE_BYTES = 64 * 1024;

/**
 * Steps in a slice with damage: what a step decompresses to before the damage is lost. Four bytes are no more than a gzip trailer's
 * checksum; a step in zstd may hold the end of a whole block.
 */
const FINE_BYTES = { gzip: 4, zstd: 1 } as const;

/** When a stream is refused as a decompression bomb. Memory is bounded without it: this bounds time. */
export interface ExpansionLimits {
  /** Decompressed bytes for each stored byte; looked at from 64 MiB of output on. Default 500. */
  readonly maxExpansionRatio?: number;
  /** Decompressed bytes of one object. Default 1 TiB. */
  readonly maxDecompressedBytes?: number;
}

const RATIO_FLOOR_BYTES = 64 * 1024 * 1024;
const DEFAULT_RATIO = 500;
const DEFAULT_BYTES = 1024 ** 4;

/** Where the stored bytes come from. */
export interface StoredStream {
  open(): AsyncIterable<Uint8Array>;
  /** Whether `open` may be called a second time; else a damaged stream loses up to 1 MiB of what is readable. */
  readonly isRepeatable: boolean;
}

/**
 * Decompresses a stream. Throws InputError GZIP_CORRUPT or ZSTD_CORRUPT after the readable part, EXPANSION_LIMIT at a bomb; errors of
 * the source pass through.
 */
export async function* decompress(
  stored: StoredStream,
  compression: Exclude<Compression, 'none'>,
  limits: ExpansionLimits = {},
): AsyncGenerator<Uint8Array> {
  const progress: Progress = { taken: 0, given: 0 };
  try {
    for await (const chunk of inflate(stored.open(), compression, progress, Number.POSITIVE_INFINITY)) {
      progress.given += chunk.length;
      checkExpansion(progress, limits);
      yield chunk;
    }
  } catch (error) {
    if (!(error instanceof DamageSignal)) throw error;
    if (stored.isRepeatable && !error.isLossless) yield* rescue(stored, compression, progress);
    throw damageError(error, compression, progress.taken);
  }
}

interface Progress {
  /** Offset of the slice that is being decompressed. */
  taken: number;
  given: number;
}

/** Reads a damaged stream again, the slice with the damage in tiny steps, and gives what the first pass lost of it. */
async function* rescue(
  stored: StoredStream,
  compression: Exclude<Compression, 'none'>,
  progress: Progress,
): AsyncGenerator<Uint8Array> {
  let skip = progress.given;
  try {
    for await (const chunk of inflate(stored.open(), compression, { taken: 0, given: 0 }, progress.taken)) {
      if (chunk.length > skip) yield chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
  } catch (error) {
    if (!(error instanceof DamageSignal)) throw error;
  }
}

async function* inflate(
  source: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
  progress: Progress,
  fineFrom: number,
): AsyncGenerator<Uint8Array> {
  const members = compression === 'gzip' ? new GzipMembers() : new ZstdStream();
  let offset = 0;
  try {
    for await (const slice of cutSlices(source, SLICE_BYTES)) {
      progress.taken = offset;
      const step = offset >= fineFrom ? FINE_BYTES[compression] : slice.length;
      for (let at = 0; at < slice.length; at += step) yield* members.feed(slice.subarray(at, at + step));
      offset += slice.length;
    }
    yield* members.finish();
  } finally {
    members.close();
  }
}

/** Gzip members one after another; zeros may stand after and between them (tape blocks, preallocated files). */
class GzipMembers {
  #engine: Engine | null = null;

  async *feed(slice: Uint8Array): AsyncGenerator<Uint8Array> {
    let rest = slice;
    while (rest.length > 0) {
      if (this.#engine === null) {
        rest = rest.subarray(countZeros(rest));
        if (rest.length === 0) return;
        if (rest[0] !== 0x1f) throw new DamageSignal('bytes after the end of the gzip stream', { isLossless: true });
        this.#engine = new Engine('gzip');
      }
      yield* this.#engine.feed(rest);
      rest = rest.subarray(rest.length - this.#engine.unused);
      if (rest.length > 0) this.close();
    }
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    if (this.#engine !== null) yield* this.#engine.finish();
  }

  close(): void {
    this.#engine?.close();
    this.#engine = null;
  }
}

function countZeros(bytes: Uint8Array): number {
  let count = 0;
  while (count < bytes.length && bytes[count] === 0) count += 1;
  return count;
}

/** Zstd frames one after another, skippable ones among them. */
class ZstdStream {
  readonly #engine = new Engine('zstd');
  readonly #frames = new ZstdFrames();

  async *feed(slice: Uint8Array): AsyncGenerator<Uint8Array> {
    const accepted = this.#frames.accept(slice);
    if (accepted > 0) yield* this.#engine.feed(slice.subarray(0, accepted));
    if (accepted < slice.length) throw new DamageSignal('bytes after the last zstd frame', { isLossless: true });
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    if (!this.#frames.isWhole) throw new DamageSignal('unexpected end of file', { isLossless: true });
    yield* this.#engine.finish();
  }

  close(): void {
    this.#engine.close();
  }
}

function checkExpansion(progress: Progress, limits: ExpansionLimits): void {
  const stored = progress.taken + SLICE_BYTES;
  const ratio = limits.maxExpansionRatio ?? DEFAULT_RATIO;
  const most = limits.maxDecompressedBytes ?? DEFAULT_BYTES;
  if (progress.given > most) {
    throw new InputError('EXPANSION_LIMIT', `expands to more than ${most} bytes`);
  }
  if (progress.given > RATIO_FLOOR_BYTES && progress.given > stored * ratio) {
    throw new InputError('EXPANSION_LIMIT', `expands to more than ${ratio} times its stored size`);
  }
}

function damageError(damage: DamageSignal, compression: Exclude<Compression, 'none'>, offset: number): InputError {
  const code = compression === 'gzip' ? 'GZIP_CORRUPT' : 'ZSTD_CORRUPT';
  const place = `within ${SLICE_BYTES} stored bytes from offset ${offset}`;
  return new InputError(code, `${damage.message}, ${place}`, { cause: damage.cause, details: { offset } });
}
