// XML bytes -> elements as they open and close, as much of XML as S3's answers need: no tree is made, and only the text of elements
// without children is kept, each in a string of its own (nothing holds on to the whole). What declares entities is refused.

const OPEN = 0x3c;
const CLOSE = 0x3e;
const SLASH = 0x2f;
const DEEPEST = 16;
const LONGEST_NAME = 100;
const NAME = /^(?:[\w.-]+:)?[A-Za-z_][\w.-]*$/;
const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

export interface XmlSink {
  /** `depth` of the root is 1. Names come without their namespace. */
  open(name: string, depth: number): void;
  /** `text` is empty where the element has children. */
  close(name: string, depth: number, text: string): void;
}

/** What is wrong with a document. `isCutShort`: it ends before its root does. */
export class XmlError extends Error {
  readonly isCutShort: boolean;

  constructor(problem: string, at: number, isCutShort = false) {
    super(`${problem} at byte ${at}`);
    this.name = 'XmlError';
    this.isCutShort = isCutShort;
  }
}

/** Walks one document in UTF-8. Throws XmlError. */
export function readXml(bytes: Buffer, sink: XmlSink): void {
  const opened: string[] = [];
  let at = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
  let text = '';
  let isLeaf = false;
  let isOver = false;
  const close = (name: string): void => {
    sink.close(name, opened.length, isLeaf ? text : '');
    opened.pop();
    text = '';
    isLeaf = false;
    isOver = opened.length === 0;
  };
  while (at < bytes.length) {
    const found = bytes.indexOf(OPEN, at);
    const tagAt = found < 0 ? bytes.length : found;
    if (opened.length === 0) checkBlank(bytes, at, tagAt);
    else if (isLeaf && tagAt > at) text += toText(bytes, at, tagAt);
    if (found < 0) break;
    const next = bytes[tagAt + 1];
    if (next === 0x21 || next === 0x3f) {
      const part = skipMarkup(bytes, tagAt);
      if (isLeaf && part.text !== null) text += part.text;
      at = part.end;
      continue;
    }
    const end = tagEnd(bytes, tagAt + 1);
    at = end + 1;
    if (next === SLASH) {
      const name = nameOf(bytes, tagAt + 2, end);
      if (opened.at(-1) !== name) throw new XmlError(`</${name}> closes what is not open`, tagAt);
      close(name);
      continue;
    }
    if (isOver) throw new XmlError('a second root', tagAt);
    if (opened.length >= DEEPEST) throw new XmlError(`elements nested deeper than ${DEEPEST}`, tagAt);
    const isEmpty = bytes[end - 1] === SLASH;
    const name = nameOf(bytes, tagAt + 1, isEmpty ? end - 1 : end);
    opened.push(name);
    sink.open(name, opened.length);
    text = '';
    isLeaf = true;
    if (isEmpty) close(name);
  }
  if (!isOver) throw new XmlError('the document ends early', bytes.length, true);
}

function checkBlank(bytes: Buffer, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09)
      throw new XmlError('text outside of the document', at);
  }
}

// The place of the `>` that ends a tag: one in a quoted attribute does not.
function tagEnd(bytes: Buffer, from: number): number {
  let quote = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (quote !== 0) {
      if (byte === quote) quote = 0;
    } else if (byte === 0x22 || byte === 0x27) quote = byte;
    else if (byte === CLOSE) return at;
    else if (byte === OPEN) throw new XmlError('a < inside of a tag', at);
  }
  throw new XmlError('the document ends early', bytes.length, true);
}

// Attributes say nothing that a listing needs.
function nameOf(bytes: Buffer, from: number, to: number): string {
  let end = from;
  while (end < to && (bytes[end] ?? 0) > 0x20) end += 1;
  const spelt = end - from > LONGEST_NAME ? '' : bytes.toString('latin1', from, end);
  if (!NAME.test(spelt)) throw new XmlError('a tag without a name', from);
  const colon = spelt.indexOf(':');
  return colon < 0 ? spelt : spelt.slice(colon + 1);
}

// Declarations and comments say nothing; CDATA is text.
function skipMarkup(bytes: Buffer, at: number): { readonly end: number; readonly text: string | null } {
  const [start, stop] =
    bytes[at + 1] === 0x3f ? ['<?', '?>'] : startsWith(bytes, at, '<!--') ? ['<!--', '-->'] : ['<![CDATA[', ']]>'];
  if (!startsWith(bytes, at, start)) {
    if (bytes.length - at < start.length) throw new XmlError('the document ends early', bytes.length, true);
    throw new XmlError('a declaration that no answer of S3 holds', at);
  }
  const from = at + start.length;
  const found = bytes.indexOf(stop, from, 'latin1');
  if (found < 0) throw new XmlError('the document ends early', bytes.length, true);
  return { end: found + stop.length, text: start === '<![CDATA[' ? bytes.toString('utf8', from, found) : null };
}

function startsWith(bytes: Buffer, at: number, start: string): boolean {
  return bytes.toString('latin1', at, at + start.length) === start;
}

function toText(bytes: Buffer, from: number, to: number): string {
  const whole = bytes.toString('utf8', from, to);
  if (!whole.includes('&')) return whole;
  // Every ETag stands between two of these.
  const raw = whole.replaceAll('&quot;', '"');
  if (!raw.includes('&')) return raw;
  return raw.replaceAll(/&(?:#x([0-9A-Fa-f]{1,6});|#([0-9]{1,7});|([a-z]{1,4});)?/g, (_, hex, decimal, name) => {
    if (typeof name === 'string') {
      const known = NAMED[name];
      if (known !== undefined) return known;
    }
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff);
    if (!isCharacter) throw new XmlError('an entity that nobody declared', from);
    return String.fromCodePoint(code);
  });
}
