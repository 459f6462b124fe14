// What only a faithful S3 server shows: listings in its order and with its limits, signatures that are looked at, and conditional writes of
// which one wins. Over Ceph's gateway.

import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive, openRunStore, type S3Options } from '@coldhunt/archive';
import { listAll, runArchiveContract } from '@coldhunt/archive/test/run-archive-contract';
import { runRunStoreContract } from '@coldhunt/archive/test/run-run-store-contract';
import { compareWithBook } from '../demo/compare-with-book.ts';
import { writeArchive } from '../generator/archive-writer.ts';
import { coldhunt } from '../run-command.ts';
import { uploadFolder } from '../upload-folder.ts';
import { startRadosGateway, type RadosGateway } from './radosgw-server.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
let gateway: RadosGateway;
let client: S3Client;

beforeAll(async () => {
  gateway = await startRadosGateway();
  const { endpoint, region, credentials } = gateway;
  client = new S3Client({
    endpoint,
    region,
    credentials,
    forcePathStyle: true,
    requestChecksumCalculation: 'WHEN_REQUIRED',
  });
});

afterAll(async () => {
  client?.destroy();
  await gateway?.stop();
});

async function createBucket(): Promise<string> {
  const name = `b-${randomBytes(8).toString('hex')}`;
  await client.send(new CreateBucketCommand({ Bucket: name }));
  return name;
}

function s3(over: Partial<S3Options> = {}): { readonly s3: S3Options } {
  return { s3: { ...gateway.s3, ...over } };
}

describe.each(['signed', 'client'] as const)('on Ceph with GETs that are %s', (reads) => {
  runArchiveContract(`on Ceph (${reads})`, async () => {
    const bucket = await createBucket();
    const source = openArchive(`s3://${bucket}/pre fix`, s3({ reads }));
    return {
      source,
      put: async (key, body) => {
        await client.send(new PutObjectCommand({ Bucket: bucket, Key: `pre fix/${key}`, Body: body }));
      },
      remove: async (key) => {
        await client.send(new DeleteObjectCommand({ Bucket: bucket, Key: `pre fix/${key}` }));
      },
      close: async () => source.close?.(),
    };
  });

  it('is refused with a wrong secret, and told so', async () => {
    const bucket = await createBucket();
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'x', Body: 'text' }));
    const right = openArchive(`s3://${bucket}`, s3({ reads }));
    const wrong = openArchive(
      `s3://${bucket}`,
      s3({ reads, credentials: { accessKeyId: gateway.credentials.accessKeyId, secretAccessKey: 'wrong' } }),
    );
    try {
      const [object] = await listAll(right);
      expect(object).toBeDefined();
      if (object === undefined) return;
      expect(Buffer.from(await right.open(object).bytes({ from: 0, to: 4 })).toString()).toBe('text');
      await expect(listAll(wrong)).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
      await expect(wrong.open(object).bytes({ from: 0, to: 4 })).rejects.toMatchObject({ code: 'STORAGE_DENIED' });
    } finally {
      await right.close?.();
      await wrong.close?.();
    }
  });
});

runRunStoreContract('on Ceph', async () => {
  const store = openRunStore(`s3://${await createBucket()}/runs/one`, s3());
  return { store, close: async () => store.close?.() };
});

describe('on Ceph', () => {
  it('lists more objects than a page holds, each once, in the order of their bytes', async () => {
    const bucket = await createBucket();
    const keys = Array.from({ length: 2_350 }, (_, number) => `logs/${number % 7}/part ${number}+${number % 3}.ndjson`);
    const inFlight = 32;
    for (let from = 0; from < keys.length; from += inFlight) {
      const some = keys.slice(from, from + inFlight);
      await Promise.all(some.map((Key) => client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: 'x' }))));
    }
    const source = openArchive(`s3://${bucket}`, s3());
    try {
      const listed = (await listAll(source)).map(({ key }) => key);
      expect(listed).toEqual(keys.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    } finally {
      await source.close?.();
    }
  });

  it('lets one of twenty writers win, and the others see what it wrote', async () => {
    const uri = `s3://${await createBucket()}/runs/race`;
    const stores = Array.from({ length: 20 }, () => openRunStore(uri, s3()));
    try {
      const written = await Promise.all(
        stores.map(async (store, writer) => ({
          writer,
          outcome: await store.putOnce('plan/done.json', Buffer.from(`writer ${writer}`)),
        })),
      );
      const winners = written.filter(({ outcome }) => outcome === 'created');
      expect(winners).toHaveLength(1);
      for (const store of stores)
        expect(String(await store.get('plan/done.json'))).toBe(`writer ${winners[0]?.writer}`);
    } finally {
      for (const store of stores) await store.close?.();
    }
  });

  it('hunts from bucket to bucket', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'coldhunt-ceph-'));
    try {
      const archive = await writeArchive(join(folder, 'written'), {
        seed: 11,
        startMs: Date.parse('2026-01-05T00:00:00Z'),
        days: 28,
        hosts: 20,
        events: 2_000,
      });
      const bucket = await createBucket();
      await uploadFolder(archive.folder, `s3://${bucket}/archive`, gateway.s3);
      const out = `s3://${bucket}/runs/hunt`;
      const question = [
        '--archive',
        `s3://${bucket}/archive`,
        '--rule',
        RULE,
        '--from',
        '2026-01-12',
        '--to',
        '2026-02-02',
      ];
      const exceptions = ['--exceptions', archive.exceptionsFile];
      const { code, stderr } = await coldhunt(['scan', ...question, ...exceptions, '--out', out], { env: gateway.env });
      expect(code, stderr).toBe(3);
      const store = openRunStore(out, s3());
      for await (const paths of store.list('')) {
        for (const path of paths.filter((name) => !name.includes('/'))) {
          await openRunStore(join(folder, 'out')).put(path, (await store.get(path)) ?? new Uint8Array());
        }
      }
      await store.close?.();
      const { isEqual, text } = await compareWithBook(join(folder, 'out'), archive.book);
      expect(isEqual, text).toBe(true);
      expect(await readFile(join(folder, 'out', 'report.html'), 'utf8')).toContain('<html');
      const again = await coldhunt(['scan', ...question, ...exceptions, '--out', out], { env: gateway.env });
      expect(again.code).toBe(2);
      expect(again.stderr).toContain('RUN_EXISTS');
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
