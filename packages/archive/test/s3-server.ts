// An S3 server for tests, in this process, with a fault-injecting proxy in front of it. Each test takes a bucket of its own.

import { randomBytes } from 'node:crypto';
import { PutObjectCommand, DeleteObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startFauxqs } from 'fauxqs';
import { startFaultProxy, type FaultProxy } from './fault-proxy.ts';
import type { S3Options } from '../src/archive-options.ts';

export interface S3Server {
  readonly proxy: FaultProxy;
  readonly options: S3Options;
  /** Past the proxy. */
  readonly client: S3Client;
  createBucket(): string;
  put(bucket: string, key: string, body: Uint8Array, contentEncoding?: string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  close(): Promise<void>;
}

export async function startS3Server(): Promise<S3Server> {
  const server = await startFauxqs({ port: 0, logger: false });
  const proxy = await startFaultProxy(server.port);
  const credentials = { accessKeyId: 'AKIATESTTESTTEST', secretAccessKey: 'not-a-secret' };
  const options = { forcePathStyle: true, region: 'us-east-1', credentials };
  const client = new S3Client({
    ...options,
    endpoint: `http://127.0.0.1:${server.port}`,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
  return {
    proxy,
    options: { ...options, endpoint: proxy.endpoint, retries: 3, retryDelayMs: 1 },
    client,
    createBucket() {
      const name = `b-${randomBytes(8).toString('hex')}`;
      server.createBucket(name);
      return name;
    },
    async put(bucket, key, body, contentEncoding) {
      await client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, ContentEncoding: contentEncoding }),
      );
    },
    async remove(bucket, key) {
      await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
    async close() {
      client.destroy();
      await proxy.close();
      await server.stop();
    },
  };
}
