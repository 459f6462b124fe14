// Chunks of a text -> blocks of whole lines. A shard owns the lines that *start* in its range, so that a line on a border is read once.
// A block is held back until it is known whether any line follows it: the last line of an object is always parsed.

import type { ChunkMemory } from '@coldhunt/core';

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

interface LineBlock {
  readonly kind: 'lines';
  readonly bytes: Buffer;
  /** The lines are `bytes[from, to)`, each with its line feed; the last line of the object may lack it. */
  readonly from: number;
  readonly to: number;
  /** Offset of `bytes[0]` in the object. */
  readonly base: number;
}

/** A line that is longer than the limit; its bytes were passed over. */
export interface LongLine {
  readonly kind: 'too-long';
  readonly offset: number;
  /** Offset behind its line feed. */
  readonly end: number;
}

/** Empty lines that follow the last line so far: only counted, so that a gigabyte of them takes no memory. */
interface EmptyLines {
  readonly kind: 'empty';
  readonly offset: number;
  readonly end: number;
  readonly count: number;
}

export interface PlacedBlock {
  readonly block: LineBlock | LongLine | EmptyLines;
  /** No line of the object but empty ones comes after it. */
  readonly isLast: boolean;
}

export interface LineBlockOptions {
  /** Offset of the first chunk in the object. */
  readonly base: number;
  /** The chunks begin within a line of another shard: pass over everything up to the first line feed. */
  readonly skipsFirst: boolean;
  /** Only lines that start before this offset are given. */
  readonly ownedTo: number;
  /** Empty lines that start from here on are not counted. */
  readonly emptyTo: number;
  readonly maxLineBytes: number;
  /** Where chunks go when the block that was made of them has been read. */
  readonly memory?: Pick<ChunkMemory, 'giveBack'> | undefined;
}

/** Gives the lines of `chunks` in order. Chunks are kept until the next is known: they must not be overwritten before they are given back. */
export async function* readLineBlocks(
  chunks: AsyncIterable<Uint8Array>,
  options: LineBlockOptions,
): AsyncGenerator<PlacedBlock> {
  const cutter = new LineCutter(options);
  let held: LineBlock | LongLine | null = null;
  let empty: EmptyLines | null = null;
  const ending: Ending = { failure: null };
  for await (const chunk of withEnd(chunks, ending)) {
    const bytes = chunk === null ? null : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
    const blocks = bytes === null ? cutter.end() : cutter.push(bytes);
    for (const block of blocks) {
      if (held !== null && block.kind === 'lines' && !hasContent(block.bytes, block.from, block.to)) {
        empty = addEmpty(empty, block, options.emptyTo);
        continue;
      }
      if (held !== null) yield { block: held, isLast: false };
      if (held?.kind === 'lines') options.memory?.giveBack(held.bytes);
      if (empty !== null) yield { block: empty, isLast: false };
      empty = null;
      held = block;
    }
    // Of a chunk within a long line, or of empty lines, nothing is held: else a line would take as much memory as it is long.
    if (bytes !== null && !(held?.kind === 'lines' && held.bytes === bytes)) options.memory?.giveBack(bytes);
    if (cutter.isContentBeyond) break;
  }
  if (held !== null) yield { block: held, isLast: !cutter.isContentBeyond };
  if (empty !== null) yield { block: empty, isLast: false };
  if (ending.failure !== null) throw ending.failure.error;
}

interface Ending {
  failure: { readonly error: unknown } | null;
}

/** The chunks, then null. An error waits until the lines before it were given: the readable part of a damaged object counts. */
async function* withEnd(chunks: AsyncIterable<Uint8Array>, ending: Ending): AsyncGenerator<Uint8Array | null> {
  try {
    yield* chunks;
  } catch (error) {
    ending.failure = { error };
  }
  yield null;
}

function addEmpty(empty: EmptyLines | null, { bytes, from, to, base }: LineBlock, emptyTo: number): EmptyLines {
  let { end, count } = empty ?? { end: base + from, count: 0 };
  for (let start = from; start < to && base + start < emptyTo;) {
    // Byte by byte: the next line feed is near.
    while (start < to && bytes[start] !== LINE_FEED) start += 1;
    start = Math.min(to, start + 1);
    count += 1;
    end = base + start;
  }
  return { kind: 'empty', offset: empty?.offset ?? base + from, end, count };
}

