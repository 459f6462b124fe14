// Content hashes and the canonical JSON text that is hashed.

import { createHash } from 'node:crypto';
import { Timestamp, scalarText, type DocumentValue } from './scalar.ts';
import { isObject } from './event-view.ts';

export function sha256Hex(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/**
 * JSON with keys in UTF-16 order, no spaces, nulls of objects dropped, integers in decimal, doubles as ECMAScript prints them, times
 * as ISO 8601 UTC at their column's precision (cli.md, coldhunt.evidence).
 */
export function canonicalJson(value: DocumentValue): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${value.map((entry) => canonicalJson(entry)).join(',')}]`;
  if (isObject(value)) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== null && entry !== undefined)
      .toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  if (typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  return value instanceof Timestamp ? JSON.stringify(value.columnText()) : scalarText(value);
}
