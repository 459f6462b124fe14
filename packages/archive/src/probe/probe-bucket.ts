// What can be told of a bucket before anything is listed: credentials, region, clock.

import { InputError, type AppError } from '@coldhunt/core';
import { runCheck, type ProbeResult } from './probe-result.ts';
import type { S3Connection } from '../s3/connect-s3.ts';
import { toReadError } from '../s3/read-range.ts';
import { toS3Failure, toStorageFailure, type FailedAt } from '../s3/s3-errors.ts';

/** S3 refuses what is signed a quarter of an hour off; a clock that drifts is told before. */
const MOST_SKEW_MS = 5 * 60_000;

const NETWORK = 'check the endpoint (--s3-endpoint), the network, and proxies on the way';

export interface BucketProbe {
  readonly at: FailedAt;
  readonly connect: () => Promise<S3Connection>;
  readonly nowMs: () => number;
}

export async function probeBucket(probe: BucketProbe): Promise<ProbeResult[]> {
  const { at } = probe;
  const credentials = await runCheck(
    {
      check: 'credentials',
      expected: 'credentials from the environment, a profile or a role',
      mends: {
        default:
          'set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; with role_arn check its trust policy and external_id',
        OPTION_INVALID: 'set region: <region> for this archive in coldhunt.yaml, or AWS_REGION',
      },
    },
    async () => {
      try {
        await (await probe.connect()).client.config.credentials();
        return 'found';
      } catch (error) {
        throw toReadError(error, { at });
      }
    },
  );
  if (!credentials.ok) return [credentials];
  const head = await headBucket(await probe.connect());
  const region = await runCheck(
    {
      check: 'region',
      expected: 'the bucket is in the region that is configured',
      mends: {
        STORAGE_NOT_FOUND: `check the name: ${at.bucket}; with a server of your own also --s3-endpoint and --s3-force-path-style`,
        STORAGE_DENIED: `allow s3:ListBucket on arn:aws:s3:::${at.bucket}`,
        STORAGE_UNAVAILABLE: NETWORK,
        STORAGE_FAILED:
          head.region === null
            ? 'set region for this archive'
            : `set region: ${head.region} for this archive in coldhunt.yaml, or AWS_REGION=${head.region}`,
        default: NETWORK,
      },
    },
    async () => {
      if (head.error !== null) throw toHeadFailure(head.error, at);
      const configured = await (await probe.connect()).client.config.region();
      if (head.region !== null && head.region !== configured) {
        throw new InputError('STORAGE_FAILED', `bucket ${at.bucket} is in ${head.region}, configured is ${configured}`);
      }
      return head.region ?? `${configured} (the server does not tell)`;
    },
  );
  return [credentials, region, ...clockOf(head.dateMs, probe.nowMs())];
}

/** What the server's clock says against this machine's. */
function clockOf(serverMs: number | null, nowMs: number): ProbeResult[] {
  if (serverMs === null) return [];
  const skewMs = nowMs - serverMs;
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  const ok = Math.abs(skewMs) <= MOST_SKEW_MS;
  return [
    {
      check: 'clock',
      ok,
      found: seconds <= 1 ? 'the same as the server' : `${seconds} s ${skewMs > 0 ? 'ahead of' : 'behind'} the server`,
      expected: 'within 5 minutes of the server',
      mend: ok ? null : "set this machine's clock: timedatectl set-ntp true",
    },
  ];
}

// A HEAD has no body to say why.
function toHeadFailure(error: unknown, at: FailedAt): AppError {
  const failure = toS3Failure(error);
  const code = failure.status === 404 ? 'NoSuchBucket' : failure.code;
  const message = failure.status === 403 ? 'without saying why' : failure.message;
  return toStorageFailure({ ...failure, code, message }, { ...at, action: 'reach' });
}

interface BucketHead {
  readonly region: string | null;
  readonly dateMs: number | null;
  readonly error: unknown;
}

async function headBucket(connection: S3Connection): Promise<BucketHead> {
  const command = new connection.sdk.HeadBucketCommand({ Bucket: connection.bucket });
  let headers: unknown;
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const response: unknown = answer.response;
      if (typeof response === 'object' && response !== null) headers = Reflect.get(response, 'headers');
      return answer;
    },
    { step: 'deserialize', priority: 'low', name: 'keepHeaders' },
  );
  let error: unknown = null;
  try {
    await connection.client.send(command);
  } catch (caught) {
    error = caught;
  }
  const dateMs = Date.parse(headerOf(headers, 'date') ?? '');
  return { region: headerOf(headers, 'x-amz-bucket-region'), dateMs: Number.isNaN(dateMs) ? null : dateMs, error };
}

function headerOf(headers: unknown, name: string): string | null {
  if (typeof headers !== 'object' || headers === null) return null;
  const value: unknown = Reflect.get(headers, name);
  return typeof value === 'string' ? value : null;
}
