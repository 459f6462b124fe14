import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { toS3Uri } from '../src/archive-uri.ts';
import { openArchive } from '../src/open-archive.ts';
import { openRunStore } from '../src/open-run-store.ts';
import { collect, listAll, only, patterned, readText, runArchiveContract } from './run-archive-contract.ts';
import { paths, runRunStoreContract } from './run-run-store-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';
import { verifySignature } from './verify-signature.ts';
import type { Fault, SeenRequest } from './fault-proxy.ts';
import type { ObjectSource } from '@coldhunt/core';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

describe.each(['signed', 'client'] as const)('GETs that are %s', (reads) => {
  runArchiveContract(
    `on S3 (${reads})`,
    async () => {
      const bucket = server.createBucket();
      const source = openArchive(`s3://${bucket}/pre fix`, { s3: { ...server.options, reads } });
      return {
        source,
        put: (key, body) => server.put(bucket, `pre fix/${key}`, body),
        remove: (key) => server.remove(bucket, `pre fix/${key}`),
        close: async () => source.close?.(),
      };
    },
    { isOrdered: false },
  );

  async function withObject(body: Uint8Array, act: (source: ObjectSource) => Promise<void>): Promise<void> {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', body);
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, reads } });
    try {
      await act(source);
    } finally {
      await source.close?.();
    }
  }

  const large = patterned(2_000_000);

  it.each<[string, Fault['act']]>([
    ['a connection reset midway', { kind: 'reset', afterBytes: 700_000 }],
    ['a body that ends early', { kind: 'short', afterBytes: 700_000 }],
    ['a server that is out of sorts', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['a server that asks to slow down', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['a reset before the first byte', { kind: 'reset', afterBytes: 0 }],
  ])('go on after %s', async (_name, act) => {
    await withObject(large, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act });
      expect((await collect(source.open(object).stream({ from: 0, to: object.size }))).equals(large)).toBe(true);
      const gets = server.proxy.seen.filter((request) => request.headers['range'] !== undefined);
      expect(gets.length).toBeGreaterThan(1);
      for (const get of gets) expect(get.headers['if-match']).toBe(`"${object.etag}"`);
    });
  });

  it('go on from the byte that came last', async () => {
    await withObject(large, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'short', afterBytes: 700_000 } });
      server.proxy.fail({ act: { kind: 'short', afterBytes: 300_000 } });
      await collect(source.open(object).stream({ from: 10, to: object.size }));
      const ranges = server.proxy.seen.flatMap(({ headers }) => headers['range'] ?? []);
      expect(ranges).toEqual(['bytes=10-1999999', 'bytes=700010-1999999', 'bytes=1000010-1999999']);
    });
  });

  it('renew their patience with each byte, and lose it when none comes', async () => {
    await withObject(large, async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'short', afterBytes: 100_000 }, times: 15 });
      expect((await collect(source.open(object).stream({ from: 0, to: object.size }))).equals(large)).toBe(true);
      server.proxy.fail({ act: { kind: 'short', afterBytes: 0 }, times: 1000 });
      await expect(source.open(object).bytes({ from: 0, to: 9 })).rejects.toMatchObject({
        code: 'STORAGE_UNAVAILABLE',
      });
    });
  });

  it.each<[string, Fault['act'], string]>([
    ['asks to slow down', { kind: 'answer', status: 503, code: 'SlowDown' }, 'STORAGE_THROTTLED'],
    ['says too many requests', { kind: 'answer', status: 429 }, 'STORAGE_THROTTLED'],
    ['is out of sorts', { kind: 'answer', status: 500, code: 'InternalError' }, 'STORAGE_UNAVAILABLE'],
    ['resets', { kind: 'reset', afterBytes: 0 }, 'STORAGE_UNAVAILABLE'],
  ])('give up with a passing error when the server %s for good', async (_name, act, code) => {
    await withObject(Buffer.from('text'), async (source) => {
      const object = await only(source);
      server.proxy.fail({ act, times: 1000 });
      const error: unknown = await source
        .open(object)
        .bytes({ from: 0, to: 2 })
        .catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'TransientError', code });
    });
  });

  it.each<[string, Fault['act'], string]>([
    [
      'is archived (Intelligent-Tiering)',
      { kind: 'answer', status: 403, code: 'InvalidObjectState' },
      'OBJECT_ARCHIVED',
    ],
    ['is denied', { kind: 'answer', status: 403, code: 'AccessDenied' }, 'OBJECT_DENIED'],
    ['vanished', { kind: 'answer', status: 404, code: 'NoSuchKey' }, 'OBJECT_VANISHED'],
    ['changed', { kind: 'answer', status: 412, code: 'PreconditionFailed' }, 'OBJECT_CHANGED'],
    [
      'has another ETag, on a server that ignores If-Match',
      { kind: 'headers', headers: { etag: '"other"' } },
      'OBJECT_CHANGED',
    ],
    ['cannot be decrypted', { kind: 'answer', status: 400, code: 'KMS.DisabledException' }, 'OBJECT_UNREADABLE'],
    ['lies in a bucket that is gone', { kind: 'answer', status: 404, code: 'NoSuchBucket' }, 'STORAGE_NOT_FOUND'],
    [
      'comes whole, on a server that ignores Range',
      { kind: 'request-headers', headers: { range: null } },
      'OBJECT_UNREADABLE',
    ],
  ])('tell an object that %s', async (_name, act, code) => {
    await withObject(Buffer.from('text'), async (source) => {
      const object = await only(source);
      server.proxy.fail({ act, times: 1000 });
      await expect(source.open(object).bytes({ from: 1, to: 3 })).rejects.toMatchObject({ name: 'InputError', code });
    });
  });

  it('fail an object that changes while it is read', async () => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', large);
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, reads } });
    const object = await only(source);
    const other = Buffer.from(large);
    other[1_999_999] = 1;
    server.proxy.fail({ act: { kind: 'short', afterBytes: 1_100_000 } });
    const read = async (): Promise<void> => {
      for await (const chunk of source.open(object).stream({ from: 0, to: object.size })) {
        expect(chunk.length).toBe(1048576);
        await server.put(bucket, 'x', other);
      }
    };
    await expect(read()).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
    await source.close?.();
  });

  it('give an object with Content-Encoding as it is stored', async () => {
    const gzip = Buffer.from('1f8b0800000000000003cb48cdc9c9070086a6103605000000', 'hex');
    const bucket = server.createBucket();
    await server.put(bucket, 'x', gzip, 'gzip');
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, reads } });
    const object = await only(source);
    expect(await collect(source.open(object).stream({ from: 0, to: object.size }))).toEqual(gzip);
    await source.close?.();
  });

  it('tell the version once something was read', async () => {
    await withObject(Buffer.from('text'), async (source) => {
      const object = await only(source);
      server.proxy.fail({ act: { kind: 'headers', headers: { 'x-amz-version-id': 'v7' } } });
      const reader = source.open(object);
      expect(reader.versionId).toBeNull();
      await reader.bytes({ from: 0, to: 1 });
      expect(reader.versionId).toBe('v7');
    });
  });

  it('ask the requester to pay where that is configured', async () => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', Buffer.from('text'));
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, reads, requesterPays: true } });
    await readText(source, await only(source));
    for (const { headers } of server.proxy.seen) expect(headers['x-amz-request-payer']).toBe('requester');
    await source.close?.();
  });

  it('never stay silent when they are stopped midway', async () => {
    await withObject(Buffer.from('text'), async (source) => {
      const object = await only(source);
      const never = Promise.withResolvers<void>();
      server.proxy.fail({ act: { kind: 'wait', until: never.promise } });
      const stop = new AbortController();
      const reading = source.open(object).bytes({ from: 0, to: 2 }, stop.signal);
      stop.abort(new Error('enough'));
      await expect(reading).rejects.toThrow('enough');
      never.resolve();
    });
  });
});

