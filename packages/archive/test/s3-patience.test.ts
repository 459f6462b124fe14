// A server, a network or a clock that is out of sorts: how long and how often it is borne, and what is told when it stays so.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectSource } from '@coldhunt/core';
import { openArchive } from '../src/open-archive.ts';
import { openRunStore } from '../src/open-run-store.ts';
import type { S3Options } from '../src/archive-options.ts';
import { isObjectGet, type Fault } from './fault-proxy.ts';
import { collect, listAll, only, patterned, readText } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';

const IDLE_MS = 250;
const RETRIES = 3;

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

async function withObject(
  body: Uint8Array,
  options: Partial<S3Options>,
  act: (source: ObjectSource) => Promise<void>,
): Promise<void> {
  const bucket = server.createBucket();
  await server.put(bucket, 'x', body);
  const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, retries: RETRIES, ...options } });
  try {
    await act(source);
  } finally {
    await source.close?.();
  }
}

function gets(): number {
  return server.proxy.seen.filter(isObjectGet).length;
}

describe.each(['signed', 'client'] as const)('GETs that are %s', (reads) => {
  const body = patterned(300_000);

  it('wait for a body that drips, as long as it does', async () => {
    await withObject(body, { reads, idleMs: IDLE_MS }, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'drip', bytes: 30_000, everyMs: IDLE_MS / 5 } });
      expect((await collect(source.open(object).stream({ from: 0, to: object.size }))).equals(body)).toBe(true);
      expect(gets()).toBe(1);
    });
  });

  it('leave a connection on which nothing comes any more, and go on from the last byte on another', async () => {
    await withObject(body, { reads, idleMs: IDLE_MS }, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'stall', afterBytes: 100_000 } });
      expect((await collect(source.open(object).stream({ from: 0, to: object.size }))).equals(body)).toBe(true);
      expect(server.proxy.seen.filter(isObjectGet).map(({ headers }) => headers['range'])).toEqual([
        undefined,
        'bytes=100000-299999',
      ]);
    });
  });

  it('bear a wrong length once, and tell one that stays', async () => {
    await withObject(body, { reads }, async (source) => {
      const object = await only(source);
      const act: Fault['act'] = { kind: 'headers', headers: { 'content-length': '200000' } };
      server.proxy.fail({ act });
      expect((await collect(source.open(object).stream({ from: 0, to: object.size }))).equals(body)).toBe(true);
      server.proxy.reset();
      server.proxy.fail({ act, times: 1000 });
      await expect(source.open(object).bytes({ from: 0, to: object.size })).rejects.toMatchObject({
        code: 'OBJECT_UNREADABLE',
      });
      expect(gets()).toBe(1 + RETRIES);
    });
  });

  it('knock no oftener than their budget says, with ever longer pauses', async () => {
    await withObject(body, { reads, retryDelayMs: 40 }, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'answer', status: 503, code: 'SlowDown' }, times: 1000 });
      const startedAt = Date.now();
      await expect(source.open(object).bytes({ from: 0, to: 9 })).rejects.toMatchObject({ code: 'STORAGE_THROTTLED' });
      expect(gets()).toBe(1 + RETRIES);
      // At least the half of 40 + 80 + 160: the other half is dice.
      expect(Date.now() - startedAt).toBeGreaterThanOrEqual(140);
    });
  });
});

describe('a machine whose clock is wrong', () => {
  const refusal = (date: string): Fault['act'] => ({
    kind: 'answer',
    status: 403,
    code: 'RequestTimeTooSkewed',
    headers: { date },
  });

  it("signs with the server's time once the server has told it", async () => {
    await withObject(Buffer.from('text'), {}, async (source) => {
      const object = await only(source);
      server.proxy.reset();
      server.proxy.fail({ act: refusal('Tue, 01 Jan 2030 00:00:00 GMT') });
      expect(await readText(source, object)).toBe('text');
      expect(await readText(source, object)).toBe('text');
      const dates = server.proxy.seen.map(({ headers }) => String(headers['x-amz-date']).slice(0, 10));
      expect(dates.slice(1)).toEqual(['20300101T0', '20300101T0']);
    });
  });

  it('is told so where that does not help', async () => {
    await withObject(Buffer.from('text'), {}, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: refusal('Tue, 01 Jan 2030 00:00:00 GMT'), times: 1000 });
      await expect(readText(source, object)).rejects.toThrow("this machine's clock is wrong");
    });
  });
});

describe('a server whose name nobody knows', () => {
  it('is named after the last try', async () => {
    const endpoint = 'http://nowhere.invalid:9000';
    const source = openArchive('s3://logs', { s3: { ...server.options, endpoint } });
    await expect(listAll(source)).rejects.toMatchObject({ name: 'TransientError', code: 'STORAGE_UNAVAILABLE' });
    await expect(listAll(source)).rejects.toThrow('nowhere.invalid');
    await source.close?.();
  });
});

describe('files of a run', () => {
  it('are asked for again when they come without a length and too short', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, { s3: server.options });
    const body = patterned(50_000);
    await store.put('x', body);
    server.proxy.fail({ act: { kind: 'short', afterBytes: 20_000 } });
    expect(Buffer.from((await store.get('x')) ?? []).equals(body)).toBe(true);
    await store.close?.();
  });
});
