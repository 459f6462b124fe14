// An S3 server in this process, for development, the demo and the everyday tests. The faithful one is Ceph's, in test/heavy.

import { startFauxqs } from 'fauxqs';
import { uploadFolder } from './upload-folder.ts';

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
    upload: (folder, uri) =>
      uploadFolder(folder, uri, { endpoint, forcePathStyle: true, region: 'us-east-1', credentials: CREDENTIALS }),
    stop: () => server.stop(),
  };
}
