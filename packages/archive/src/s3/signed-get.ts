// GETs of objects, sent by our signer.

import { storedChecksum } from './body-checksum.ts';
import { bareEtag, type GetObject, type GetRequest } from './get-object.ts';
import type { SignedSender } from './signed-sender.ts';

export function createSignedGet(sender: SignedSender): GetObject {
  return async (request) => {
    const { key, signal } = request;
    const answer = await sender.send({ key, query: {}, headers: headersOf(request), signal });
    const etag = answer.header('etag');
    const length = answer.header('content-length');
    const date = Date.parse(answer.header('date') ?? '');
    return {
      status: answer.status,
      etag: etag === null ? null : bareEtag(etag),
      versionId: answer.header('x-amz-version-id'),
      contentLength: length === null ? null : Number(length),
      dateMs: Number.isNaN(date) ? null : date,
      checksum: request.range === null ? storedChecksum(answer.header) : null,
      body: answer.body,
      failure: answer.failure,
    };
  };
}

function headersOf({ range, etag }: GetRequest): Record<string, string> {
  return {
    // Only of whole objects is the checksum told.
    ...(range === null ? { 'x-amz-checksum-mode': 'ENABLED' } : { range: `bytes=${range.from}-${range.to - 1}` }),
    ...(etag === null ? {} : { 'if-match': `"${etag}"` }),
  };
}
