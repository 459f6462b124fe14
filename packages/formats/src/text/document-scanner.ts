// Finds the wanted values of documents without parsing them, and keeps for a while what was found of each: events point to it.

import {
  createFieldTable,
  FOUND_STEP,
  NOT_FOUND,
  type CreateValueFinder,
  type FieldPath,
  type FieldTable,
  type ValueFinder,
} from '@coldhunt/core';
import { DocumentWalker } from './document-walker.ts';
import { FieldNumbers } from './field-numbers.ts';
import { NamedScalars } from './named-scalars.ts';
import { TextCache } from './text-cache.ts';
import { wantedKeys } from './wanted-keys.ts';

/** Rounds for which a tape stays as it is: a reader takes its events before it reads on, and others may read at the same time. */
const TAPES = 4;
const FIRST_ENTRIES = 4_096;

/** What was found, FOUND_STEP numbers a value. Events know their round: when the memory is used again, they are parsed. */
export interface Tape {
  entries: Int32Array;
  round: number;
}

/** Made once for the fields of a hunt, and used for one object after another. */
export class DocumentScanner {
  readonly table: FieldTable;
  readonly numbers: FieldNumbers;
  readonly texts: TextCache;
  readonly named = new NamedScalars();
  readonly #walker: ValueFinder;
  readonly #finder: ValueFinder;
  readonly #tapes: readonly Tape[] = Array.from({ length: TAPES }, () => ({
    entries: new Int32Array(FIRST_ENTRIES),
    round: 0,
  }));
  #tape = this.#tapes[0] as Tape;
  #length = 0;
  #rounds = 0;

  /** `createFinder`: a faster finder than that in JavaScript, which looks at what the other cannot. */
  constructor(fields: readonly FieldPath[], createFinder: CreateValueFinder = () => null) {
    this.table = createFieldTable(fields);
    this.numbers = new FieldNumbers(this.table);
    this.texts = new TextCache(this.table.paths.length);
    const root = wantedKeys(this.table);
    this.#walker = new DocumentWalker(root);
    this.#finder = createFinder(root) ?? this.#walker;
  }

  /** Where the wanted values of the scanned documents stand, relative to the begin of each. */
  get tape(): Tape {
    return this.#tape;
  }

  /** The end of what is on the tape. */
  get length(): number {
    return this.#length;
  }

  /** What is on the tape now stays as it is for some rounds: then its memory is used again. */
  renew(): void {
    this.#rounds += 1;
    this.#tape = this.#tapes[this.#rounds % TAPES] as Tape;
    this.#tape.round = this.#rounds;
    this.#length = 0;
  }

  /** Notes the values of a document. False: it must be parsed, and nothing is noted. */
  scan(bytes: Uint8Array, start: number, end: number): boolean {
    let finder = this.#finder;
    let count = finder.find(bytes, start, end);
    if (count === NOT_FOUND) {
      finder = this.#walker;
      count = finder.find(bytes, start, end);
    }
    if (count < 0) return false;
    this.#keep(finder.found, count * FOUND_STEP);
    return true;
  }

  /**
   * Notes the values of a document that begins at `start` and is all of its line, which ends at `to` or before. Gives where the document ends,
   * or -1: then nothing is noted, and the line must be read by its end.
   */
  scanLine(bytes: Uint8Array, start: number, to: number): number {
    const finder = this.#finder;
    const count = finder.findLine(bytes, start, to);
    if (count < 0) return -1;
    this.#keep(finder.found, count * FOUND_STEP);
    return start + finder.documentBytes;
  }

  /** A value of the field was asked for that has no name: others will be. */
  ask(field: number): void {
    this.#finder.name(field);
  }

  #keep(found: Int32Array, length: number): void {
    if (this.#length + length > this.#tape.entries.length) this.#lengthen(this.#length + length);
    this.#tape.entries.set(found.subarray(0, length), this.#length);
    this.#length += length;
  }

  #lengthen(least: number): void {
    const longer = new Int32Array(Math.max(least, this.#tape.entries.length * 2));
    longer.set(this.#tape.entries);
    this.#tape.entries = longer;
  }
}
