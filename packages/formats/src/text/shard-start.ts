// What a shard that begins within an object must know of the lines before it, so that any cut gives the same samples and documents.

import type { ObjectReader } from '@coldhunt/core';
import { MAX_ACTION_BYTES, parseBulkAction } from '../sniff/bulk-action.ts';
import { SAMPLE_BYTES } from './line-reader.ts';

const WINDOW_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/**
 * The last stretch of SAMPLE_BYTES of which a line before `from` was the sample: the one that holds `from` when a line with content
 * starts in it before `from`, else the one before. Nothing is read where `from` is the border of a stretch.
 */
export async function findSampledStretch(object: ObjectReader, from: number, signal?: AbortSignal): Promise<number> {
  const stretch = Math.floor(from / SAMPLE_BYTES);
  const first = stretch * SAMPLE_BYTES;
  for (let to = from; to > first; to -= WINDOW_BYTES) {
    const at = Math.max(first, to - WINDOW_BYTES);
    // One byte before: its line feed is what starts a line at `at`. Two after: a line that starts just before the end.
    const base = Math.max(0, at - 1);
    const bytes = Buffer.from(await object.bytes({ from: base, to: Math.min(object.size, to + 2) }, signal));
    if (startsLine(bytes, base, at, to)) return stretch;
  }
  return stretch - 1;
}

/** Whether a line with content starts in [from, to). */
function startsLine(bytes: Buffer, base: number, from: number, to: number): boolean {
  if (from === 0 && hasContentAt(bytes, 0)) return true;
  let feed = bytes.indexOf(LINE_FEED, Math.max(0, from - 1 - base));
  while (feed !== -1 && base + feed + 1 < to) {
    if (hasContentAt(bytes, feed + 1)) return true;
    feed = bytes.indexOf(LINE_FEED, feed + 1);
  }
  return false;
}

function hasContentAt(bytes: Buffer, start: number): boolean {
  let at = start;
  while (bytes[at] === CARRIAGE_RETURN) at += 1;
  return at < bytes.length && bytes[at] !== LINE_FEED;
}

const ACTION_WINDOW_BYTES = MAX_ACTION_BYTES + 2;

/** Whether the first line that starts at or after `from` is the document of a bulk action that starts before it. */
export async function isAfterAction(object: ObjectReader, from: number, signal?: AbortSignal): Promise<boolean> {
  const base = Math.max(0, from - ACTION_WINDOW_BYTES);
  const to = Math.min(object.size, from + ACTION_WINDOW_BYTES);
  const bytes = Buffer.from(await object.bytes({ from: base, to }, signal));
  const end = bytes.indexOf(LINE_FEED, from - 1 - base);
  if (end === -1) return false;
  const before = from - 2 - base < 0 ? -1 : bytes.lastIndexOf(LINE_FEED, from - 2 - base);
  if (before === -1 && base > 0) return false;
  const mark = base + before === -1 && bytes.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0;
  const action = parseBulkAction(bytes, before + 1 + mark, end);
  return action !== null && action.action !== 'delete';
}
