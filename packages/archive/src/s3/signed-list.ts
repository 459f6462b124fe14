// Pages of a listing, asked for by our signer and read by our own reader: a tenth of the garbage that the SDK's client makes of them.

import { ListingError, type ListPage, type PageRequest } from './list-page.ts';
import { readListingPage } from './listing-page.ts';
import type { SignedSender } from './signed-sender.ts';

/** 1000 keys of 1024 bytes, percent-encoded, and what stands around them, several times over. */
const LONGEST_PAGE_BYTES = 16 * 1024 * 1024;

export function createSignedList(sender: SignedSender): ListPage {
  return async (request) => {
    const headers: Record<string, string> = request.asksRestore
      ? { 'x-amz-optional-object-attributes': 'RestoreStatus' }
      : {};
    const answer = await sender.send({ key: '', query: queryOf(request), headers, signal: request.signal });
    if (answer.failure !== null) return { kind: 'refused', failure: answer.failure };
    return readListingPage(await readBody(answer.body));
  };
}

function queryOf({ prefix, token, after, maxKeys }: PageRequest): Record<string, string> {
  return {
    'list-type': '2',
    'encoding-type': 'url',
    ...(maxKeys === null ? {} : { 'max-keys': String(maxKeys) }),
    ...(token === null ? {} : { 'continuation-token': token }),
    prefix,
    ...(token === null && after !== null ? { 'start-after': after } : {}),
  };
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    parts.push(part);
    size += part.length;
    if (size > LONGEST_PAGE_BYTES) throw new ListingError(`it is longer than ${LONGEST_PAGE_BYTES} bytes`);
  }
  return Buffer.concat(parts, size);
}
