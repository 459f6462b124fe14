// Hot path. Blocks of whole lines -> events. Plain NDJSON goes through the filter block by block; framings that put something before
// or between the documents, and blocks that may hold a line beyond the limit, go line by line.

import type { LineFilter, LineScan } from '@coldhunt/core';
import { parseBulkAction, type BulkAction } from '../sniff/bulk-action.ts';
import type { EventCollector } from './event-collector.ts';
import { countFeeds, isBlank, isEmpty, lastLine, markLength } from './line-bytes.ts';
import type { LongLine, PlacedBlock } from './line-blocks.ts';

const LINE_FEED = 0x0a;
const TAB = 0x09;

/** The first line that starts after each so many bytes of an object is always parsed (cli.md). */
export const SAMPLE_BYTES = 4 * 1024 * 1024;

export interface LineReaderOptions {
  readonly framing: 'ndjson' | 'tagged' | 'bulk';
  readonly filter: LineFilter | null;
  readonly maxLineBytes: number;
  /** Bulk: documents of actions that start from here on belong to others. */
  readonly ownedTo: number;
  /** The last stretch of SAMPLE_BYTES in which a line was sampled before the first block; -1: none. */
  readonly sampledStretch: number;
  /** Whether the first block begins at the start of the object, so that line numbers are known. */
  readonly isFromStart: boolean;
  /** Bulk: the first line is the document of an action that another shard owns. */
  readonly skipsDocument: boolean;
}

