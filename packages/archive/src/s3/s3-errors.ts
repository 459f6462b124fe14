// What S3, the SDK and the network say -> our errors: what can pass (retried), what the user must mend, and never anything secret.

import { AppError, InputError, TransientError } from '@coldhunt/core';
import type { S3Failure } from './get-object.ts';
import { objectArchived, objectChanged, objectDenied, objectVanished } from '../object-errors.ts';

const THROTTLED = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'TooManyRequests',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'BandwidthLimitExceeded',
]);
const BAD_CREDENTIALS = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'SignatureDoesNotMatch',
  'RequestTimeTooSkewed',
  'CredentialsProviderError',
  'TokenProviderError',
  'AuthorizationQueryParametersError',
]);
const PASSING_CODES = new Set([
  'InternalError',
  'ServiceUnavailable',
  'RequestTimeout',
  'RequestTimeoutException',
  'OperationAborted',
  'ConditionalRequestConflict',
]);
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(?:GET|VERIFY)|ALTNAME/;
const LONGEST_MESSAGE = 400;

/** Where a failure happened, for messages. `action`: what was tried, as in `cannot list`. */
export interface FailedAt {
  readonly action: string;
  readonly uri: string;
  readonly bucket: string;
}

/** The error of a run folder, a listing, or of all objects of an archive at once. */
export function toStorageFailure(failure: S3Failure, at: FailedAt): AppError {
  const start = `cannot ${at.action} ${at.uri}`;
  const details = { uri: at.uri, status: failure.status, s3Code: failure.code };
  const said = failure.message === '' ? failure.code || `status ${failure.status}` : failure.message;
  const general = toGeneralFailure(failure, at);
  if (general !== null) return general;
  switch (failure.code) {
    case 'NoSuchBucket':
      return new InputError('STORAGE_NOT_FOUND', `${start}: there is no bucket ${at.bucket}`, { details });
    case 'InvalidBucketName':
      return new InputError('URI_INVALID', `${start}: ${at.bucket} is no bucket name`, { details });
    case 'QuotaExceeded':
    case 'XMinioStorageFull':
      return new AppError('STORAGE_FULL', `${start}: ${said}`, { details });
    case 'AccessDenied':
      return new InputError('STORAGE_DENIED', `${start}: access denied (${said})`, { details });
    default:
  }
  if (failure.status === 403 || failure.status === 401) {
    return new InputError('STORAGE_DENIED', `${start}: access denied (${said})`, { details });
  }
  if (failure.status === 404) return new InputError('STORAGE_NOT_FOUND', `${start}: ${said}`, { details });
  return new AppError('STORAGE_FAILED', `${start}: ${said}`, { details });
}

/** The error of one object, as coverage counts it; of the whole store where it is no matter of the object. */
export function toObjectFailure(failure: S3Failure, at: FailedAt, etag: string): AppError {
  const general = toGeneralFailure(failure, at);
  if (general !== null) return general;
  if (failure.code === 'NoSuchBucket') return toStorageFailure(failure, at);
  if (failure.code === 'InvalidObjectState') return objectArchived(at.uri, failure.storageClass);
  switch (failure.status) {
    case 412:
    case 416:
      return objectChanged(at.uri, null, etag);
    case 404:
      return objectVanished(at.uri);
    case 401:
    case 403:
      return objectDenied(at.uri, failure.message || 'access denied');
    default: {
      const said = failure.message || failure.code || `status ${failure.status}`;
      return new InputError('OBJECT_UNREADABLE', `the storage refused the object: ${said}`, {
        details: { uri: at.uri, status: failure.status, s3Code: failure.code },
      });
    }
  }
}

/** An error of the SDK, of undici or of the network, as a failure. Nothing else of it is kept: it can hold signed headers. */
export function toS3Failure(error: unknown): S3Failure {
  if (!(error instanceof Error)) return { ...NO_FAILURE, message: cleanMessage(String(error)) };
  const metadata = property(error, '$metadata');
  const status = property(metadata, 'httpStatusCode');
  const headers = property(property(error, '$response'), 'headers');
  const region = property(headers, 'x-amz-bucket-region') ?? property(error, 'Region');
  const storageClass = property(error, 'StorageClass');
  const inner = property(error, 'cause');
  const code = property(error, 'code') ?? property(inner, 'code');
  const isService = typeof status === 'number';
  return {
    status: isService ? status : null,
    code: cleanMessage(isService || typeof code !== 'string' ? error.name : code),
    message: messageOf(error, inner),
    region: typeof region === 'string' ? region : regionIn(error.message),
    storageClass: typeof storageClass === 'string' ? storageClass : null,
  };
}

