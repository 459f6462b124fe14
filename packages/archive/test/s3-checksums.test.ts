// Bodies are checked against the checksum that the store has of the object. The values are the published check values of each algorithm.

import { crc32 } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectSource } from '@coldhunt/core';
import { storedChecksum } from '../src/s3/body-checksum.ts';
import { openArchive } from '../src/open-archive.ts';
import { isObjectGet, type Fault } from './fault-proxy.ts';
import { collect, only } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';

const BODY = Buffer.from('123456789');

const CHECK_VALUES: readonly (readonly [string, string])[] = [
  ['crc32', Buffer.from('cbf43926', 'hex').toString('base64')],
  ['crc32c', Buffer.from('e3069283', 'hex').toString('base64')],
  ['crc64nvme', Buffer.from('ae8b14860a799888', 'hex').toString('base64')],
  ['sha1', Buffer.from('f7c3bc1d808e04732adf679965ccc34ca7ae3441', 'hex').toString('base64')],
  ['sha256', Buffer.from('15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225', 'hex').toString('base64')],
];

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

describe.each(['signed', 'client'] as const)('bodies of GETs that are %s', (reads) => {
  async function readWith(body: Uint8Array, headers: Record<string, string>, faults: readonly Fault[] = []) {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', body);
    const source: ObjectSource = openArchive(`s3://${bucket}`, { s3: { ...server.options, reads } });
    try {
      const object = await only(source);
      for (const fault of faults) server.proxy.fail(fault);
      server.proxy.fail({ act: { kind: 'headers', headers }, times: 1000 });
      return await collect(source.open(object).stream({ from: 0, to: object.size }));
    } finally {
      await source.close?.();
    }
  }

  it.each(CHECK_VALUES)('are held against their %s', async (algorithm, value) => {
    expect(await readWith(BODY, { [`x-amz-checksum-${algorithm}`]: value })).toEqual(BODY);
    const [get] = server.proxy.seen.filter(isObjectGet);
    expect(get?.headers['x-amz-checksum-mode']).toBe('ENABLED');
    expect(get?.headers['range']).toBeUndefined();
  });

  it.each(CHECK_VALUES)('that differ from their %s are a fault of storage', async (algorithm, value) => {
    const read = readWith(Buffer.from('123456780'), { [`x-amz-checksum-${algorithm}`]: value });
    await expect(read).rejects.toMatchObject({ name: 'TransientError', code: 'STORAGE_UNAVAILABLE' });
    // The SDK's client looks for itself, and has words of its own.
    if (reads === 'signed') await expect(read).rejects.toThrow(value);
  });

  it.each([
    ['of parts', { 'x-amz-checksum-crc32': 'AAAAAA==-3' }],
    ['of an algorithm that nobody knows', { 'x-amz-checksum-xyz': 'AAAAAA==' }],
  ])('are taken as they are where the checksum is one %s', async (_name, headers) => {
    expect(await readWith(BODY, headers as Record<string, string>)).toEqual(BODY);
  });
});

describe('the checksum of an answer', () => {
  it.each([
    [{ 'x-amz-checksum-crc64nvme': 'AA==', 'x-amz-checksum-crc32': 'BB==' }, 'crc32'],
    [{ 'x-amz-checksum-crc64nvme': 'AA==', 'x-amz-checksum-type': 'FULL_OBJECT' }, 'crc64nvme'],
    [{ 'x-amz-checksum-crc64nvme': 'AA==', 'x-amz-checksum-type': 'COMPOSITE' }, undefined],
    [{ 'x-amz-checksum-sha256': '' }, undefined],
  ])('of %j is its %s', (headers: Readonly<Record<string, string>>, algorithm) => {
    expect(storedChecksum((name) => headers[name] ?? null)?.algorithm).toBe(algorithm);
  });
});

describe('a long object of which the head was read', () => {
  // Only its first bytes are not zero: what the checksum is of is cheap to say.
  const LONG = Buffer.alloc(9 * 1024 * 1024);
  LONG.set(BODY);
  const HEAD = 64 * 1024;

  async function readOn(stored: string, faults: readonly Fault[] = []): Promise<Buffer> {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', LONG);
    const source = openArchive(`s3://${bucket}`, { s3: server.options });
    try {
      const reader = source.open(await only(source));
      server.proxy.reset();
      const head = await reader.bytes({ from: 0, to: HEAD });
      for (const fault of faults) server.proxy.fail(fault);
      server.proxy.fail({ act: { kind: 'headers', headers: { 'x-amz-checksum-crc32': stored } }, times: 1000 });
      return Buffer.concat([head, await collect(reader.stream({ from: HEAD, to: LONG.length }))]);
    } finally {
      await source.close?.();
    }
  }

  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(LONG));

  it('is asked for whole, and held against its checksum', async () => {
    const read = await readOn(sum.toString('base64'));
    expect(read.equals(LONG)).toBe(true);
    expect(server.proxy.seen.filter(isObjectGet).map(({ headers }) => headers['range'])).toEqual([
      `bytes=0-${HEAD - 1}`,
      undefined,
    ]);
    await expect(readOn('AAAAAA==')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
  });
});

describe('a body that broke midway', () => {
  it('is held against the checksum of the whole object, which came with its beginning', async () => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', BODY);
    const source = openArchive(`s3://${bucket}`, { s3: server.options });
    const object = await only(source);
    const read = async (last: string): Promise<Buffer> => {
      server.proxy.reset();
      const checksum = Buffer.from(last, 'hex').toString('base64');
      server.proxy.fail({
        act: { kind: 'headers', headers: { 'x-amz-checksum-crc32': checksum, 'content-length': '9' }, shortAfter: 4 },
      });
      return collect(source.open(object).stream({ from: 0, to: object.size }));
    };
    expect(await read('cbf43926')).toEqual(BODY);
    expect(server.proxy.seen.filter(isObjectGet)).toHaveLength(2);
    await expect(read('cbf43927')).rejects.toMatchObject({ code: 'STORAGE_UNAVAILABLE' });
    await source.close?.();
  });
});
