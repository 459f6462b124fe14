// The checksum that a store has of an object, and that of the bytes that came. Stores tell the first where a whole object is asked for
// (S3: of every object since December 2024); of an object that was uploaded in parts only where it is one of all bytes together.

import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { TransientError } from '@coldhunt/core';

/** The cheapest first: where several are told, one is enough. */
const ALGORITHMS = ['crc32', 'sha1', 'sha256', 'crc32c', 'crc64nvme'] as const;

type ChecksumAlgorithm = (typeof ALGORITHMS)[number];

export interface StoredChecksum {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64. */
  readonly value: string;
}

/** What an answer tells of the whole object; null: nothing that its bytes can be checked against. `header`: of a lower-case name. */
export function storedChecksum(header: (name: string) => string | null): StoredChecksum | null {
  if (header('x-amz-checksum-type')?.toUpperCase() === 'COMPOSITE') return null;
  for (const algorithm of ALGORITHMS) {
    const value = header(`x-amz-checksum-${algorithm}`);
    // With a number behind it, it is one of the checksums of parts.
    if (value !== null && /^[A-Za-z0-9+/]+=*$/.test(value)) return { algorithm, value };
  }
  return null;
}

export interface BodyChecksum {
  update(bytes: Uint8Array): void;
  /** Throws TransientError STORAGE_UNAVAILABLE when other bytes came than were stored. */
  check(uri: string): Promise<void>;
}

export async function createBodyChecksum(stored: StoredChecksum): Promise<BodyChecksum> {
  const sum = await createSum(stored.algorithm);
  return {
    update: (bytes) => sum.update(bytes),
    async check(uri) {
      const found = Buffer.from(await sum.digest()).toString('base64');
      if (found === stored.value) return;
      const name = stored.algorithm.toUpperCase();
      throw new TransientError(
        'STORAGE_UNAVAILABLE',
        `cannot read ${uri}: the bytes that came are not those that are stored: their ${name} is ${found}, the store says ${stored.value}`,
        { details: { uri, algorithm: stored.algorithm, found, stored: stored.value } },
      );
    },
  };
}

interface Sum {
  update(bytes: Uint8Array): void;
  digest(): Uint8Array | Promise<Uint8Array>;
}

async function createSum(algorithm: ChecksumAlgorithm): Promise<Sum> {
  switch (algorithm) {
    case 'crc32':
      return new Crc32();
    case 'sha1':
    case 'sha256':
      return createHash(algorithm);
    case 'crc32c': {
      const { Crc32c } = await import('@aws-sdk/checksums/crc');
      return new Crc32c();
    }
    case 'crc64nvme': {
      const { Crc64NvmeJs } = await import('@aws-sdk/checksums/crc');
      return new Crc64NvmeJs();
    }
  }
}

class Crc32 {
  #value = 0;

  update(bytes: Uint8Array): void {
    this.#value = crc32(bytes, this.#value);
  }

  digest(): Uint8Array {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(this.#value);
    return bytes;
  }
}
