// STS GetCallerIdentity, signed as everything else is. It needs no right, and no client of its own: one request, a few lines of XML.

import { SignatureV4 } from '@smithy/signature-v4';
import type { S3Credentials } from '../archive-options.ts';
import { connectS3 } from '../s3/connect-s3.ts';
import { NodeSha256 } from '../s3/node-sha256.ts';
import type { AskIdentityOptions, CallerIdentity } from './ask-identity.ts';

const BODY = 'Action=GetCallerIdentity&Version=2011-06-15';
const TYPE = 'application/x-www-form-urlencoded; charset=utf-8';
const WITHIN_MS = 3_000;
const LONGEST_ANSWER_CHARS = 64 * 1024;

export async function askStore(bucket: string, options: AskIdentityOptions): Promise<Partial<CallerIdentity>> {
  let credentials: S3Credentials;
  let region: string;
  try {
    const connection = await connectS3(bucket, options.s3 ?? {});
    try {
      credentials = await connection.client.config.credentials();
      region = await connection.client.config.region();
    } finally {
      await connection.close();
    }
  } catch {
    // Without credentials nobody asks; the listing says it in full.
    return {};
  }
  const known: Partial<CallerIdentity> = { told_by: 'access-key', access_key_id: credentials.accessKeyId };
  try {
    const endpoint = new URL(options.stsEndpoint ?? endpointOf(options.s3?.endpoint, region));
    const answer = await ask(endpoint, { credentials, region, signal: options.signal });
    const arn = elementOf(answer, 'Arn');
    return arn === null ? known : { ...known, told_by: 'sts', arn, account: elementOf(answer, 'Account') };
  } catch {
    // Servers that are not AWS often know no STS: who signs is known all the same.
    return known;
  }
}

function endpointOf(s3Endpoint: string | undefined, region: string): string {
  if (s3Endpoint !== undefined && !/(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(s3Endpoint).hostname)) return s3Endpoint;
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

interface Asking {
  readonly credentials: S3Credentials;
  readonly region: string;
  readonly signal: AbortSignal | undefined;
}

async function ask(endpoint: URL, { credentials, region, signal }: Asking): Promise<string> {
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: NodeSha256 });
  const signed = await signer.sign({
    method: 'POST',
    protocol: endpoint.protocol,
    hostname: endpoint.hostname,
    ...(endpoint.port === '' ? {} : { port: Number(endpoint.port) }),
    path: '/',
    query: {},
    headers: { host: endpoint.host, 'content-type': TYPE },
    body: BODY,
  });
  const timeout = AbortSignal.timeout(WITHIN_MS);
  const answer = await fetch(new URL('/', endpoint), {
    method: 'POST',
    headers: signed.headers,
    body: BODY,
    redirect: 'error',
    signal: signal === undefined ? timeout : AbortSignal.any([timeout, signal]),
  });
  return answer.ok ? (await answer.text()).slice(0, LONGEST_ANSWER_CHARS) : '';
}

function elementOf(xml: string, name: string): string | null {
  return new RegExp(`<${name}>([\\x21-\\x7e]{1,2048}?)</${name}>`).exec(xml)?.[1] ?? null;
}
