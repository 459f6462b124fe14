// A document as a writer wrapped it -> the event in it (archive-layouts, section 2, rule 5). The first envelope that fits wins; a
// structural one (elasticdump, es_archiver, Chainsaw) may hold a JSON string once more.

import { isObject, parseDocument, type Document, type DocumentValue } from '@coldhunt/core';
import type { Envelope } from '../reading.ts';

export interface Unwrapped {
  readonly envelope: Envelope;
  readonly document: Document;
  readonly id: string | null;
  readonly index: string | null;
  /** The event's own JSON text, where it was a string of the envelope. */
  readonly text: string | null;
}

const STRING_ENVELOPES = ['message', '_raw', 'log', 'value'] as const;

/** Finds the event of a document; `@metadata` and `@version`, which shippers add, are taken off it. */
export function unwrapEnvelope(outer: Document): Unwrapped {
  const structural = unwrapStructure(outer);
  const inner = unwrapString(structural?.document ?? outer);
  const document = inner?.document ?? structural?.document ?? outer;
  const index = takeShipper(document);
  return {
    envelope: structural?.envelope ?? inner?.envelope ?? 'none',
    document,
    id: structural?.id ?? null,
    index: structural?.index ?? index,
    text: inner?.text ?? null,
  };
}

/** Takes `@metadata` and `@version`, which shippers add, off a document, and gives the index that they name, or null. */
export function takeShipper(document: Document): string | null {
  const shipper = Object.hasOwn(document, '@metadata') ? document['@metadata'] : undefined;
  if (shipper !== undefined) delete document['@metadata'];
  if (Object.hasOwn(document, '@version')) delete document['@version'];
  return shipperIndex(shipper, document);
}

function unwrapStructure(outer: Document): Omit<Unwrapped, 'text'> | null {
  const source = own(outer, '_source');
  if (isObject(source)) return wrapped('elasticdump', source, own(outer, '_id'), own(outer, '_index'));
  const value = own(outer, 'value');
  if (isObject(value) && isObject(own(value, 'source'))) {
    return wrapped(
      'es_archiver',
      own(value, 'source'),
      own(value, 'id'),
      own(value, 'index') ?? own(value, 'data_stream'),
    );
  }
  const holder = own(outer, 'document');
  if (isObject(holder) && isObject(own(holder, 'data'))) return wrapped('chainsaw', own(holder, 'data'), null, null);
  return null;
}

function wrapped(
  envelope: Envelope,
  document: DocumentValue | undefined,
  id: DocumentValue | undefined,
  index: DocumentValue | undefined,
): Omit<Unwrapped, 'text'> {
  return { envelope, document: document as Document, id: text(id), index: text(index) };
}

function unwrapString(outer: Document): { envelope: Envelope; document: Document; text: string | null } | null {
  for (const key of STRING_ENVELOPES) {
    const held = own(outer, key);
    if (typeof held !== 'string' || !mayBeDocument(held)) {
      if (key === 'value' && isObject(held) && isEvent(held) && !hasEventFields(outer)) {
        return { envelope: key, document: held, text: null };
      }
      continue;
    }
    if (hasEventFields(outer)) return null;
    const document = parseEvent(held);
    if (document !== null) return { envelope: key, document, text: held };
  }
  return null;
}

/** Cheap look before the parser: most messages are sentences. */
function mayBeDocument(held: string): boolean {
  return /^\s*\{/.test(held) && /\}\s*$/.test(held);
}

function parseEvent(held: string): Document | null {
  try {
    const document = parseDocument(held);
    return isEvent(document) ? document : null;
  } catch {
    return null;
  }
}

function isEvent(document: Document): boolean {
  return (
    Object.hasOwn(document, '@timestamp') ||
    Object.hasOwn(document, 'ecs') ||
    Object.hasOwn(document, 'ecs.version') ||
    hasEventFields(document)
  );
}

function hasEventFields(document: Document): boolean {
  if (isObject(own(document, 'event'))) return true;
  return Object.keys(document).some((key) => key.startsWith('event.'));
}

/** Beats name themselves in `@metadata`: their default index is `<beat>-<version>`. A data stream of the event itself says more. */
function shipperIndex(shipper: DocumentValue | undefined, document: Document): string | null {
  if (!isObject(shipper)) return null;
  const raw = text(own(shipper, 'raw_index'));
  if (raw !== null) return raw;
  if (Object.keys(document).some((key) => key === 'data_stream' || key.startsWith('data_stream.'))) return null;
  const beat = text(own(shipper, 'beat'));
  const version = text(own(shipper, 'version'));
  return beat !== null && version !== null ? `${beat}-${version}` : null;
}

function own(document: Document, key: string): DocumentValue | undefined {
  return Object.hasOwn(document, key) ? document[key] : undefined;
}

function text(value: DocumentValue | undefined): string | null {
  return typeof value === 'string' ? value : null;
}
