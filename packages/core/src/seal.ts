// JSON files that one process leaves for another: their last key is the SHA-256 of all bytes before it, so that a file that is cut short
// or altered is found before anything in it is believed.

import { InputError } from './errors.ts';
import { sha256Hex } from './hash.ts';
import { FORMAT_VERSION } from './semantics-revision.ts';

const OPENING = ',"seal":"';
const TAIL_BYTES = OPENING.length + 64 + '"}\n'.length;
const TAIL = /^,"seal":"([0-9a-f]{64})"\}\n$/;
const FORMAT = /^\s*\{\s*"format":\s*(\d{1,9})\b/;

/** The text of a JSON object that has a key at least, sealed: its bytes end with `,"seal":"<SHA-256>"}` and a line feed. */
export function sealJson(text: string): Uint8Array {
  const body = text.trimEnd().slice(0, -1).trimEnd();
  return Buffer.from(`${body}${OPENING}${sha256Hex(body)}"}\n`);
}

/**
 * The sealed object's text without its seal. `path`: within the run folder. Throws InputError
 * RUN_DAMAGED, whose details name the path, and RUN_FORMAT_NEWER for what a newer version wrote.
 */
export function openSeal(bytes: Uint8Array, path: string): string {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const cut = Math.max(0, buffer.length - TAIL_BYTES);
  const sealed = TAIL.exec(buffer.toString('latin1', cut))?.[1];
  const body = buffer.subarray(0, cut);
  if (sealed !== undefined && sha256Hex(body) === sealed) return `${body.toString('utf8')}}`;
  refuseNewer(buffer, path);
  if (sealed === undefined) throw damagedFile(path, 'it is cut short or was altered: it does not end with its seal');
  throw damagedFile(path, 'it was altered: its bytes do not hash to its seal');
}

/** A newer version may seal in another way: what it wrote is not ours to call damaged. */
function refuseNewer(buffer: Buffer, path: string): void {
  const format = Number(FORMAT.exec(buffer.toString('latin1', 0, 64))?.[1] ?? 0);
  if (format <= FORMAT_VERSION) return;
  throw new InputError(
    'RUN_FORMAT_NEWER',
    `${path} has format ${format}, this version of coldhunt knows up to ${FORMAT_VERSION}: use a newer one`,
    { details: { path, format, known: FORMAT_VERSION } },
  );
}

/** A file of the run folder that does not hold what was written into it. */
export function damagedFile(path: string, why: string, cause?: unknown): InputError {
  return new InputError('RUN_DAMAGED', `${path} is damaged: ${why}`, { cause, details: { path } });
}

/** The path of a damaged file, where the error is about one. */
export function damagedPath(error: unknown): string | null {
  if (!(error instanceof InputError) || error.code !== 'RUN_DAMAGED') return null;
  const { path } = error.details;
  return typeof path === 'string' ? path : null;
}
