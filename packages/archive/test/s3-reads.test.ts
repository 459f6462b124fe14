import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ObjectSource } from '@coldhunt/core';
import { toS3Uri } from '../src/archive-uri.ts';
import { openArchive } from '../src/open-archive.ts';
import { collect, listAll, only, patterned, readText, runArchiveContract } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';
import { verifySignature } from './verify-signature.ts';
import { isObjectGet, type Fault, type SeenRequest } from './fault-proxy.ts';

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
      const gets = server.proxy.seen.filter(isObjectGet);
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

describe('credentials', () => {
  it('that expired early are asked for anew, once', async () => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', Buffer.from('text'));
    const source = openArchive(`s3://${bucket}`, { s3: server.options });
    const object = await only(source);
    server.proxy.fail({ act: { kind: 'answer', status: 400, code: 'ExpiredToken' } });
    expect(await readText(source, object)).toBe('text');
    server.proxy.fail({ act: { kind: 'answer', status: 400, code: 'ExpiredToken' }, times: 1000 });
    await expect(readText(source, object)).rejects.toMatchObject({ name: 'InputError', code: 'STORAGE_DENIED' });
    await source.close?.();
  });

  it('are those of the role that is to be assumed, asked for once', async () => {
    const bucket = server.createBucket();
    await server.put(bucket, 'x', Buffer.from('text'));
    const body = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
      <AccessKeyId>ASIAROLEROLEROLE</AccessKeyId><SecretAccessKey>role</SecretAccessKey><SessionToken>session</SessionToken>
      <Expiration>2999-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
    const isAssume = (request: SeenRequest): boolean => request.method === 'POST';
    server.proxy.fail({
      fits: isAssume,
      act: { kind: 'answer', status: 200, body, headers: { 'content-type': 'text/xml' } },
    });
    const role = { roleArn: 'arn:aws:iam::123456789012:role/hunter', externalId: 'e-1' };
    const source = openArchive(`s3://${bucket}`, { s3: { ...server.options, ...role } });
    expect(await readText(source, await only(source))).toBe('text');
    const assumed = server.proxy.seen.filter(isAssume);
    expect(assumed).toHaveLength(1);
    expect(assumed[0]?.headers['authorization']).toContain('Credential=AKIATESTTESTTEST/');
    const asked = new URLSearchParams(Buffer.concat(assumed[0]?.body ?? []).toString());
    expect(Object.fromEntries(asked)).toMatchObject({
      Action: 'AssumeRole',
      RoleArn: role.roleArn,
      ExternalId: role.externalId,
      RoleSessionName: 'coldhunt',
    });
    const reads = server.proxy.seen.filter((request) => !isAssume(request));
    for (const { headers } of reads) {
      expect(headers['authorization']).toContain('Credential=ASIAROLEROLEROLE/');
      expect(headers['x-amz-security-token']).toBe('session');
    }
    await source.close?.();
  });

  it('and connections are gone once the source is closed', async () => {
    const source = openArchive(`s3://${server.createBucket()}`, { s3: server.options });
    expect(await listAll(source)).toEqual([]);
    await source.close?.();
    await expect(listAll(source)).rejects.toMatchObject({ code: 'INVARIANT' });
  });
});
