// Which bytes of a line are content. One meaning for the framing's vote, the line reader and the parser.

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const TAB = 0x09;

/** What may stand around a document: white space, and NULs, which a crash leaves before the next write. */
export function isPadding(byte: number): boolean {
  return byte === 0x00 || byte === 0x20 || (byte >= TAB && byte <= CARRIAGE_RETURN);
}

function isBreak(byte: number): boolean {
  return byte === LINE_FEED || byte === CARRIAGE_RETURN;
}

/** Nothing but carriage returns: such a line is never the last one of an object. */
export function isEmpty(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] !== CARRIAGE_RETURN) return false;
  return true;
}

/** Nothing but white space. */
export function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== TAB && byte !== CARRIAGE_RETURN) return false;
  }
  return true;
}

/** Length of the byte order mark that stands here, or 0. */
export function markLength(bytes: Buffer, at: number): number {
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf ? 3 : 0;
}

export function countFeeds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED, from); at !== -1 && at < to; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

/** Where the last line with content begins in `bytes[from, to)`; `to` when there is none. */
export function lastLine(bytes: Buffer, from: number, to: number): number {
  let end = to;
  while (end > from && isBreak(bytes[end - 1] as number)) end -= 1;
  if (end === from) return to;
  return Math.max(from, bytes.lastIndexOf(LINE_FEED, end - 1) + 1);
}