// HEADs have no body, and the SDK then says UnknownError.
function messageOf(error: Error, inner: unknown): string {
  if (error.message !== '' && error.message !== 'UnknownError') return cleanMessage(error.message);
  return inner instanceof Error ? cleanMessage(inner.message) : '';
}

/** One short line without access keys, tokens or URLs' credentials. */
export function cleanMessage(message: string): string {
  return message
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/\b(?:AKIA|ASIA|AROA|AIDA)[A-Z0-9]{8,}\b/g, '***')
    .replaceAll(/(\/\/)[^/\s@]*@/g, '$1***@')
    .replaceAll(/(X-Amz-(?:Security-Token|Signature|Credential)=)[^&\s]*/gi, '$1***')
    .slice(0, LONGEST_MESSAGE)
    .trim();
}

/** The region that S3's own text names. */
export function regionIn(message: string): string | null {
  return /expecting '([a-z0-9-]+)'/.exec(message)?.[1] ?? null;
}

const NO_FAILURE: S3Failure = { status: null, code: '', message: '', region: null, storageClass: null };

// What concerns the server, the credentials or the region, never the one object.
function toGeneralFailure(failure: S3Failure, at: FailedAt): AppError | null {
  const { status, code } = failure;
  const start = `cannot ${at.action} ${at.uri}`;
  const said = failure.message === '' ? code || `status ${status}` : failure.message;
  const details = { uri: at.uri, status, s3Code: code };
  if (status === 429 || THROTTLED.has(code)) {
    return new TransientError('STORAGE_THROTTLED', `${start}: the storage asks to slow down (${said})`, { details });
  }
  if (status === 301 || status === 307 || code === 'PermanentRedirect' || code === 'AuthorizationHeaderMalformed') {
    return wrongRegion(failure, at);
  }
  if (BAD_CREDENTIALS.has(code)) return badCredentials(failure, at);
  if (code === 'NotImplemented' || status === 501) {
    return new AppError('STORAGE_FAILED', `${start}: the server does not offer this (${said})`, { details });
  }
  if (CERTIFICATE.test(code)) {
    const hint = 'name the authority with NODE_EXTRA_CA_CERTS=/path/to/ca.pem';
    return new InputError('STORAGE_FAILED', `${start}: the server's certificate is not trusted (${code}); ${hint}`, {
      details,
    });
  }
  if (PASSING_CODES.has(code) || status === 408 || (status !== null && status >= 500)) {
    return new TransientError('STORAGE_UNAVAILABLE', `${start}: ${said}`, { details });
  }
  if (status !== null) return null;
  if (/region is missing/i.test(failure.message)) {
    return new InputError(
      'OPTION_INVALID',
      `${start}: no region is known; give --region, set AWS_REGION or AWS_PROFILE (a profile with a region), or region of a named archive in coldhunt.yaml`,
      { details },
    );
  }
  return new TransientError('STORAGE_UNAVAILABLE', `${start}: the storage does not answer (${said})`, { details });
}

function wrongRegion(failure: S3Failure, at: FailedAt): InputError {
  const details = { uri: at.uri, bucket: at.bucket, region: failure.region };
  const told =
    failure.region === null
      ? `bucket ${at.bucket} lies in another region or at another endpoint (${failure.message || failure.code}); set region`
      : `bucket ${at.bucket} lies in region ${failure.region}; set region: ${failure.region} for this archive, or AWS_REGION=${failure.region}`;
  return new InputError('STORAGE_FAILED', `cannot ${at.action} ${at.uri}: ${told}`, { details });
}

function badCredentials(failure: S3Failure, at: FailedAt): InputError {
  const hints: Readonly<Record<string, string>> = {
    RequestTimeTooSkewed: "this machine's clock is wrong: set it (NTP)",
    CredentialsProviderError:
      'no credentials were found: set AWS_PROFILE, AWS_ACCESS_KEY_ID with AWS_SECRET_ACCESS_KEY, or a role',
    ExpiredToken: 'the session has expired: sign in again',
    ExpiredTokenException: 'the session has expired: sign in again',
  };
  const hint = hints[failure.code] ?? `the credentials were refused (${failure.code})`;
  return new InputError('STORAGE_DENIED', `cannot ${at.action} ${at.uri}: ${hint}`, {
    details: { uri: at.uri, status: failure.status, s3Code: failure.code },
  });
}

function property(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Reflect.get(value, name);
}
