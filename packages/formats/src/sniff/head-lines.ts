// The lines of the head of a text, without what may stand around their documents.

import { isPadding } from '../text/line-bytes.ts';

const LINE_FEED = 0x0a;
const TAGGED = /^[^\t\n{]{1,100}\t[^\t\n{]{0,500}\t[\s\0]*\{/;
const TAG_BYTES = 1_024;

/** Lines with content, as [start, end). */
export function* linesOf(head: Buffer, from: number): Generator<readonly [number, number]> {
  for (let start = from; start < head.length;) {
    const feed = head.indexOf(LINE_FEED, start);
    const end = feed === -1 ? head.length : feed;
    const line = content(head, start, end);
    if (line.start < line.end) yield [start, end];
    start = end + 1;
  }
}

/** A line without the white space and NULs around it. */
export function content(
  head: Buffer,
  start: number,
  end: number,
): { readonly start: number; readonly end: number; readonly isAtMargin: boolean } {
  let first = start;
  let last = end;
  let isAtMargin = true;
  for (; first < last && isPadding(head[first] as number); first += 1) isAtMargin = head[first] === 0;
  while (last > first && isPadding(head[last - 1] as number)) last -= 1;
  return { start: first, end: last, isAtMargin };
}

/** Where the record of a line `time<TAB>tag<TAB>{…}` begins; -1: it is none. */
export function recordOf(head: Buffer, start: number, end: number): number {
  const lead = head.toString('latin1', start, Math.min(end, start + TAG_BYTES));
  const match = TAGGED.exec(lead);
  return match === null ? -1 : start + match[0].length - 1;
}
