import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openRunStore } from '../src/open-run-store.ts';
import { collect, patterned } from './run-archive-contract.ts';
import { paths, runRunStoreContract } from './run-run-store-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';
import type { Fault, SeenRequest } from './fault-proxy.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());
beforeEach(() => server.proxy.reset());

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
