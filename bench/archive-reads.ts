// GETs of small objects a second, signed by us and by the SDK's client, and the rate of a listing of 100,000 objects; against a server in a
// process of its own that answers at once. `node bench/archive-reads.ts`; one line a result.

import { openArchive, type S3Options } from '@coldhunt/archive';
import { ETAG, OBJECT_BYTES, startListingServer } from './listing-server.ts';
import { median } from './turns.ts';

const AT_ONCE = 32;
const ROUNDS = 5;

await measure();

async function measure(): Promise<void> {
  const server = await startListingServer();
  const s3: S3Options = {
    endpoint: server.endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'bench', secretAccessKey: 'bench' },
  };
  const signed: number[] = [];
  const client: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const [ours, theirs] = [
      await getsPerSecond({ ...s3, reads: 'signed' }, 10_000),
      await getsPerSecond({ ...s3, reads: 'client' }, 2_000),
    ];
    // The first round warms up.
    if (round > 0) signed.push(ours);
    if (round > 0) client.push(theirs);
  }
  console.log(`get 2 KiB, signed by us      ${Math.round(median(signed))} objects/s`);
  console.log(
    `get 2 KiB, by the SDK client ${Math.round(median(client))} objects/s, ratio ${(median(signed) / median(client)).toFixed(1)}`,
  );
  const begun = performance.now();
  let listed = 0;
  let peakBytes = 0;
  for await (const page of openArchive('s3://bench', { s3 }).list()) {
    listed += page.length;
    peakBytes = Math.max(peakBytes, process.memoryUsage.rss());
  }
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `list ${listed} objects in ${seconds.toFixed(1)} s, ${Math.round(listed / seconds)} objects/s, peak ${Math.round(peakBytes / 1e6)} MB`,
  );
  server.stop();
}

async function getsPerSecond(s3: S3Options, count: number): Promise<number> {
  const archive = openArchive('s3://bench', { s3 });
  let left = count;
  const begun = performance.now();
  const read = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await archive
        .open({ uri: `s3://bench/k${left}`, size: OBJECT_BYTES, etag: ETAG })
        .bytes({ from: 0, to: OBJECT_BYTES });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, read));
  const perSecond = count / ((performance.now() - begun) / 1000);
  await archive.close?.();
  return perSecond;
}
