// What a listing holds, added up while it streams: what an estimate is made from. Its size does not grow with the archive.

import type { ListedObject } from '@coldhunt/core';
import type { KeyTime } from './layouts/layout.ts';
import { RANGE_BYTES } from './cut-shards.ts';
import { guessFormat, type GuessedFormat } from './guess-format.ts';
import type { SkipReason } from './output.ts';

const DAY_MS = 86_400_000;
/** Ten years of days; what lies beyond is one entry. */
const MOST_DAYS = 3_660;
const MOST_KINDS = 500;
/** Objects up to this size are read with one request (formats). */
const SMALL_BYTES = 1024 * 1024;
const OTHER_DAYS = 'other';

export interface KindTally {
  readonly format: GuessedFormat;
  readonly storage_class: string;
  objects: number;
  bytes: number;
  /** Objects that one request reads. */
  small_objects: number;
  /** Byte ranges that are read of the others. */
  ranges: number;
}

/** Collects. */
export class Tally {
  readonly kinds = new Map<string, KindTally>();
  readonly archived = new Map<string, KindTally>();
  readonly history = new Map<string, { objects: number; bytes: number; rules: Set<string> }>();
  readonly skipped: Partial<Record<SkipReason, { objects: number; bytes: number }>> = {};
  readonly listed = { objects: 0, bytes: 0 };
  readonly selected = { objects: 0, bytes: 0 };
  readonly undated = { objects: 0, bytes: 0 };

  list(object: ListedObject): void {
    add(this.listed, object.size);
  }

  skip(object: ListedObject, reason: SkipReason): void {
    add((this.skipped[reason] ??= { objects: 0, bytes: 0 }), object.size);
    if (reason === 'archived') addKind(this.archived, object);
  }

  /** `historyOf`: the rules that read it as history, all of its time being around the range; null: it is in range, or has no time. */
  select(object: ListedObject, keyTime: KeyTime | null, historyOf: readonly string[] | null): void {
    add(this.selected, object.size);
    addKind(this.kinds, object);
    if (keyTime === null) add(this.undated, object.size);
    else if (historyOf !== null) this.#addHistory(object.size, keyTime, historyOf);
  }

  #addHistory(bytes: number, { from }: KeyTime, rules: readonly string[]): void {
    const name = new Date(Math.floor(from / DAY_MS) * DAY_MS).toISOString().slice(0, 10);
    const day = this.history.has(name) || this.history.size < MOST_DAYS ? name : OTHER_DAYS;
    let known = this.history.get(day);
    if (known === undefined) this.history.set(day, (known = { objects: 0, bytes: 0, rules: new Set() }));
    add(known, bytes);
    for (const rule of rules) known.rules.add(rule);
  }
}

function addKind(kinds: Map<string, KindTally>, { key, size, storageClass }: ListedObject): void {
  const format = guessFormat(key);
  const name = `${format} ${storageClass}`;
  let known = kinds.get(name);
  if (known === undefined) {
    if (kinds.size >= MOST_KINDS) return;
    kinds.set(
      name,
      (known = { format, storage_class: storageClass, objects: 0, bytes: 0, small_objects: 0, ranges: 0 }),
    );
  }
  add(known, size);
  if (size <= SMALL_BYTES) known.small_objects += 1;
  else known.ranges += Math.ceil(size / RANGE_BYTES);
}

function add(sums: { objects: number; bytes: number }, bytes: number): void {
  sums.objects += 1;
  sums.bytes += bytes;
}
