// The first 64 KiB of a text (decompressed) -> how its documents are framed, or what foreign kind of document they are.

import { parseDocument, type Document } from '@coldhunt/core';
import type { Framing } from '../reading.ts';
import { parseBulkAction } from './bulk-action.ts';
import { measureDocument } from './measure-document.ts';
import { sniffWrapper } from './sniff-wrapper.ts';

export type TextKind =
  | { readonly kind: 'framed'; readonly framing: Exclude<Framing, 'parquet'> }
  | { readonly kind: 'refused'; readonly name: string; readonly advice: string };

const framed = (framing: Exclude<Framing, 'parquet'>): TextKind => ({ kind: 'framed', framing });

const OTLP = /^\s*\{\s*"resource(?:Logs|Spans|Metrics)"\s*:/;
/** What to do about events in Amazon Security Lake's schema. */
export const OCSF_ADVICE = 'the rules ask for ECS fields: map the events to ECS, or archive the ECS source';
const OCSF =
  /^\s*\{(?=[^]{0,16384}"class_uid"\s*:\s*\d)(?=[^]{0,16384}"(?:category_uid|type_uid|activity_id)"\s*:\s*\d)/;
const TAGGED = /^[^\t\n{]{1,100}\t[^\t\n{]{0,500}\t\s*\{/;
const SNAPSHOT_KEYS = ['uuid', 'snapshots', 'indices', 'index_metadata_identifiers', 'min_version', 'cluster_id'];

/** Decides from the head alone. Text that fits nothing counts as lines. */
export function detectFraming(head: Buffer): TextKind {
  const start = firstContent(head);
  const lead = head[start];
  if (lead === 0x5b) return refuseDocument(documentAt(head, head.indexOf(0x7b, start))) ?? framed('array');
  if (lead !== 0x7b) return framed(TAGGED.test(head.toString('latin1', start, start + 1_024)) ? 'tagged' : 'ndjson');
  const text = head.toString('latin1', start, head.length);
  if (OTLP.test(text)) return refused('OTLP', 'export the log bodies as ECS documents (body marshaler), not otlp_json');
  const lineEnd = endOfLine(head, start);
  if (parseBulkAction(head, start, lineEnd) !== null) return framed('bulk');
  const end = measureDocument(head, start, head.length);
  const refusal = end === -1 ? refuseLong(text) : refuseDocument(documentAt(head, start));
  if (refusal !== null) return refusal;
  if (sniffWrapper(head, start)) return framed('records');
  return framed(end === -1 ? frameUnended(head, start) : frameEnded(head, start, end));
}

/** The first document ends within the head: what stands between it and the next one decides. */
function frameEnded(head: Buffer, start: number, end: number): 'ndjson' | 'concatenated' {
  const isOneLine = endOfLine(head, start) >= end;
  let next = end;
  while (next < head.length && isSpace(head[next] as number)) next += 1;
  const isBroken = head.subarray(end, next).includes(0x0a);
  if (isOneLine) return !isBroken && head[next] === 0x7b ? 'concatenated' : 'ndjson';
  // It spans lines: pretty-printed, or a torn first line whose brackets happen to be closed by a later one.
  return hasWholeLine(head, start) ? 'ndjson' : 'concatenated';
}

/** The first document does not end within the head: it is long, or torn. */
function frameUnended(head: Buffer, start: number): 'ndjson' | 'concatenated' {
  const second = head[endOfLine(head, start) + 1];
  const isPretty = second !== undefined && (isSpace(second) || second === 0x22 || second === 0x7d);
  return isPretty && !hasWholeLine(head, start) ? 'concatenated' : 'ndjson';
}

/** Whether a line of the head is a document by itself. */
function hasWholeLine(head: Buffer, from: number): boolean {
  for (let start = from; start < head.length; start = endOfLine(head, start) + 1) {
    const end = endOfLine(head, start);
    if (head[start] !== 0x7b || measureDocument(head, start, end) === -1) continue;
    const rest = head.toString('latin1', measureDocument(head, start, end), end);
    if (rest.trim() === '' && documentAt(head, start) !== null) return true;
  }
  return false;
}

function documentAt(head: Buffer, start: number): Document | null {
  const end = start === -1 ? -1 : measureDocument(head, start, head.length);
  if (end === -1) return null;
  try {
    return parseDocument(head.toString('utf8', start, end));
  } catch {
    return null;
  }
}

function refuseDocument(document: Document | null): TextKind | null {
  if (document === null) return null;
  const isEcs = Object.hasOwn(document, '@timestamp') || Object.hasOwn(document, 'ecs');
  const isOcsf =
    typeof document['class_uid'] === 'number' &&
    ['category_uid', 'type_uid', 'activity_id', 'metadata'].some((key) => Object.hasOwn(document, key));
  if (isOcsf && !isEcs) return refusedOcsf();
  if (Array.isArray(document['resourceLogs'])) return refused('OTLP', 'export the log bodies as ECS documents');
  const isSnapshot =
    document['snapshots'] !== undefined &&
    document['indices'] !== undefined &&
    SNAPSHOT_KEYS.filter((key) => Object.hasOwn(document, key)).length > 2;
  if (!isSnapshot || isEcs) return null;
  return refused(
    'Elasticsearch snapshot (catalogue)',
    'restore the snapshot into Elasticsearch, and export its events',
  );
}

function refuseLong(text: string): TextKind | null {
  return OCSF.test(text) && !text.includes('"@timestamp"') ? refusedOcsf() : null;
}

function refusedOcsf(): TextKind {
  return refused('OCSF', OCSF_ADVICE);
}

function refused(name: string, advice: string): TextKind {
  return { kind: 'refused', name, advice };
}

function endOfLine(head: Buffer, start: number): number {
  const feed = head.indexOf(0x0a, start);
  return feed === -1 ? head.length : feed;
}

/** Behind a byte order mark and white space. */
function firstContent(head: Buffer): number {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && isSpace(head[at] as number)) at += 1;
  return at;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);
}
