// One connection per source or store, made at its first use; a failed attempt is not kept.

import { assertInvariant } from '@coldhunt/core';
import type { S3Connection } from './connect-s3.ts';
import type { S3Options } from '../archive-options.ts';

export interface LazyConnection {
  get(): Promise<S3Connection>;
  close(): Promise<void>;
}

export function lazyConnection(bucket: string, options: S3Options): LazyConnection {
  let connecting: Promise<S3Connection> | null = null;
  let isClosed = false;
  return {
    async get() {
      assertInvariant(!isClosed, 'a store was used after it was closed', { bucket });
      connecting ??= import('./connect-s3.ts').then(({ connectS3 }) => connectS3(bucket, options));
      try {
        return await connecting;
      } catch (error) {
        connecting = null;
        throw error;
      }
    },
    async close() {
      isClosed = true;
      const open = connecting;
      connecting = null;
      if (open === null) return;
      const connection = await open.catch(() => null);
      await connection?.close();
    },
  };
}
