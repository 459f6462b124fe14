import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ListedObject } from '@coldhunt/core';
import { openArchive } from '../src/open-archive.ts';
import { listAll, readText } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';
import type { Fault, SeenRequest } from './fault-proxy.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

describe('a prefix', () => {
  it('is a folder, an object, or the beginning of keys', async () => {
    const bucket = server.createBucket();
    const keys = async (prefix: string): Promise<string[]> => {
      const source = openArchive(`s3://${bucket}${prefix}`, { s3: server.options });
      const listed = await listAll(source);
      for (const object of listed) expect(await readText(source, object)).toBe('x');
      await source.close?.();
      return listed.map(({ key }) => key);
    };
    for (const key of ['logs/a', 'logs/b/c', 'logs-2026/a', 'one.ndjson', 'one.ndjson.bak', 'p/q-1/a', 'p/q-2/a']) {
      await server.put(bucket, key, Buffer.from('x'));
    }
    expect(await keys('/logs')).toEqual(['a', 'b/c']);
    expect(await keys('/logs/')).toEqual(['a', 'b/c']);
    expect(await keys('/one.ndjson')).toEqual(['one.ndjson']);
    expect(await keys('/p/q-')).toEqual(['q-1/a', 'q-2/a']);
    expect(await keys('/logs-')).toEqual(['logs-2026/a']);
    expect(await keys('')).toHaveLength(7);
    expect(await keys('/')).toHaveLength(7);
    expect(await keys('/nix')).toEqual([]);
  });

  it('is listed page by page, asked one ahead', async () => {
    const bucket = server.createBucket();
    const names = Array.from({ length: 2_100 }, (_, index) => `k${String(index).padStart(5, '0')}`);
    await Promise.all(names.map((name) => server.put(bucket, name, Buffer.from('x'))));
    const source = openArchive(`s3://${bucket}`, { s3: server.options });
    server.proxy.reset();
    expect((await listAll(source)).map(({ key }) => key)).toEqual(names);
    expect(server.proxy.seen).toHaveLength(3);
    server.proxy.reset();
    for await (const page of source.list()) {
      expect(page[0]?.key).toBe('k00000');
      break;
    }
    expect(server.proxy.seen.length).toBeLessThanOrEqual(2);
    await source.close?.();
  });
});

describe('a listing', () => {
  const isListing = (request: SeenRequest): boolean => request.url.includes('list-type=2');

  async function listWith(fault: Fault | null): Promise<unknown> {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', Buffer.from('x'));
    if (fault !== null) server.proxy.fail({ fits: isListing, ...fault });
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, retries: 1 } });
    try {
      return await listAll(source);
    } catch (error) {
      return error;
    } finally {
      await source.close?.();
    }
  }

  it.each<[string, Fault['act'], object]>([
    [
      'no bucket',
      { kind: 'answer', status: 404, code: 'NoSuchBucket' },
      { name: 'InputError', code: 'STORAGE_NOT_FOUND' },
    ],
    ['no right', { kind: 'answer', status: 403, code: 'AccessDenied' }, { name: 'InputError', code: 'STORAGE_DENIED' }],
    ['a wrong key', { kind: 'answer', status: 403, code: 'InvalidAccessKeyId' }, { code: 'STORAGE_DENIED' }],
    ['a wrong clock', { kind: 'answer', status: 403, code: 'RequestTimeTooSkewed' }, { code: 'STORAGE_DENIED' }],
    [
      'throttling',
      { kind: 'answer', status: 503, code: 'SlowDown' },
      { name: 'TransientError', code: 'STORAGE_THROTTLED' },
    ],
    [
      'a fault',
      { kind: 'answer', status: 500, code: 'InternalError' },
      { name: 'TransientError', code: 'STORAGE_UNAVAILABLE' },
    ],
    [
      'another region',
      { kind: 'answer', status: 301, code: 'PermanentRedirect', headers: { 'x-amz-bucket-region': 'eu-central-1' } },
      { code: 'STORAGE_FAILED', message: expect.stringContaining('set region: eu-central-1') },
    ],
  ])('with %s ends in its own error', async (_name, act, expected) => {
    expect(await listWith({ act, times: 1000 })).toMatchObject(expected);
  });

  it('goes on without restore states on a server that does not know them', async () => {
    const refused: Fault = {
      fits: (request) => request.headers['x-amz-optional-object-attributes'] !== undefined,
      times: 1000,
      act: { kind: 'answer', status: 501, code: 'NotImplemented' },
    };
    expect(await listWith(refused)).toMatchObject([{ key: 'x' }]);
  });

  it('never shows a key or a secret in its errors', async () => {
    const secret = randomBytes(16).toString('hex');
    const s3 = {
      ...server.options,
      credentials: { accessKeyId: 'AKIAABCDEFGHIJKLMNOP', secretAccessKey: secret, sessionToken: secret },
    };
    for (const code of ['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'AKIAABCDEFGHIJKLMNOP']) {
      server.proxy.fail({ fits: () => true, times: 1000, act: { kind: 'answer', status: 403, code } });
      const source = openArchive(`s3://${server.createBucket()}`, { s3 });
      const error: unknown = await listAll(source).catch((caught: unknown) => caught);
      const pinned = { uri: `${source.uri}x`, size: 1, etag: 'x' };
      const other: unknown = await source
        .open(pinned)
        .bytes({ from: 0, to: 1 })
        .catch((caught: unknown) => caught);
      for (const caught of [error, other]) {
        expect(caught).toBeInstanceOf(Error);
        const shown = JSON.stringify(caught) + (caught instanceof Error ? caught.message + String(caught.cause) : '');
        expect(shown).not.toContain(secret);
        expect(shown).not.toContain('AKIAABCDEFGHIJKLMNOP');
      }
      server.proxy.reset();
      await source.close?.();
    }
  });

  it('tells that a server cannot be reached', async () => {
    const source = openArchive('s3://bucket', {
      s3: { ...server.options, endpoint: 'http://127.0.0.1:1', retries: 0 },
    });
    await expect(listAll(source)).rejects.toMatchObject({ name: 'TransientError', code: 'STORAGE_UNAVAILABLE' });
    await source.close?.();
  });

  it.each(['ftp://x', 'x', 'http://user:secret@host:9000', 'http://host/?x'])('refuses the endpoint %s', (endpoint) => {
    const open = (): unknown => openArchive('s3://bucket', { s3: { endpoint } });
    expect(open).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    expect(open).not.toThrow(/secret/);
  });
});

