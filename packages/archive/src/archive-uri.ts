// `s3://bucket/prefix`, `file:///folder` or a path -> where that is; and back: the URI of an object. One encoding for both kinds, that
// of node's pathToFileURL, so that hive keys stay readable and every URI is one printable line.

import { posix, resolve, sep } from 'node:path';
import { InputError } from '@coldhunt/core';

export type ArchivePlace =
  | { readonly kind: 's3'; readonly bucket: string; /** Decoded; may be empty. */ readonly prefix: string }
  /** Absolute path in bytes, since names need not be UTF-8. */
  | { readonly kind: 'folder'; readonly path: Buffer };

// What does not stand in a URI path as it is, beside everything beyond ASCII.
const ENCODED = /[\p{Cc} "#%<>?[\]\\^`{|}~]/u;
/** A path of which nothing is encoded: nearly every key of an archive. */
const PLAIN = /^[!$&'()*+,./0-9:;=@A-Z_a-z-]*$/;
const KEPT_BYTES = Array.from({ length: 128 }, (_, byte) => !ENCODED.test(String.fromCharCode(byte)));
const BUCKET = /^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/;
const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;
const EXPECTED = 's3://bucket/prefix, file:///folder or a path';

/** Reads a URI as people type it. Throws URI_INVALID with what was expected. */
export function parseArchiveUri(uri: string, cwd?: string): ArchivePlace {
  if (uri === '') throw invalid(uri, 'it is empty');
  const scheme = SCHEME.exec(uri)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const meant = s3UriIn(uri);
    if (meant !== null) throw invalid(uri, `did you mean ${meant}?`);
    return { kind: 'folder', path: absolutePath(uri, cwd) };
  }
  const rest = uri.slice(scheme.length + 3);
  if (scheme === 's3') return parseS3(uri, rest);
  if (scheme === 'file') {
    if (!rest.startsWith('/')) throw invalid(uri, 'a file URI has three slashes');
    return { kind: 'folder', path: normalPath(decodeBytes(uri, rest)) };
  }
  const meant = s3UriIn(uri);
  throw invalid(uri, `${scheme}:// is not supported${meant === null ? '' : `: did you mean ${meant}?`}`);
}

/** What a misspelled URI, an ARN or an address of a bucket means; null: none of these. A folder of such a name is `./s3:`. */
function s3UriIn(uri: string): string | null {
  const [, bucket, key = ''] =
    /^s3(?::\/?|\/\/)([^/]+)(\/.*)?$/is.exec(uri) ??
    /^arn:aws[\w-]*:s3:::([^/]+)(\/.*)?$/is.exec(uri) ??
    /^https?:\/\/([a-z\d.-]+?)\.s3[\w.-]*\.amazonaws\.com(?:\.cn)?(\/.*)?$/is.exec(uri) ??
    [];
  return bucket === undefined || !BUCKET.test(bucket) ? null : `s3://${bucket}${key}`;
}

/** `s3://bucket/key`, each segment of the key percent-encoded. */
export function toS3Uri(bucket: string, key: string): string {
  return `s3://${bucket}/${PLAIN.test(key) ? key : encodeUriPath(Buffer.from(key))}`;
}

/** `file:///path` of an absolute path in bytes. */
export function toFileUri(path: Buffer): string {
  return `file://${sep === '\\' ? '/' : ''}${encodeUriPath(path)}`;
}

/** Percent-encodes the bytes of a path; slashes stay. */
export function encodeUriPath(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    text +=
      KEPT_BYTES[byte] === true ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}

/** The bytes that a percent-encoded path stands for. */
export function decodeBytes(uri: string, encoded: string): Buffer {
  if (/%(?![0-9A-Fa-f]{2})/.test(encoded)) throw invalid(uri, 'a % is not followed by two hex digits: write % as %25');
  const parts = encoded.split(/((?:%[0-9A-Fa-f]{2})+)/);
  return Buffer.concat(
    parts.map((part, index) => (index % 2 === 1 ? Buffer.from(part.replaceAll('%', ''), 'hex') : Buffer.from(part))),
  );
}

function parseS3(uri: string, rest: string): ArchivePlace {
  const slash = rest.indexOf('/');
  const bucket = slash < 0 ? rest : rest.slice(0, slash);
  if (bucket.includes('@')) throw new InputError('URI_INVALID', `an s3:// URI holds no credentials: ${redactUri(uri)}`);
  if (!BUCKET.test(bucket)) throw invalid(uri, `"${bucket}" is no bucket name`);
  const prefix = decodeBytes(uri, slash < 0 ? '' : rest.slice(slash + 1));
  const text = prefix.toString();
  if (!Buffer.from(text).equals(prefix)) throw invalid(uri, 'its key is not UTF-8');
  return { kind: 's3', bucket, prefix: text };
}

/** Takes a user name and password out of a URI, for messages. */
function redactUri(uri: string): string {
  return uri.replace(/^([A-Za-z][A-Za-z0-9+.-]*:\/\/)[^/]*@/, '$1***@');
}

function absolutePath(path: string, cwd: string | undefined): Buffer {
  if (path.includes('\0')) throw invalid(path, 'a path holds no NUL');
  const resolved = cwd === undefined ? resolve(path) : resolve(cwd, path);
  return Buffer.from(sep === '\\' ? resolved.replaceAll('\\', '/') : resolved);
}

// latin1 maps bytes to characters one to one: path rules look at ASCII only.
function normalPath(path: Buffer): Buffer {
  if (path.includes(0)) throw new InputError('URI_INVALID', 'a path holds no NUL');
  const normal = posix.normalize(path.toString('latin1'));
  return Buffer.from(normal.length > 1 && normal.endsWith('/') ? normal.slice(0, -1) : normal, 'latin1');
}

function invalid(uri: string, reason: string): InputError {
  const shown = JSON.stringify(redactUri(uri));
  return new InputError('URI_INVALID', `cannot use ${shown}: ${reason}; expected ${EXPECTED}`, {
    details: { uri: redactUri(uri), reason },
  });
}