describe('the signer', () => {
  const keys = [
    'a b',
    'a+b',
    'a%b',
    "a'(b)!*~",
    'ü/日',
    'a//b',
    'a/../b',
    'x=1/y:2@z;,&$',
    '/a',
    'a?b#c',
    '[x]|\\^`{}"<>',
  ];

  it.each(['signed', 'client'] as const)('signs every odd key as a server checks it (%s)', async (reads) => {
    const bucket = server.createBucket();
    const credentials = {
      accessKeyId: 'AKIATESTTESTTEST',
      secretAccessKey: 'wJalr/XUt+nFEMI',
      sessionToken: 'a+token/=',
    };
    const s3 = { ...server.options, credentials, requesterPays: true, reads };
    const source = openArchive(`s3://${bucket}`, { s3 });
    for (const key of keys) {
      const pinned = { uri: toS3Uri(bucket, key), size: 9, etag: 'x' };
      await expect(source.open(pinned).bytes({ from: 0, to: 5 })).rejects.toMatchObject({ code: 'OBJECT_VANISHED' });
    }
    expect(server.proxy.seen).toHaveLength(keys.length);
    for (const request of server.proxy.seen) {
      const names = verifySignature(request, credentials.secretAccessKey);
      expect(names).toEqual(expect.arrayContaining(['host', 'range', 'if-match', 'x-amz-security-token']));
    }
    const paths_ = server.proxy.seen.map(({ url }) => decodeURIComponent(url.replace(/\?x-id=GetObject$/, '')));
    expect(paths_).toEqual(keys.map((key) => `/${bucket}/${key}`));
    await source.close?.();
  });
});

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
    const sizes: number[] = [];
    for await (const page of source.list()) sizes.push(page.length);
    expect(sizes).toEqual([1000, 1000, 100]);
    server.proxy.reset();
    for await (const page of source.list()) {
      expect(page).toHaveLength(1000);
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

describe('on S3', () => {
  runRunStoreContract('on S3', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/runs/a b`, { s3: server.options });
    return { store, close: async () => store.close?.() };
  });

  it('asks for a conditional create, and takes its refusal as a file that exists', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, { s3: server.options });
    const isPut = (request: SeenRequest): boolean => request.method === 'PUT';
    server.proxy.fail({ fits: isPut, act: { kind: 'answer', status: 412, code: 'PreconditionFailed' } });
    expect(await store.putOnce('x', Buffer.from('x'))).toBe('exists');
    server.proxy.fail({ fits: isPut, act: { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' } });
    expect(await store.putOnce('x', Buffer.from('x'))).toBe('created');
    server.proxy.fail({ fits: isPut, act: { kind: 'answer', status: 501, code: 'NotImplemented' } });
    expect(await store.putOnce('y', Buffer.from('x'))).toBe('created');
    const puts = server.proxy.seen.filter(isPut);
    expect(puts.map(({ headers }) => headers['if-none-match'])).toEqual(['*', '*', '*', '*', undefined]);
    await store.close?.();
  });

  it('works without the right to list, where a missing file is denied', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, { s3: server.options });
    const missing: Fault = {
      fits: (request) => request.url.includes('missing') && request.method !== 'PUT',
      times: 1000,
      act: { kind: 'answer', status: 403, code: 'AccessDenied' },
    };
    server.proxy.fail(missing);
    await expect(store.get('missing')).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    await store.put('run.json', Buffer.from('{}'));
    await store.get('run.json');
    expect(await store.get('missing')).toBeNull();
    expect(await store.putOnce('missing', Buffer.from('x'))).toBe('created');
    await store.close?.();
  });

  it('encrypts with the KMS key that is configured', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, {
      s3: { ...server.options, kmsKeyId: 'alias/key' },
    });
    await store.putOnce('a', Buffer.from('x'));
    await store.put('b', Buffer.from('x'));
    await store.putStream('c', once(Buffer.alloc(9 * 1024 * 1024)));
    const writes = server.proxy.seen.filter(({ method, url }) =>
      method === 'PUT' ? !url.includes('partNumber') : url.includes('uploads'),
    );
    expect(writes).toHaveLength(3);
    for (const { headers } of writes) {
      expect(headers['x-amz-server-side-encryption']).toBe('aws:kms');
      expect(headers['x-amz-server-side-encryption-aws-kms-key-id']).toBe('alias/key');
    }
    await store.close?.();
  });

  it('aborts an upload that fails, and leaves what was there', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, { s3: { ...server.options, retries: 0 } });
    await store.put('x', Buffer.from('before'));
    server.proxy.fail({
      fits: ({ url }) => url.includes('partNumber=2'),
      act: { kind: 'answer', status: 403, code: 'AccessDenied' },
    });
    await expect(store.putStream('x', once(patterned(20 * 1024 * 1024)))).rejects.toMatchObject({
      code: 'STORAGE_DENIED',
    });
    expect(server.proxy.seen.some(({ method, url }) => method === 'DELETE' && url.includes('uploadId'))).toBe(true);
    expect(String(await store.get('x'))).toBe('before');
    expect(await paths(store, '')).toEqual(['x']);
    await store.close?.();
  });

  it('reads a file whose body breaks midway', async () => {
    const store = openRunStore(`s3://${server.createBucket()}/run`, { s3: server.options });
    const body = patterned(1_500_000);
    await store.put('x', body);
    server.proxy.fail({ act: { kind: 'reset', afterBytes: 400_000 } });
    expect(Buffer.from((await store.get('x')) ?? []).equals(body)).toBe(true);
    server.proxy.fail({ act: { kind: 'reset', afterBytes: 400_000 } });
    expect((await collect(store.stream('x'))).equals(body)).toBe(true);
    await store.close?.();
  });
});

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