class LineCutter {
  readonly #options: LineBlockOptions;
  #offset: number;
  #isSkipping: boolean;
  #carry: Buffer[] = [];
  #carryBytes = 0;
  #longLine: number | null = null;
  /** All owned lines were given. */
  #isPast = false;
  isContentBeyond = false;

  constructor(options: LineBlockOptions) {
    this.#options = options;
    this.#offset = options.base;
    this.#isSkipping = options.skipsFirst;
  }

  push(bytes: Buffer): (LineBlock | LongLine)[] {
    const base = this.#offset;
    this.#offset += bytes.length;
    const found: (LineBlock | LongLine)[] = [];
    let from = this.#isPast ? 0 : this.#finishOpenLine(bytes, base, found);
    // No line starts in the range: the one that another shard owns goes on beyond it.
    if (this.#isSkipping && this.#offset >= this.#options.emptyTo) this.isContentBeyond = true;
    if (from === -1) return found;
    if (!this.#isPast) {
      const border = this.#options.ownedTo - 1 - base;
      const cut = border < bytes.length ? bytes.indexOf(LINE_FEED, Math.max(from, border)) : -1;
      const to = (cut === -1 ? bytes.lastIndexOf(LINE_FEED) : cut) + 1;
      if (to > from) found.push({ kind: 'lines', bytes, from, to, base });
      from = Math.max(from, to);
      if (cut === -1) this.#keep(bytes.subarray(from), base + from);
      else this.#isPast = true;
    }
    if (this.#isPast) this.isContentBeyond ||= hasContent(bytes, from, bytes.length);
    return found;
  }

  /** What is left when there are no more chunks: the last line without a line feed. */
  end(): (LineBlock | LongLine)[] {
    if (this.#longLine !== null) return [{ kind: 'too-long', offset: this.#longLine, end: this.#offset }];
    if (this.#carryBytes === 0) return [];
    const bytes = Buffer.concat(this.#carry);
    return [{ kind: 'lines', bytes, from: 0, to: bytes.length, base: this.#offset - bytes.length }];
  }

  /** Ends what the chunks before left open. Gives where the first whole line begins, or -1 when there is none in this chunk. */
  #finishOpenLine(bytes: Buffer, base: number, found: (LineBlock | LongLine)[]): number {
    const isOpen = this.#isSkipping || this.#longLine !== null || this.#carryBytes > 0;
    if (!isOpen) return 0;
    const feed = bytes.indexOf(LINE_FEED);
    if (feed === -1) {
      if (!this.#isSkipping && this.#longLine === null) this.#keep(bytes, base);
      return -1;
    }
    if (this.#longLine !== null) {
      found.push({ kind: 'too-long', offset: this.#longLine, end: base + feed + 1 });
    } else if (this.#carryBytes > 0) {
      const line = Buffer.concat([...this.#carry, bytes.subarray(0, feed + 1)]);
      found.push({ kind: 'lines', bytes: line, from: 0, to: line.length, base: base + feed + 1 - line.length });
    }
    this.#isSkipping = false;
    this.#longLine = null;
    this.#carry = [];
    this.#carryBytes = 0;
    if (base + feed + 1 >= this.#options.ownedTo) this.#isPast = true;
    return feed + 1;
  }

  #keep(rest: Buffer, offset: number): void {
    if (rest.length === 0) return;
    const lineStart = offset - this.#carryBytes;
    this.#carryBytes += rest.length;
    if (this.#carryBytes > this.#options.maxLineBytes) {
      this.#longLine = lineStart;
      this.#carry = [];
      this.#carryBytes = 0;
    } else {
      this.#carry.push(Buffer.from(rest));
    }
  }
}

function hasContent(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (bytes[at] !== LINE_FEED && bytes[at] !== CARRIAGE_RETURN) return true;
  return false;
}
