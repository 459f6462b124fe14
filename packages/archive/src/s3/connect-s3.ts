// A bucket, ready to be asked: the SDK's client for everything but GETs and listings, and these two. Everything of the AWS SDK is loaded here, at the
// first use, since it takes 190 ms that a hunt over folders need not pay.

import type * as Sdk from '@aws-sdk/client-s3';
import type { S3Client, S3ClientConfig } from '@aws-sdk/client-s3';
import { createClientGet } from './client-get.ts';
import { createClientList } from './client-list.ts';
import type { GetObject } from './get-object.ts';
import type { ListPage } from './list-page.ts';
import type { S3Target } from './signed-sender.ts';
import type { S3Options } from '../archive-options.ts';

export interface S3Connection {
  readonly bucket: string;
  readonly sdk: typeof Sdk;
  readonly client: S3Client;
  readonly getObject: GetObject;
  readonly listPage: ListPage;
  close(): Promise<void>;
}

export async function connectS3(bucket: string, options: S3Options): Promise<S3Connection> {
  const sdk = await import('@aws-sdk/client-s3');
  const config = await toClientConfig(options);
  const client = new sdk.S3Client(config);
  const requesterPays = options.requesterPays === true;
  const target = options.reads === 'client' ? null : await resolveTarget(client, sdk, bucket);
  if (target === null) {
    // Reads are tried again by who reads them, not once more by the client.
    const reader = new sdk.S3Client({ ...config, maxAttempts: 1 });
    const asked = { client: reader, sdk, bucket, requesterPays };
    const close = async (): Promise<void> => {
      client.destroy();
      reader.destroy();
    };
    return { bucket, sdk, client, getObject: createClientGet(asked), listPage: createClientList(asked), close };
  }
  const [{ createSignedSender }, { createSignedGet }, { createSignedList }] = await Promise.all([
    import('./signed-sender.ts'),
    import('./signed-get.ts'),
    import('./signed-list.ts'),
  ]);
  const sender = createSignedSender({
    target,
    credentials: (asked) => client.config.credentials(asked),
    requesterPays,
    maxConnections: options.maxConnections ?? 64,
    idleMs: options.idleMs ?? IDLE_MS,
  });
  return {
    bucket,
    sdk,
    client,
    getObject: createSignedGet(sender),
    listPage: createSignedList(sender),
    async close() {
      client.destroy();
      await sender.close();
    },
  };
}

async function toClientConfig(options: S3Options): Promise<S3ClientConfig> {
  const region = options.region ?? (options.endpoint === undefined ? undefined : 'us-east-1');
  const credentials = await toCredentials(options, region);
  return {
    ...(region === undefined ? {} : { region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    ...(options.forcePathStyle === undefined ? {} : { forcePathStyle: options.forcePathStyle }),
    ...(credentials === undefined ? {} : { credentials }),
    // Old servers refuse the checksums that the SDK would add by itself, and stored bytes are verified by their hashes.
    requestChecksumCalculation: options.checksums === true ? 'WHEN_SUPPORTED' : 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 1 + (options.retries ?? 4),
    requestHandler: {
      connectionTimeout: 10_000,
      socketTimeout: options.idleMs ?? IDLE_MS,
      httpAgent: AGENT,
      httpsAgent: AGENT,
    },
  };
}

const IDLE_MS = 60_000;
const AGENT = { keepAlive: true, maxSockets: 64 } as const;

async function toCredentials(options: S3Options, region: string | undefined): Promise<S3ClientConfig['credentials']> {
  if (options.roleArn === undefined) return options.credentials;
  const { fromTemporaryCredentials } = await import('@aws-sdk/credential-providers');
  return fromTemporaryCredentials({
    params: {
      RoleArn: options.roleArn,
      RoleSessionName: 'coldhunt',
      ...(options.externalId === undefined ? {} : { ExternalId: options.externalId }),
    },
    ...(options.credentials === undefined ? {} : { masterCredentials: options.credentials }),
    clientConfig: { ...(region === undefined ? {} : { region }), ...stsEndpoint(options.endpoint) },
  });
}

// MinIO and Ceph answer AssumeRole where they answer S3; with an endpoint of AWS (a VPC's) the roles stay with AWS.
function stsEndpoint(endpoint: string | undefined): { readonly endpoint?: string } {
  if (endpoint === undefined || /(^|\.)amazonaws\.com(\.cn)?$/.test(new URL(endpoint).hostname)) return {};
  return { endpoint };
}

// Asks the SDK where it would send a GET of this bucket, without sending it: endpoint rules (virtual host or path, dual stack,
// partitions, an endpoint from the environment) stay the SDK's. Null: the plain signer cannot sign for it.
async function resolveTarget(client: S3Client, sdk: typeof Sdk, bucket: string): Promise<S3Target | null> {
  if (bucket.endsWith('--x-s3')) return null;
  const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: 'k' });
  let target: S3Target | null = null;
  command.middlewareStack.add(
    (_next, context) => async (args) => {
      target = readTarget(args.request, context);
      return { output: { $metadata: {} }, response: {} };
    },
    { step: 'build', priority: 'low', name: 'whereTo' },
  );
  await client.send(command);
  return target;
}

interface ResolvedRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
}

function readTarget(request: unknown, context: object): S3Target | null {
  if (!isResolvedRequest(request) || !request.path.endsWith('/k')) return null;
  const endpoint: unknown = Reflect.get(context, 'endpointV2');
  const scheme = firstAuthScheme(endpoint);
  if (scheme === null) return null;
  return {
    protocol: request.protocol,
    hostname: request.hostname,
    port: request.port,
    basePath: request.path.slice(0, -1),
    ...scheme,
  };
}

function isResolvedRequest(value: unknown): value is ResolvedRequest {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof Reflect.get(value, 'protocol') === 'string' &&
    typeof Reflect.get(value, 'hostname') === 'string' &&
    typeof Reflect.get(value, 'path') === 'string'
  );
}

function firstAuthScheme(endpoint: unknown): Pick<S3Target, 'signingName' | 'signingRegion'> | null {
  if (typeof endpoint !== 'object' || endpoint === null) return null;
  const properties: unknown = Reflect.get(endpoint, 'properties');
  if (typeof properties !== 'object' || properties === null) return null;
  const schemes: unknown = Reflect.get(properties, 'authSchemes');
  const scheme: unknown = Array.isArray(schemes) ? schemes[0] : undefined;
  if (typeof scheme !== 'object' || scheme === null || Reflect.get(scheme, 'name') !== 'sigv4') return null;
  const signingName: unknown = Reflect.get(scheme, 'signingName');
  const signingRegion: unknown = Reflect.get(scheme, 'signingRegion');
  if (typeof signingName !== 'string' || typeof signingRegion !== 'string') return null;
  return { signingName, signingRegion };
}
