// AWS Signature Version 4 checked as a server checks it, written from its specification and not from the signer's code: the test server
// accepts any signature.

import { createHash, createHmac } from 'node:crypto';
import type { SeenRequest } from './fault-proxy.ts';

/** Throws unless the request carries the signature that this secret gives. Returns the names of the signed headers. */
export function verifySignature(request: SeenRequest, secretAccessKey: string): string[] {
  const header = (name: string): string => String(request.headers[name] ?? '');
  const parts = /^AWS4-HMAC-SHA256 Credential=[^/]+\/([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    header('authorization'),
  );
  if (parts === null) throw new Error(`no signature: ${header('authorization')}`);
  const [, scope = '', signedHeaders = '', signature = ''] = parts;
  const [date = '', region = '', service = ''] = scope.split('/');
  const names = signedHeaders.split(';');
  const [path = '', query = ''] = request.url.split('?');
  const canonical = [
    request.method,
    path.split('/').map(encodeAgain).join('/'),
    query === '' ? '' : query.split('&').map(canonicalPair).toSorted().join('&'),
    ...names.map((name) => `${name}:${header(name).trim().replaceAll(/ +/g, ' ')}`),
    '',
    signedHeaders,
    header('x-amz-content-sha256'),
  ].join('\n');
  const digest = createHash('sha256').update(canonical).digest('hex');
  const toSign = ['AWS4-HMAC-SHA256', header('x-amz-date'), scope, digest].join('\n');
  const key = [date, region, service, 'aws4_request'].reduce<string | Buffer>(
    (secret, part) => createHmac('sha256', secret).update(part).digest(),
    `AWS4${secretAccessKey}`,
  );
  const expected = createHmac('sha256', key).update(toSign).digest('hex');
  if (expected !== signature) throw new Error(`another signature is right for\n${canonical}`);
  return names;
}

function canonicalPair(pair: string): string {
  const [name = '', value = ''] = pair.split('=');
  return `${encodeAgain(name)}=${encodeAgain(value)}`;
}

// Unreserved characters stand, everything else is two hex digits.
function encodeAgain(text: string): string {
  const bytes = Buffer.from(decodeURIComponent(text));
  return Array.from(bytes, (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }).join('');
}
