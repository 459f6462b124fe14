import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { probeArchive } from '../src/probe/probe-archive.ts';
import { probeRunStore } from '../src/probe/probe-run-store.ts';
import type { ProbeResult } from '../src/probe/probe-result.ts';
import type { Fault, SeenRequest } from './fault-proxy.ts';
import { startS3Server, type S3Server } from './s3-server.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

const isHead = (request: SeenRequest): boolean => request.method === 'HEAD';
const isListing = (request: SeenRequest): boolean => request.url.includes('list-type=2');
const isPut = (request: SeenRequest): boolean => request.method === 'PUT';

describe('probeArchive', () => {
  async function probe(fault: Fault | null, nowMs?: () => number): Promise<ProbeResult[]> {
    const bucket = server.createBucket();
    await server.put(bucket, 'logs/x', Buffer.from('text'));
    if (fault !== null) server.proxy.fail({ times: 1000, ...fault });
    return probeArchive(`s3://${bucket}/logs`, { s3: { ...server.options, retries: 0 }, nowMs });
  }

  it('finds nothing to mend where all is well', async () => {
    const results = await probe(null);
    expect(results.map(({ check, ok, mend }) => [check, ok, mend])).toEqual([
      ['credentials', true, null],
      ['region', true, null],
      ['clock', true, null],
      ['list', true, null],
      ['get', true, null],
    ]);
  });

  it.each<[string, Fault, string, RegExp]>([
    ['no bucket', { fits: isHead, act: { kind: 'answer', status: 404, body: '' } }, 'region', /check the name: b-/],
    [
      'no right to list',
      { fits: isListing, act: { kind: 'answer', status: 403, code: 'AccessDenied' } },
      'list',
      /s3:ListBucket on arn:aws:s3:::b-.* logs\/\*/,
    ],
    [
      'no right to read',
      { act: { kind: 'answer', status: 403, code: 'AccessDenied' } },
      'get',
      /s3:GetObject on arn:aws:s3:::b-/,
    ],
    [
      'another region',
      { fits: isHead, act: { kind: 'answer', status: 301, body: '', headers: { 'x-amz-bucket-region': 'eu-west-1' } } },
      'region',
      /region: eu-west-1/,
    ],
    [
      'another region, told in passing',
      { fits: isHead, act: { kind: 'headers', headers: { 'x-amz-bucket-region': 'eu-west-3' } } },
      'region',
      /region: eu-west-3/,
    ],
  ])('names what mends %s', async (_name, fault, check, mend) => {
    const failed = (await probe(fault)).filter(({ ok }) => !ok);
    expect(failed).toEqual([expect.objectContaining({ check, mend: expect.stringMatching(mend) })]);
  });

  it('tells a clock that is wrong', async () => {
    const date = { date: 'Thu, 01 Jan 2026 10:00:00 GMT' };
    const nowMs = (): number => Date.parse('2026-01-01T11:00:00Z');
    const results = await probe({ fits: isHead, act: { kind: 'headers', headers: date } }, nowMs);
    expect(results.at(-1)).toMatchObject({ check: 'clock', ok: false, found: '3600 s ahead of the server' });
  });

  it('takes what cannot be opened as a result', async () => {
    expect(await probeArchive('gs://x')).toMatchObject([{ check: 'uri', ok: false }]);
    const [result] = await probeArchive('s3://bucket', { s3: { endpoint: 'http://user:secret@host' } });
    expect(result).toMatchObject({ check: 'uri', ok: false, mend: expect.stringContaining('http://host:port') });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  it('tries folders, too', async () => {
    const root = await mkdtemp(join(tmpdir(), 'probe-'));
    expect(await probeArchive(root)).toMatchObject([{ check: 'list', ok: false }]);
    await writeFile(join(root, 'x'), 'text');
    expect(await probeArchive(root)).toMatchObject([
      { check: 'list', ok: true },
      { check: 'get', ok: true },
    ]);
    await rm(root, { recursive: true });
  });
});

describe('probeRunStore', () => {
  const probe = (): Promise<ProbeResult[]> =>
    probeRunStore(`s3://${server.createBucket()}/runs`, { s3: { ...server.options, retries: 0 } });

  it('warns of a server that ignores If-None-Match', async () => {
    expect((await probe()).filter(({ ok, mend }) => !ok || mend !== null)).toMatchObject([
      {
        check: 'conditional put',
        ok: true,
        found: expect.stringContaining('ignores If-None-Match'),
        mend: expect.stringContaining('let only one planner work on a run'),
      },
    ]);
  });

  it('is content with a server that honours it', async () => {
    let puts = 0;
    server.proxy.fail({
      fits: (request) => isPut(request) && (puts += 1) > 1,
      act: { kind: 'answer', status: 412, code: 'PreconditionFailed' },
    });
    expect((await probe()).map(({ check, ok }) => `${check}: ${ok}`)).toEqual([
      'credentials: true',
      'region: true',
      'clock: true',
      'put: true',
      'conditional put: true',
      'get: true',
      'list: true',
      'remove: true',
    ]);
  });

  it('names what mends a folder that may not be written', async () => {
    server.proxy.fail({ fits: isPut, times: 9, act: { kind: 'answer', status: 403, code: 'AccessDenied' } });
    const failed = (await probe()).filter(({ ok }) => !ok);
    expect(failed).toMatchObject([{ check: 'put', mend: expect.stringContaining('s3:PutObject') }]);
  });

  it('takes no offence at a role that may not remove', async () => {
    server.proxy.fail({
      fits: ({ method }) => method === 'DELETE',
      act: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    expect((await probe()).at(-1)).toMatchObject({
      check: 'remove',
      ok: true,
      found: expect.stringContaining('not allowed'),
    });
  });

  it('tries folders, and leaves nothing in them', async () => {
    const root = await mkdtemp(join(tmpdir(), 'probe-'));
    const results = await probeRunStore(join(root, 'new'));
    expect(results.map(({ check, ok }) => `${check}: ${ok}`)).toEqual([
      'put: true',
      'conditional put: true',
      'get: true',
      'list: true',
      'remove: true',
    ]);
    expect(await readdir(root)).toEqual([]);
    await rm(root, { recursive: true });
  });
});
