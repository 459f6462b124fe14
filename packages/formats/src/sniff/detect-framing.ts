// The first 64 KiB of a text (decompressed) -> how its documents are framed, or what foreign kind of document they are.

import type { Document } from '@coldhunt/core';
import { isPadding } from '../text/line-bytes.ts';
import { parseBulkAction } from './bulk-action.ts';
import { countVotes, parse, type TextFraming } from './count-votes.ts';
import { content, linesOf, recordOf } from './head-lines.ts';
import { refusedDocument, type RefusedDocument } from './foreign-formats.ts';
import { measureDocument } from './measure-document.ts';
import { sniffWrapper } from './sniff-wrapper.ts';

export type TextKind = { readonly kind: 'framed'; readonly framing: TextFraming } | RefusedDocument;

/** Of framings with as many votes the first of these is taken: the one that knows more about the text. */
const ORDER: readonly TextFraming[] = ['array', 'records', 'bulk', 'tagged', 'ndjson', 'concatenated'];

const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_ARRAY = 0x5b;
/** What may stand right within the bracket of an array of documents. */
const OPENINGS: readonly number[] = [OPEN, OPEN_ARRAY, 0x5d];

const OTLP = /^\s*\{\s*"resource(?:Logs|Spans|Metrics)"\s*:/;
const OCSF =
  /^\s*\{(?=[^]{0,16384}"class_uid"\s*:\s*\d)(?=[^]{0,16384}"(?:category_uid|type_uid|activity_id)"\s*:\s*\d)/;
const SNAPSHOT_KEYS = ['uuid', 'snapshots', 'indices', 'index_metadata_identifiers', 'min_version', 'cluster_id'];

/**
 * Decides from the head alone: the framing under which the most lines or documents of it parse, so that damage at the beginning, or
 * anywhere, does not decide. Where nothing parses (one document longer than the head, text of another kind) its first bytes decide.
 */
export function detectFraming(head: Buffer): TextKind {
  const start = firstContent(head);
  const text = head.toString('latin1', start, start + 64 * 1024);
  if (OTLP.test(text)) return refusedDocument('OTLP');
  const lead = head[start] === OPEN ? documentAt(head, start) : null;
  if (lead !== null && isLineByLine(head, start)) return refuseDocument(lead) ?? { kind: 'framed', framing: 'ndjson' };
  const votes = countVotes(head, start);
  const most = Math.max(...ORDER.map((framing) => votes[framing].votes));
  const framing = most === 0 ? guess(head, start) : ORDER.find((each) => votes[each].votes === most);
  if (framing === undefined) return { kind: 'framed', framing: 'ndjson' };
  const refusal = refuseDocument(lead) ?? refuseDocument(votes[framing].first);
  return refusal ?? (lead === null && head[start] === OPEN ? refuseLong(text) : null) ?? { kind: 'framed', framing };
}

/** The common case, known without parsing: the first line is one document, every other one is braced, and none is a bulk action. */
function isLineByLine(head: Buffer, start: number): boolean {
  if (measureDocument(head, start, head.length) !== content(head, start, endOfLine(head, start)).end) return false;
  if (sniffWrapper(head.subarray(0, endOfLine(head, start)), start)) return false;
  for (const [from, end] of linesOf(head, start)) {
    const line = content(head, from, end);
    const isCut = end === head.length && from > start;
    if (head[line.start] !== OPEN || (head[line.end - 1] !== CLOSE && !isCut)) return false;
    if (parseBulkAction(head, from, end) !== null) return false;
  }
  return true;
}

/** Nothing in the head parses. */
function guess(head: Buffer, start: number): TextFraming {
  if (head[start] === OPEN_ARRAY) {
    const next = content(head, start + 1, head.length).start;
    return next === head.length || OPENINGS.includes(head[next] as number) ? 'array' : 'ndjson';
  }
  if (head[start] !== OPEN) return recordOf(head, start, head.length) === -1 ? 'ndjson' : 'tagged';
  if (sniffWrapper(head, start)) return 'records';
  const second = head[endOfLine(head, start) + 1];
  const isPretty = second !== undefined && (isPadding(second) || second === 0x22 || second === CLOSE);
  return isPretty ? 'concatenated' : 'ndjson';
}

function documentAt(head: Buffer, start: number): Document | null {
  const end = measureDocument(head, start, head.length);
  return end === -1 ? null : parse(head, start, end);
}

function refuseDocument(document: Document | null): TextKind | null {
  if (document === null) return null;
  const isEcs = Object.hasOwn(document, '@timestamp') || Object.hasOwn(document, 'ecs');
  const isOcsf =
    typeof document['class_uid'] === 'number' &&
    ['category_uid', 'type_uid', 'activity_id', 'metadata'].some((key) => Object.hasOwn(document, key));
  if (isOcsf && !isEcs) return refusedDocument('OCSF');
  if (Array.isArray(document['resourceLogs'])) return refusedDocument('OTLP');
  const isSnapshot =
    document['snapshots'] !== undefined && SNAPSHOT_KEYS.filter((key) => Object.hasOwn(document, key)).length > 2;
  if (!isSnapshot || isEcs) return null;
  return refusedDocument('Elasticsearch snapshot (catalogue)');
}

function refuseLong(text: string): TextKind | null {
  return OCSF.test(text) && !text.includes('"@timestamp"') ? refusedDocument('OCSF') : null;
}

function endOfLine(head: Buffer, start: number): number {
  const feed = head.indexOf(0x0a, start);
  return feed === -1 ? head.length : feed;
}

/** Behind a byte order mark, white space and NULs. */
function firstContent(head: Buffer): number {
  let at = head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0;
  while (at < head.length && isPadding(head[at] as number)) at += 1;
  return at;
}
