// A stored stream -> its decompressed bytes: many gzip members or zstd frames, everything that is readable before damage, and a
// limit on how far a stream may expand.

import { InputError } from '@coldhunt/core';
import type { Compression } from '../reading.ts';
import { readAhead } from '../objects/read-ahead.ts';
import { cutSlices } from './fixed-slices.ts';
import { DamageSignal, Engine } from './engine.ts';
import { ZstdFrames } from './zstd-frames.ts';

const SLICE_BYTES = 256 * 1024;

/**
 * Steps in the slice with damage, in one reading after another: what a step decompresses to before the damage is lost. Four bytes are no
 * more than a gzip trailer's checksum; a step in zstd may hold the end of a whole block.
 */
const STEPS = { gzip: [SLICE_BYTES, 4_096, 4], zstd: [SLICE_BYTES, 4_096, 1] } as const;

/** When a stream is refused as a decompression bomb. Memory is bounded without it: this bounds time. */
export interface ExpansionLimits {
  /** Decompressed bytes for each stored byte; looked at from 64 MiB of output on. Default 500. */
  readonly maxExpansionRatio?: number;
  /** Decompressed bytes of one object. Default 1 TiB. */
  readonly maxDecompressedBytes?: number;
}

/** What Node's decoder says of a frame that must be given more memory than it takes by itself. */
const WINDOW_TOO_LARGE = 'ZSTD_error_frameParameter_windowTooLarge';
const RATIO_FLOOR_BYTES = 64 * 1024 * 1024;
const DEFAULT_RATIO = 500;
const DEFAULT_BYTES = 1024 ** 4;

/** Where the stored bytes come from. */
export interface StoredStream {
  open(): AsyncIterable<Uint8Array>;
  /** Whether `open` may be called a second time; else a damaged stream loses what the slice of 256 KiB with the damage gives. */
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
  const progress: Progress = { fed: 0, given: 0 };
  let first: DamageSignal | null = null;
  let damagedAt = 0;
  let fineFrom = Number.POSITIVE_INFINITY;
  for (const step of STEPS[compression]) {
    let skip = progress.given;
    progress.fed = 0;
    try {
      for await (const chunk of inflate(stored.open(), compression, progress, { fineFrom, step })) {
        const fresh = chunk.subarray(skip);
        skip -= chunk.length - fresh.length;
        progress.given += fresh.length;
        checkExpansion(progress, limits);
        if (fresh.length > 0) yield fresh;
      }
      break;
    } catch (error) {
      if (!(error instanceof DamageSignal)) throw error;
      fineFrom = progress.fed - error.behind;
      if (first === null) damagedAt = fineFrom;
      first ??= error;
      if (!stored.isRepeatable || error.isLossless) break;
    }
  }
  if (first !== null) throw damageError(first, compression, damagedAt);
}

interface Progress {
  /** Stored bytes that were handed to the decompressor. */
  fed: number;
  given: number;
}

/** Slices whole up to `fineFrom`, from there in steps. */
interface Fineness {
  readonly fineFrom: number;
  readonly step: number;
}

async function* inflate(
  source: AsyncIterable<Uint8Array>,
  compression: Exclude<Compression, 'none'>,
  progress: Progress,
  { fineFrom, step }: Fineness,
): AsyncGenerator<Uint8Array> {
  const members = compression === 'gzip' ? new GzipMembers() : new ZstdStream();
  try {
    for await (const slice of cutSlices(readAhead(source), SLICE_BYTES)) {
      for (let at = 0; at < slice.length;) {
        const before = fineFrom - progress.fed;
        const end = Math.min(slice.length, at + (before > 0 ? before : step));
        progress.fed += end - at;
        yield* members.feed(slice.subarray(at, end));
        at = end;
      }
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
        if (rest[0] !== 0x1f) {
          const behind = rest.length;
          throw new DamageSignal('bytes after the end of the gzip stream', { isLossless: true, behind });
        }
        this.#engine = new Engine('gzip');
      }
      yield* this.#engine.feed(rest);
      rest = rest.subarray(rest.length - this.#engine.unused);
      if (rest.length > 0) yield* this.finish();
    }
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    if (this.#engine !== null) yield* this.#engine.finish();
    this.close();
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
    if (accepted < slice.length) {
      yield* this.#engine.finish();
      const behind = slice.length - accepted;
      throw new DamageSignal('bytes after the last zstd frame', { isLossless: true, behind });
    }
  }

  async *finish(): AsyncGenerator<Uint8Array> {
    yield* this.#engine.finish();
    if (!this.#frames.isWhole) throw new DamageSignal('unexpected end of file', { isLossless: true });
  }

  close(): void {
    this.#engine.close();
  }
}

function checkExpansion(progress: Progress, limits: ExpansionLimits): void {
  const ratio = limits.maxExpansionRatio ?? DEFAULT_RATIO;
  const most = limits.maxDecompressedBytes ?? DEFAULT_BYTES;
  if (progress.given > most) {
    throw new InputError('EXPANSION_LIMIT', `expands to more than ${most} bytes`);
  }
  if (progress.given > RATIO_FLOOR_BYTES && progress.given > progress.fed * ratio) {
    throw new InputError('EXPANSION_LIMIT', `expands to more than ${ratio} times its stored size`);
  }
}

function damageError(damage: DamageSignal, compression: Exclude<Compression, 'none'>, offset: number): InputError {
  if (damage.cause instanceof Error && 'code' in damage.cause && damage.cause.code === WINDOW_TOO_LARGE) {
    const advice = 'compress it again without --long or --ultra';
    return new InputError('EXPANSION_LIMIT', `its zstd window is larger than 128 MiB: ${advice}`, {
      cause: damage.cause,
    });
  }
  const code = compression === 'gzip' ? 'GZIP_CORRUPT' : 'ZSTD_CORRUPT';
  return new InputError(code, `${damage.message}, at or behind stored offset ${offset}`, {
    cause: damage.cause,
    details: { offset },
  });
}
