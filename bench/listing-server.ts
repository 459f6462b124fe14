// An S3 server that knows only listings and GETs and answers at once, in a process of its own: what is measured is the client. All its
// objects are the same.

import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

export const ETAG = '5d41402abc4b2a76b9719d911017c592';
export const OBJECT_BYTES = 2048;
export const LISTED = 100_000;
const PAGE = 1000;
const OBJECTS_AN_HOUR = 100;

export interface ListingServer {
  readonly endpoint: string;
  stop(): void;
}

/** A bucket of `listed` objects. `file`: what each of them holds; without it zeros, and a listing that tells of larger ones. */
export async function startListingServer(listed = LISTED, file?: string): Promise<ListingServer> {
  const server = fork(import.meta.filename, [String(listed), ...(file === undefined ? [] : [file])]);
  const port = await new Promise<number>((resolve) => server.once('message', (message) => resolve(Number(message))));
  return { endpoint: `http://127.0.0.1:${port}`, stop: () => server.kill() };
}

function serve(listed: number, file: string | undefined): void {
  const body = file === undefined ? Buffer.alloc(OBJECT_BYTES) : readFileSync(file);
  const sizeOf = (number: number): number => (file === undefined ? 1_000_000 + number : body.length);
  const server = createServer((request, response) => {
    if (request.url?.includes('list-type=2') === true) return answerListing(request, response, listed, sizeOf);
    response.writeHead(206, { etag: `"${ETAG}"`, 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') process.send?.(address.port);
  });
}

function answerListing(
  request: IncomingMessage,
  response: ServerResponse,
  listed: number,
  sizeOf: (number: number) => number,
): void {
  const page = Number(/continuation-token=(\d+)/.exec(request.url ?? '')?.[1] ?? 0);
  const isLast = page + 1 >= listed / PAGE;
  const rows = Array.from({ length: PAGE }, (_, row) => {
    const number = page * PAGE + row;
    const hour = new Date(Date.UTC(2026, 0, 1, Math.floor(number / OBJECTS_AN_HOUR))).toISOString();
    const key = `logs/${hour.slice(0, 10).replaceAll('-', '/')}/${hour.slice(11, 13)}/part-${String(number).padStart(6, '0')}.ndjson.gz`;
    return (
      `<Contents><Key>${key}</Key><LastModified>2026-03-01T00:00:00.000Z</LastModified>` +
      `<ETag>&quot;${ETAG}&quot;</ETag><Size>${sizeOf(number)}</Size><StorageClass>STANDARD</StorageClass></Contents>`
    );
  });
  const next = isLast ? '' : `<NextContinuationToken>${page + 1}</NextContinuationToken>`;
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bench</Name><EncodingType>url</EncodingType>' +
      `<IsTruncated>${!isLast}</IsTruncated>${next}${rows.join('')}</ListBucketResult>`,
  );
}

if (import.meta.main && process.send !== undefined) serve(Number(process.argv[2]), process.argv[3]);
