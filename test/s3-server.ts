// An S3 server in this process, for development, the demo and the everyday tests. The faithful one is Ceph's, in test/heavy.

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startFauxqs } from 'fauxqs';
import { openRunStore } from '@coldhunt/archive';

export interface S3Server {
  readonly endpoint: string;
  /** What a coldhunt process needs to reach it. */
  readonly env: Readonly<Record<string, string>>;
  createBucket(name: string): void;
  /** Copies every file below a folder to `s3://bucket/prefix/…`. */
  upload(folder: string, uri: string): Promise<number>;
  stop(): Promise<void>;
}

const CREDENTIALS = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' };

/** `storageFolder`: where objects are kept; default: memory. */
export async function startS3(storageFolder?: string): Promise<S3Server> {
  const server = await startFauxqs({
    port: 0,
    logger: false,
    ...(storageFolder === undefined ? {} : { s3StorageDir: storageFolder }),
  });
  const endpoint = `http://127.0.0.1:${server.port}`;
  return {
    endpoint,
    env: {
      COLDHUNT_S3_ENDPOINT: endpoint,
      COLDHUNT_S3_FORCE_PATH_STYLE: 'true',
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    },
    createBucket: (name) => {
      server.createBucket(name);
    },
    upload: async (folder, uri) => {
      const store = openRunStore(uri, {
        s3: { endpoint, forcePathStyle: true, region: 'us-east-1', credentials: CREDENTIALS },
      });
      const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
      const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
      const inFlight = 16;
      for (let from = 0; from < paths.length; from += inFlight) {
        await Promise.all(
          paths.slice(from, from + inFlight).map(async (path) => store.put(path, await readFile(join(folder, path)))),
        );
      }
      await store.close?.();
      return paths.length;
    },
    stop: () => server.stop(),
  };
}