export class LineReader {
  readonly #collector: EventCollector;
  readonly #options: LineReaderOptions;
  readonly #scan: LineScan = {
    searched: 0,
    blank: 0,
    count: 0,
    // So short that it needs no memory of its own: most objects are small. It grows.
    starts: new Int32Array(16),
    ends: new Int32Array(16),
  };
  #bytes: Buffer = Buffer.alloc(0);
  #base = 0;
  #sampledStretch: number;
  /** Lines before `#countedFrom` in the block, and where that is: line numbers are counted only when asked for. */
  #linesBefore = 0;
  #countedFrom = 0;
  #lineStart = 0;
  #action: BulkAction | null = null;
  #isSamplePending = false;
  #skipsDocument: boolean;
  #ownedTo: number;
  /** All owned lines were read (bulk). */
  isDone = false;
  /** Bytes of the owned lines. */
  ownedBytes = 0;

  constructor(collector: EventCollector, options: LineReaderOptions) {
    this.#collector = collector;
    this.#options = options;
    this.#sampledStretch = options.sampledStretch;
    this.#skipsDocument = options.skipsDocument;
    this.#ownedTo = options.ownedTo;
  }

  read({ block, isLast }: PlacedBlock): void {
    if (block.kind === 'empty') {
      this.ownedBytes += block.end - block.offset;
      this.#linesBefore += block.count;
      this.#collector.blank(block.count);
      this.#action = null;
      this.#skipsDocument = false;
      return;
    }
    if (block.kind === 'too-long') {
      this.#readLongLine(block);
      return;
    }
    this.#bytes = block.bytes;
    this.#base = block.base;
    this.#countedFrom = block.from;
    const from = block.base + block.from === 0 ? block.from + markLength(block.bytes, block.from) : block.from;
    // The first line begins with the byte order mark, and is owned with it.
    if (from > block.from) this.#ownedTo = Math.max(this.#ownedTo, block.base + from + 1);
    // Which lines of a bulk file are owned is only known one by one.
    this.ownedBytes += (this.#options.framing === 'bulk' ? from : block.to) - block.from;
    const last = isLast ? lastLine(block.bytes, from, block.to) : block.to;
    this.#readLines(from, last);
    if (last < block.to) this.#readLines(last, block.to, true);
    this.#countTo(block.to);
  }

  #readLongLine({ offset, end }: LongLine): void {
    const isOwned = offset < this.#ownedTo || this.#action !== null;
    this.#action = null;
    this.#sampledStretch = Math.max(this.#sampledStretch, Math.floor(offset / SAMPLE_BYTES));
    this.#isSamplePending = false;
    if (!isOwned) {
      this.isDone = true;
    } else if (this.#skipsDocument) {
      this.#skipsDocument = false;
    } else {
      this.ownedBytes += end - offset;
      this.#countedFrom = this.#lineStart;
      this.#reject(offset);
      this.#linesBefore += 1;
    }
  }

  /** Reads `bytes[from, to)`, samples where a new stretch begins; `isLast`: its first line is the last one with content. */
  #readLines(from: number, to: number, isLast = false): void {
    let at = from;
    let isForced = isLast;
    while (at < to && !this.isDone) {
      const next = (this.#sampledStretch + 1) * SAMPLE_BYTES - this.#base;
      if (at >= next || isForced) {
        at = this.#readEmpty(at, to);
        if (at >= to) return;
        const end = this.#endOfLine(at, to);
        this.#sampledStretch = Math.floor((this.#base + at) / SAMPLE_BYTES);
        this.#readLine(at, end, true);
        isForced = false;
        at = end + 1;
      } else {
        const feed = next >= to ? -1 : this.#bytes.indexOf(LINE_FEED, Math.max(at, next - 1));
        const end = feed === -1 || feed >= to ? to : feed + 1;
        this.#readRegion(at, end);
        at = end;
      }
    }
  }

  /** Counts empty lines; gives where the first line with content begins. */
  #readEmpty(from: number, to: number): number {
    let at = from;
    while (at < to) {
      const end = this.#endOfLine(at, to);
      if (!isEmpty(this.#bytes, at, end)) return at;
      this.#readLine(at, end, false);
      at = end + 1;
    }
    return to;
  }

  #readRegion(from: number, to: number): void {
    const { filter, framing, maxLineBytes } = this.#options;
    if (filter !== null && framing === 'ndjson' && to - from <= maxLineBytes) {
      const scan = this.#scan;
      this.#countTo(from);
      const before = this.#linesBefore;
      filter.scan(this.#bytes, from, to, scan);
      this.#collector.searched(scan.searched);
      this.#collector.blank(scan.blank);
      for (let index = 0; index < scan.count; index += 1) {
        this.#parse(scan.starts[index] as number, scan.ends[index] as number, false, null);
      }
      // The scan has counted the lines already.
      this.#linesBefore = before + scan.searched + scan.blank + scan.count;
      this.#countedFrom = to;
      return;
    }
    const isPlain = filter === null && framing === 'ndjson';
    for (let at = from; at < to && !this.isDone;) {
      const taken = isPlain ? this.#takeLines(at, to) : at;
      if (taken === to) return;
      const end = this.#endOfLine(taken, to);
      this.#readLine(taken, end, false);
      at = end + 1;
    }
  }

  /** Takes lines from `from` on that are plainly documents, and gives where the first other one begins. */
  #takeLines(from: number, to: number): number {
    const lines = { to, base: this.#base, maxBytes: this.#options.maxLineBytes };
    this.#countTo(from);
    let at = from;
    while (at < to) {
      const end = this.#collector.takeLine(this.#bytes, at, lines);
      if (end === -1) break;
      at = Math.min(to, end + (this.#bytes[end] === LINE_FEED ? 1 : 2));
      // The last line of an object may lack its line feed.
      if (at > end) this.#linesBefore += 1;
    }
    this.#countedFrom = at;
    return at;
  }

  #readLine(start: number, end: number, isSample: boolean): void {
    const { framing, maxLineBytes } = this.#options;
    this.#lineStart = start;
    if (framing === 'bulk') {
      this.#readBulkLine(start, end, isSample);
    } else if (end - start > maxLineBytes) {
      this.#reject(this.#base + start);
    } else if (isBlank(this.#bytes, start, end)) {
      this.#collector.blank(1);
    } else if (framing === 'ndjson') {
      this.#readDocument(start, end, isSample, null);
    } else {
      const tag = this.#bytes.indexOf(TAB, start);
      const record = tag === -1 || tag >= end ? -1 : this.#bytes.indexOf(TAB, tag + 1);
      if (record !== -1 && record < end) this.#readDocument(record + 1, end, isSample, null);
      else
        this.#collector.malformed(
          this.#base + start,
          this.#line,
          'LINE_MALFORMED',
          'no time, tag and record with tabs between',
          this.#bytes.subarray(start, end),
        );
    }
  }

  /** A document belongs to the action line just before it, and to the shard that owns that line. */
  #readBulkLine(start: number, end: number, isSample: boolean): void {
    const { maxLineBytes } = this.#options;
    const action = this.#action;
    const isBeyond = this.#base + start >= this.#ownedTo;
    this.#action = null;
    if (isBeyond && action === null) {
      this.isDone = true;
      return;
    }
    const next = parseBulkAction(this.#bytes, start, end);
    if (isBeyond && next !== null) {
      this.isDone = true;
      return;
    }
    const isLineBlank = next === null && isBlank(this.#bytes, start, end);
    if (isBeyond && isLineBlank) {
      this.isDone = true;
      return;
    }
    const isSkipped = this.#skipsDocument && next === null && !isLineBlank;
    this.#skipsDocument = false;
    const isSampled = isSample || this.#isSamplePending;
    this.#isSamplePending = false;
    if (isSkipped) return;
    this.ownedBytes += end - start + (this.#bytes[end] === LINE_FEED ? 1 : 0);
    if (next !== null) {
      // Only to the very next line, so that any cut decides alike.
      this.#isSamplePending = isSample && next.action !== 'delete';
      if (next.action !== 'delete') this.#action = next;
    } else if (isLineBlank) {
      this.#collector.blank(1);
    } else if (end - start > maxLineBytes) {
      this.#reject(this.#base + start);
    } else {
      this.#readDocument(start, end, isSampled, action);
    }
  }

  #readDocument(start: number, end: number, isSample: boolean, action: BulkAction | null): void {
    const { filter } = this.#options;
    if (filter !== null && !isSample) {
      filter.scan(this.#bytes, start, end, this.#scan);
      if (this.#scan.searched === 1) {
        this.#collector.searched(1);
        return;
      }
    }
    this.#parse(start, end, isSample, action);
  }

  #parse(start: number, end: number, isSample: boolean, action: BulkAction | null): void {
    this.#lineStart = start;
    const { maxLineBytes } = this.#options;
    if (end - start > maxLineBytes) {
      this.#reject(this.#base + start);
      return;
    }
    this.#collector.parse({ bytes: this.#bytes, start, end, base: this.#base, isSample, line: this.#line, action });
  }

  #reject(offset: number): void {
    const message = `longer than ${this.#options.maxLineBytes} bytes`;
    this.#collector.malformed(offset, this.#line, 'LINE_TOO_LONG', message);
  }

  readonly #line = (): number => {
    if (!this.#options.isFromStart) return 0;
    this.#countTo(this.#lineStart);
    return this.#linesBefore + 1;
  };

  #countTo(at: number): void {
    if (at <= this.#countedFrom) return;
    this.#linesBefore += countFeeds(this.#bytes, this.#countedFrom, at);
    this.#countedFrom = at;
  }

  #endOfLine(start: number, to: number): number {
    const feed = this.#bytes.indexOf(LINE_FEED, start);
    return feed === -1 || feed >= to ? to : feed;
  }
}
