// One connection per source or store, made at its first use; a failed attempt is not kept.

import type { S3Connection } from './connect-s3.ts';
import type { S3Options } from '../archive-options.ts';

export interface LazyConnection {
  get(): Promise<S3Connection>;
  close(): Promise<void>;
}

export function lazyConnection(bucket: string, options: S3Options): LazyConnection {
  let connecting: Promise<S3Connection> | null = null;
  return {
    async get() {
      connecting ??= import('./connect-s3.ts').then(({ connectS3 }) => connectS3(bucket, options));
      try {
        return await connecting;
      } catch (error) {
        connecting = null;
        throw error;
      }
    },
    async close() {
      const open = connecting;
      connecting = null;
      if (open === null) return;
      const connection = await open.catch(() => null);
      await connection?.close();
    },
  };
}
