// GETs of small objects a second, signed by us and by the SDK's client, and the rate of a listing of 100,000 objects; against a server in a
// process of its own that answers at once. `node bench/archive-reads.ts`; one line a result.

import { fork } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { openArchive, type S3Options } from '@coldhunt/archive';

const ETAG = '5d41402abc4b2a76b9719d911017c592';
const OBJECT_BYTES = 2048;
const LISTED = 100_000;
const PAGE = 1000;
const AT_ONCE = 32;
const ROUNDS = 5;

if (process.send === undefined) await measure();
else serve();

async function measure(): Promise<void> {
  const server = fork(import.meta.filename);
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(Number(message))));
  const s3: S3Options = {
    endpoint: `http://127.0.0.1:${port}`,
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
  server.kill();
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

function serve(): void {
  const server = createServer((request, response) => {
    if (request.url?.includes('list-type=2') === true) return answerListing(request, response);
    response.writeHead(206, { etag: `"${ETAG}"`, 'content-length': OBJECT_BYTES });
    response.end(Buffer.alloc(OBJECT_BYTES));
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.(address.port);
  });
}

function answerListing(request: IncomingMessage, response: ServerResponse): void {
  const page = Number(/continuation-token=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
  const isLast = page + 1 >= LISTED / PAGE;
  const rows = Array.from(
    { length: PAGE },
    (_, row) =>
      `<Contents><Key>logs/2026/01/01/00/part-${page * PAGE + row}.ndjson.gz</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified>` +
      `<ETag>&quot;${ETAG}&quot;</ETag><Size>12345</Size><StorageClass>STANDARD</StorageClass></Contents>`,
  );
  const next = isLast ? '' : `<NextContinuationToken>${page + 1}</NextContinuationToken>`;
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bench</Name><EncodingType>url</EncodingType>' +
      `<IsTruncated>${!isLast}</IsTruncated>${next}${rows.join('')}</ListBucketResult>`,
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