describe('a listing that the server tells in its own way', () => {
  const isListing = (request: SeenRequest): boolean => request.url.includes('list-type=2');

  async function listAnswer(contents: string, more = '', archive = ''): Promise<ListedObject[]> {
    const body = `<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
      <Name>b</Name>${more.includes('<IsTruncated>') ? more : `${more}<IsTruncated>false</IsTruncated>`}${contents}</ListBucketResult>`;
    server.proxy.fail({ fits: isListing, times: 5, act: { kind: 'answer', status: 200, body } });
    const source = openArchive(`s3://bucket/${archive}`, { s3: server.options });
    try {
      return await listAll(source);
    } finally {
      await source.close?.();
    }
  }

  const entry = (key: string, rest = ''): string =>
    `<Contents><Key>${key}</Key><Size>1</Size><ETag>&quot;e&quot;</ETag>${rest}</Contents>`;

  it('has its keys decoded where they are encoded, and only there', async () => {
    const encoded = entry('a%0Ab/c+d%2Be/100%25/%E6%97%A5');
    const isEncoded = '<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>';
    expect(await listAnswer(encoded, isEncoded)).toMatchObject([
      { key: 'a\nb/c d+e/100%/日', uri: 's3://bucket/a%0Ab/c%20d+e/100%25/%E6%97%A5', etag: 'e' },
    ]);
    server.proxy.reset();
    expect(await listAnswer(entry('a+b%20c'), '<IsTruncated>false</IsTruncated>')).toMatchObject([{ key: 'a+b%20c' }]);
  });

  it('has archived objects told apart from restored ones', async () => {
    const done =
      '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2999-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus>';
    const going = '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>';
    const listed = await listAnswer(
      [
        entry('a', '<StorageClass>GLACIER</StorageClass>'),
        entry('b', `<StorageClass>GLACIER</StorageClass>${done}`),
        entry('c', `<StorageClass>DEEP_ARCHIVE</StorageClass>${going}`),
        entry('d', '<StorageClass>GLACIER_IR</StorageClass>'),
        entry('e', '<StorageClass>INTELLIGENT_TIERING</StorageClass>'),
        entry('f'),
      ].join(''),
    );
    expect(listed.map(({ key, isArchived }) => `${key}:${isArchived}`)).toEqual([
      'a:true',
      'b:false',
      'c:true',
      'd:false',
      'e:false',
      'f:false',
    ]);
    expect(listed.map(({ storageClass }) => storageClass)).toContain('STANDARD');
    expect(server.proxy.seen[0]?.headers['x-amz-optional-object-attributes']).toBe('RestoreStatus');
  });

  it('has each archived object asked by itself where the listing cannot tell', async () => {
    const isHead = (request: SeenRequest): boolean => request.method === 'HEAD';
    server.proxy.fail({
      fits: (request) => request.headers['x-amz-optional-object-attributes'] !== undefined,
      act: { kind: 'answer', status: 400, code: 'InvalidArgument' },
    });
    const restored = { 'x-amz-restore': 'ongoing-request="false", expiry-date="Fri, 21 Dec 2999 00:00:00 GMT"' };
    server.proxy.fail({
      fits: (request) => isHead(request) && request.url.includes('/a'),
      act: { kind: 'answer', status: 200, headers: restored, body: '' },
    });
    server.proxy.fail({ fits: isHead, times: 9, act: { kind: 'answer', status: 403, body: '' } });
    const glacier = '<StorageClass>GLACIER</StorageClass>';
    const listed = await listAnswer(entry('a', glacier) + entry('b', glacier) + entry('c'));
    expect(listed.map(({ key, isArchived }) => `${key}:${isArchived}`)).toEqual(['a:false', 'b:true', 'c:false']);
  });

  it('ends in an error when it does not go on', async () => {
    await expect(listAnswer(entry('a'), '<IsTruncated>true</IsTruncated>')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
    });
    server.proxy.reset();
    const same = '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';
    await expect(listAnswer(entry('a'), same)).rejects.toMatchObject({ code: 'STORAGE_FAILED' });
  });

  it('ends in an error when its tokens come round again', async () => {
    const token = (next: string): string =>
      `<IsTruncated>true</IsTruncated><NextContinuationToken>${next}</NextContinuationToken>`;
    const pages = ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c'];
    for (const next of pages) {
      const body = `<ListBucketResult>${token(next)}${entry('k')}</ListBucketResult>`;
      server.proxy.fail({ fits: isListing, act: { kind: 'answer', status: 200, body } });
    }
    const source = openArchive('s3://bucket/', { s3: server.options });
    await expect(listAll(source)).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('does not go on'),
    });
    expect(server.proxy.seen.length).toBeLessThanOrEqual(pages.length);
    await source.close?.();
  });

  it('ends in an error when it holds what was not asked for', async () => {
    await expect(listAnswer(entry('logs/a') + entry('other/a'), '', 'logs/')).rejects.toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining('"other/a"'),
    });
  });

  it.each<[string, string, object]>([
    ['a page of HTML', '<!DOCTYPE html><html><body>Sign in</body></html>', { code: 'STORAGE_FAILED' }],
    ['JSON', '{"Contents":[]}', { code: 'STORAGE_FAILED' }],
    ['another document', '<ListAllMyBucketsResult/>', { code: 'STORAGE_FAILED' }],
    ['nothing', '', { name: 'TransientError', code: 'STORAGE_UNAVAILABLE' }],
    ['half of it', '<ListBucketResult><IsTruncated>false</IsTru', { name: 'TransientError' }],
    ['no word on whether more follows', '<ListBucketResult></ListBucketResult>', { code: 'STORAGE_FAILED' }],
    [
      'an entry without a key',
      '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Size>1</Size></Contents></ListBucketResult>',
      { code: 'STORAGE_FAILED' },
    ],
    [
      'an entry without a size',
      '<ListBucketResult><IsTruncated>false</IsTruncated><Contents><Key>a</Key></Contents></ListBucketResult>',
      { code: 'STORAGE_FAILED', message: expect.stringContaining('"a"') },
    ],
    [
      'a size that is none',
      '<ListBucketResult><Contents><Key>a</Key><Size>-1</Size></Contents></ListBucketResult>',
      { code: 'STORAGE_FAILED' },
    ],
    ['a refusal', '<Error><Code>AccessDenied</Code></Error>', { name: 'InputError', code: 'STORAGE_DENIED' }],
    ['a fault', '<Error><Code>InternalError</Code></Error>', { name: 'TransientError', code: 'STORAGE_UNAVAILABLE' }],
    ['a call to slow down', '<Error><Code>SlowDown</Code></Error>', { code: 'STORAGE_THROTTLED' }],
    [
      'entities that it declares',
      '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><ListBucketResult>&b;</ListBucketResult>',
      { code: 'STORAGE_FAILED' },
    ],
    ['more than a page', `<ListBucketResult>${' '.repeat(17 * 1024 * 1024)}`, { code: 'STORAGE_FAILED' }],
    [
      'more keys than a page has',
      `<ListBucketResult>${'<Contents><Key>a</Key><Size>1</Size></Contents>'.repeat(10_001)}</ListBucketResult>`,
      { code: 'STORAGE_FAILED' },
    ],
  ])('ends in an error when status 200 brings %s', async (_name, body, expected) => {
    server.proxy.fail({ fits: isListing, times: 9, act: { kind: 'answer', status: 200, body } });
    const source = openArchive('s3://bucket/', { s3: server.options });
    await expect(listAll(source)).rejects.toMatchObject(expected);
    await source.close?.();
  });

  it.each<[string, Fault['act']]>([
    ['breaks midway', { kind: 'reset', afterBytes: 200 }],
    ['ends early', { kind: 'short', afterBytes: 200 }],
    ['is a fault', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['is a fault in a body of status 200', { kind: 'answer', status: 200, code: 'InternalError' }],
    ['is a call to slow down', { kind: 'answer', status: 503, code: 'SlowDown' }],
  ])('is asked for again where an answer %s', async (_name, act) => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', Buffer.from('x'));
    const source = openArchive(`s3://${bucket}/`, { s3: server.options });
    server.proxy.fail({ fits: isListing, times: 2, act });
    expect(await listAll(source)).toMatchObject([{ key: 'x' }]);
    expect(server.proxy.seen).toHaveLength(3);
    await source.close?.();
  });

  it('names the marker of the root itself, which has no name', async () => {
    expect(await listAnswer(entry('logs/') + entry('logs/a'), '', 'logs/')).toMatchObject([{ key: '/' }, { key: 'a' }]);
  });
});
