// Our own listing against the SDK's: the same pages give the same objects.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openArchive } from '../src/open-archive.ts';
import { listAll } from './run-archive-contract.ts';
import { startS3Server, type S3Server } from './s3-server.ts';
import { verifySignature } from './verify-signature.ts';

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.close());

/** Everything but a bare CR, which XML itself turns into a newline. */
const KEY = fc
  .string({ unit: 'grapheme', minLength: 1, maxLength: 12 })
  .map((key) => key.replaceAll(/[\r\0]/g, '\t'))
  .filter((key) => key.trim() === key);

const ENTRY = fc.record({
  key: fc.oneof(KEY, fc.constantFrom('a+b', 'a%20b', '100%', 'a&b', '<a>', 'a\'b"', 'ü/日/😀', 'a\nb', ']]>')),
  size: fc.integer({ min: 0, max: 900_000_000_000_000 }),
  etag: fc.constantFrom('"5d41402abc4b2a76b9719d911017c592"', '"a-12"', 'W/"x"', 'bare', null),
  modified: fc.constantFrom('2026-03-01T00:00:00.000Z', '2026-03-01T10:11:12Z', null),
  storageClass: fc.constantFrom('STANDARD', 'GLACIER', 'DEEP_ARCHIVE', 'GLACIER_IR', null),
  restore: fc.constantFrom('', 'going', 'done'),
});
type Entry = typeof ENTRY extends fc.Arbitrary<infer T> ? T : never;

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const element = (name: string, value: string | null): string =>
  value === null ? '' : `<${name}>${escape(value)}</${name}>`;

const RESTORED = {
  '': '',
  going: '<RestoreStatus><IsRestoreInProgress>true</IsRestoreInProgress></RestoreStatus>',
  done: '<RestoreStatus><IsRestoreInProgress>false</IsRestoreInProgress><RestoreExpiryDate>2999-01-01T00:00:00Z</RestoreExpiryDate></RestoreStatus>',
};

function toXml(entries: readonly Entry[], isEncoded: boolean): string {
  const contents = entries.map(({ key, size, etag, modified, storageClass, restore }) =>
    [
      '<Contents>',
      element('Key', isEncoded ? encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+') : key),
      element('LastModified', modified),
      element('ETag', etag),
      element('Size', String(size)),
      element('StorageClass', storageClass),
      '<Owner><ID>Key</ID><DisplayName>Size</DisplayName></Owner>',
      RESTORED[restore],
      '</Contents>',
    ].join(''),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
    <ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name><Prefix/>
    <KeyCount>${entries.length}</KeyCount>${contents.join('\n')}<IsTruncated>false</IsTruncated>
    ${isEncoded ? '<EncodingType>url</EncodingType>' : ''}</ListBucketResult>`;
}

it('lists what the SDK lists', async () => {
  const { options } = server;
  const signed = openArchive('s3://bucket/', { s3: { ...options, reads: 'signed' } });
  const client = openArchive('s3://bucket/', { s3: { ...options, reads: 'client' } });
  const property = fc.asyncProperty(fc.array(ENTRY, { maxLength: 6 }), fc.boolean(), async (entries, isEncoded) => {
    const body = toXml(entries, isEncoded);
    server.proxy.fail({ fits: () => true, times: 2, act: { kind: 'answer', status: 200, body } });
    const ours = await listAll(signed);
    expect(ours).toEqual(await listAll(client));
    expect(ours).toHaveLength(entries.length);
  });
  await fc.assert(property, { numRuns: 150 });
  await Promise.all([signed.close?.(), client.close?.()]);
});

it('asks as the SDK asks', async () => {
  const bucket = server.createBucket();
  for (const key of ["lo gs/ü+&=%*'(1)/a", "lo gs/ü+&=%*'(1)/b", "lo gs/ü+&=%*'(1)/c"])
    await server.put(bucket, key, Buffer.from('x'));
  const asked: object[] = [];
  for (const reads of ['signed', 'client'] as const) {
    server.proxy.reset();
    const uri = `s3://${bucket}/lo%20gs/${encodeURIComponent('ü+&=%*')}'(1)`;
    const source = openArchive(uri, { s3: { ...server.options, reads, requesterPays: true } });
    expect((await listAll(source)).map(({ key }) => key)).toEqual(['a', 'b', 'c']);
    await source.close?.();
    for (const request of server.proxy.seen) verifySignature(request, 'not-a-secret');
    asked.push(
      server.proxy.seen.map(({ method, url, headers }) => {
        const { pathname, searchParams } = new URL(url, 'http://host');
        // The SDK names its operation; no server reads it.
        searchParams.delete('x-id');
        searchParams.sort();
        return {
          method,
          path: pathname.replace(/\/$/, ''),
          query: String(searchParams),
          payer: headers['x-amz-request-payer'],
          attributes: headers['x-amz-optional-object-attributes'],
        };
      }),
    );
  }
  expect(asked[0]).toEqual(asked[1]);
});
