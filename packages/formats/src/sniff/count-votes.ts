// The head of a text -> how many of its lines or documents parse under each framing. Each pass is linear in the head.

import { parseDocument, type Document } from '@coldhunt/core';
import { DocumentSplitter } from '../documents/document-splitter.ts';
import type { Framing } from '../reading.ts';
import { isPadding } from '../text/line-bytes.ts';
import { parseBulkAction } from './bulk-action.ts';
import { content, linesOf, recordOf } from './head-lines.ts';
import { sniffWrapper } from './sniff-wrapper.ts';

export type TextFraming = Exclude<Framing, 'parquet'>;

interface Ballot {
  votes: number;
  /** The first document that parses under the framing. */
  first: Document | null;
}

export type Votes = Readonly<Record<TextFraming, Ballot>>;

const LINE_FEED = 0x0a;
const OPEN = 0x7b;
const CLOSE = 0x7d;

/**
 * Counts, for text that begins at `start`: lines (ndjson, tagged), actions and their documents (bulk), entries before the first fault
 * (array, records), and documents that do not stand alone on a line (concatenated).
 */
export function countVotes(head: Buffer, start: number): Votes {
  const none = (): Ballot => ({ votes: 0, first: null });
  const votes = {
    array: none(),
    records: none(),
    bulk: none(),
    tagged: none(),
    ndjson: none(),
    concatenated: none(),
  };
  if (head[start] === 0x5b) countEntries(head, 'array', votes.array);
  if (head[start] === OPEN && sniffWrapper(head, start)) countEntries(head, 'records', votes.records);
  countLines(head, start, votes);
  countDocuments(head, votes);
  for (const entries of [votes.array, votes.records]) {
    if (entries.votes === 0) continue;
    // Its entries, found one by one.
    entries.votes += votes.concatenated.votes;
    votes.concatenated.votes = 0;
  }
  return votes;
}

function countEntries(head: Buffer, framing: 'array' | 'records', ballot: Ballot): void {
  for (const entry of new DocumentSplitter({ framing, maxLineBytes: head.length }).push(head, 0)) {
    if (!('bytes' in entry)) return;
    vote(ballot, parse(entry.bytes, 0, entry.bytes.length));
  }
}

function countLines(head: Buffer, from: number, { ndjson, tagged, bulk, records }: Votes): void {
  let actions = 0;
  let orphans = 0;
  let isBehindAction = false;
  for (const [start, end] of linesOf(head, from)) {
    const line = content(head, start, end);
    if (head[line.start] !== OPEN) {
      const record = recordOf(head, line.start, line.end);
      if (record !== -1) vote(tagged, parseLine(head, record, line.end));
      isBehindAction = false;
      continue;
    }
    const action = parseBulkAction(head, start, end);
    const document = line.isAtMargin ? parseLine(head, line.start, line.end) : null;
    if (document !== null && action === null && sniffWrapper(head.subarray(0, line.end), line.start)) {
      records.votes += records.votes > 0 ? 1 : 0;
      continue;
    }
    vote(ndjson, document);
    if (action !== null) actions += 1;
    else if (document !== null) {
      vote(bulk, document);
      if (!isBehindAction) orphans += 1;
    }
    isBehindAction = action !== null && action.action !== 'delete';
  }
  bulk.votes = actions >= orphans ? bulk.votes + actions : 0;
}

function countDocuments(head: Buffer, { concatenated }: Votes): void {
  for (const entry of new DocumentSplitter({ framing: 'concatenated', maxLineBytes: head.length }).push(head, 0)) {
    if (!('bytes' in entry)) continue;
    const { bytes, offset } = entry;
    if (isAlone(head, offset, offset + bytes.length) || sniffWrapper(bytes, 0)) continue;
    vote(concatenated, parse(bytes, 0, bytes.length));
  }
}

/** Whether a document has a line of its own, from column 0 on. */
function isAlone(head: Buffer, start: number, end: number): boolean {
  if (head.subarray(start, end).includes(LINE_FEED)) return false;
  const isAtMargin = start === 0 || head[start - 1] === LINE_FEED || head[start - 1] === 0 || head[start - 1] === 0xbf;
  let at = end;
  while (at < head.length && head[at] !== LINE_FEED && isPadding(head[at] as number)) at += 1;
  return isAtMargin && (at === head.length || head[at] === LINE_FEED);
}

/** What a line holds, where that is one document. */
function parseLine(head: Buffer, start: number, end: number): Document | null {
  return head[end - 1] === CLOSE ? parse(head, start, end) : null;
}

export function parse(bytes: Buffer, start: number, end: number): Document | null {
  try {
    return parseDocument(bytes.toString('utf8', start, end));
  } catch {
    return null;
  }
}

function vote(ballot: Ballot, document: Document | null): void {
  if (document === null) return;
  ballot.votes += 1;
  ballot.first ??= document;
}
