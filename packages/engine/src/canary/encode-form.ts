// An event -> the bytes of an object in a form that an archive was seen to use. Null: this form cannot be written here, and why.

import { gzipSync, zstdCompressSync } from 'node:zlib';
import { stringifyDocument, type Document } from '@coldhunt/core';
import { parquetWriteBuffer } from 'hyparquet-writer';
import type { SeenForm } from './seen-forms.ts';

export type Encoded = { readonly bytes: Uint8Array } | { readonly why: string };

const INDEX = 'canary';
const STRINGS = new Set(['message', '_raw', 'log', 'value']);

export function encodeForm(event: Document, form: SeenForm): Encoded {
  if (form.framing === 'parquet') return encodeParquet(event, form);
  const document = wrap(event, form.envelope);
  if (document === null) return { why: `the envelope ${form.envelope} cannot be written` };
  const text = frame(document, form.framing);
  return text === null ? { why: `the framing ${form.framing} cannot be written` } : { bytes: compress(text, form) };
}

function wrap(event: Document, envelope: string): Document | null {
  if (envelope === 'none') return event;
  if (envelope === 'elasticdump') return { _index: INDEX, _id: INDEX, _source: event };
  if (envelope === 'es_archiver') return { type: 'doc', value: { id: INDEX, index: INDEX, source: event } };
  if (envelope === 'chainsaw') return { document: { kind: 'json', data: event } };
  return STRINGS.has(envelope) ? { [envelope]: stringifyDocument(event) } : null;
}

function frame(document: Document, framing: string): string | null {
  const text = stringifyDocument(document);
  switch (framing) {
    case 'ndjson':
      return `${text}\n`;
    case 'concatenated':
      return `${text}${text}`;
    case 'array':
      return `[${text},\n${text}]\n`;
    case 'records':
      return `{"Records":[${text},${text}]}`;
    case 'tagged':
      return `2026-01-01T00:00:00+00:00\tcanary\t${text}\n`;
    case 'bulk':
      return `{"create":{}}\n${text}\n`;
    default:
      return null;
  }
}

function compress(text: string | Uint8Array, { compression }: SeenForm): Uint8Array {
  const bytes = Buffer.from(text as string);
  return compression === 'gzip' ? gzipSync(bytes) : compression === 'zstd' ? zstdCompressSync(bytes) : bytes;
}

/** One row, with the columns that the file was seen to have, or the column that holds whole events. */
function encodeParquet(event: Document, form: SeenForm): Encoded {
  const values = new Map<string, string | number | boolean>();
  if (form.envelope === 'none') {
    for (const [field, value] of leaves(event, '')) {
      const column = form.columns[field];
      if (column === null) return { why: `no column gives ${field}` };
      const [only] = value;
      if (value.length > 1 || typeof only === 'object' || only === undefined) {
        return { why: `${field} would need several values, which a column of single values does not hold` };
      }
      // The words behind the name say how it was found.
      values.set(column?.split(' ')[0] ?? field, only as string | number | boolean);
    }
  } else values.set(form.envelope, stringifyDocument(event));
  const columnData = [...values].map(([name, value]) => ({ name, data: [value], type: typeOf(value) }));
  const bytes = new Uint8Array(parquetWriteBuffer({ columnData }));
  return { bytes: form.compression === 'none' ? bytes : compress(bytes, form) };
}

function typeOf(value: string | number | boolean): 'STRING' | 'BOOLEAN' | 'DOUBLE' | 'INT32' {
  if (typeof value === 'string') return 'STRING';
  if (typeof value === 'boolean') return 'BOOLEAN';
  return Number.isInteger(value) && Math.abs(value) < 2 ** 31 ? 'INT32' : 'DOUBLE';
}

function* leaves(event: Document, prefix: string): Generator<readonly [string, readonly unknown[]]> {
  for (const [key, value] of Object.entries(event)) {
    if (
      value !== null &&
      typeof value === 'object' &&
      !Array.isArray(value) &&
      Object.getPrototypeOf(value) === Object.prototype
    )
      yield* leaves(value as Document, `${prefix}${key}.`);
    else yield [`${prefix}${key}`, Array.isArray(value) ? value : [value]];
  }
}
