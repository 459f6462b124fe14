// Terms -> windows of three bytes in eight buckets (after Teddy of Hyperscan): for each place of a window two tables of nibbles
// say which buckets take a byte, so that 16 places are tested at once. Terms of one or two bytes leave the first places open.

import { byteShare } from './byte-shares.ts';
import type { PlacedTerm } from './plan-probes.ts';
import { foldAt, spellingsAt, type SearchTerm } from './search-term.ts';
import { runShare, sharesOf } from './term-shares.ts';

const BUCKETS = 8;
const PLACES = 3;
const MAX_SORTED = 256;
const MAX_SHARED = 64;

export interface ClassPlan {
  /** For each place 16 low nibbles, then 16 high ones, a bit for each bucket. */
  readonly tables: Uint8Array;
  /** Terms of three bytes and more, by the first byte of their window. */
  readonly placed: readonly PlacedTerm[];
  /** Shorter terms, by their last byte. */
  readonly short: readonly PlacedTerm[];
  /** The share of places that pass. */
  readonly share: number;
  /** How many terms are compared at a place, on average over all places. */
  readonly compared: number;
}

/** The bytes that may stand at each place; null: any. */
type Window = readonly (readonly number[] | null)[];

/** Windows are chosen so that few places of ordinary events pass. */
export function planClasses(terms: readonly SearchTerm[]): ClassPlan {
  const short = terms.filter(({ bytes }) => bytes.length < PLACES);
  const longer = terms.filter(({ bytes }) => bytes.length >= PLACES);
  const placed = placeWindows(longer);
  const windows = new Map<number, Window>();
  for (const term of short) windows.set(-1 - windows.size, shortWindow(term));
  for (const { term, at } of placed) windows.set(windowKey(term, at), windowAt(term, at));
  const buckets = Array.from({ length: BUCKETS }, () => new Bucket());
  const ordered = [...windows.values()].map((window) => ({ window, share: new Bucket().shareWith(window) }));
  ordered.sort((a, b) => b.share - a.share);
  for (const [index, { window }] of ordered.entries()) {
    // When there are that many, nearly every place passes anyway.
    (index < MAX_SORTED ? cheapestFor(buckets, window) : (buckets[index % BUCKETS] as Bucket)).add(window);
  }
  const tables = new Uint8Array(PLACES * 32);
  for (const [index, bucket] of buckets.entries()) bucket.write(tables, 1 << index);
  return {
    tables,
    placed,
    compared: placed.reduce((sum, { term, at }) => sum + runShare(sharesOf(term), at, PLACES), 0),
    short: short.map((term) => ({ term, at: term.bytes.length - 1 })),
    share: Math.min(
      1,
      buckets.reduce((sum, bucket) => sum + bucket.share, 0),
    ),
  };
}

/** For each term its rarest window, where one that some terms share counts for all of them, and one that very many share is costly. */
function placeWindows(terms: readonly SearchTerm[]): readonly PlacedTerm[] {
  const uses = new Map<number, number>();
  const keys = terms.map((term) =>
    Array.from({ length: term.bytes.length - PLACES + 1 }, (_, at) => windowKey(term, at)),
  );
  for (const own of keys) for (const key of new Set(own)) uses.set(key, (uses.get(key) ?? 0) + 1);
  return terms.map((term, index) => {
    const shares = sharesOf(term);
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (const [at, key] of (keys[index] ?? []).entries()) {
      const cost = runShare(shares, at, PLACES) * useFactor(uses.get(key) as number);
      if (cost >= least) continue;
      least = cost;
      best = at;
    }
    return { term, at: best };
  });
}

/** Shared windows leave room in the buckets, but all terms that share one are compared wherever it stands. */
function useFactor(uses: number): number {
  return uses <= MAX_SHARED ? 1 / uses : uses / MAX_SHARED ** 2;
}

function windowAt(term: SearchTerm, at: number): Window {
  return Array.from({ length: PLACES }, (_, place) => spellingsAt(term, at + place));
}

/** The same for windows that take the same texts. */
function windowKey(term: SearchTerm, at: number): number {
  let key = 0;
  for (let place = at; place < at + PLACES; place += 1) {
    key = key * 512 + (term.bytes[place] as number) * 2 + (foldAt(term, place) === 0 ? 0 : 1);
  }
  return key;
}

function shortWindow(term: SearchTerm): Window {
  const open = PLACES - term.bytes.length;
  return Array.from({ length: PLACES }, (_, place) => (place < open ? null : spellingsAt(term, place - open)));
}

function cheapestFor(buckets: readonly Bucket[], window: Window): Bucket {
  let best = buckets[0] as Bucket;
  let least = Number.POSITIVE_INFINITY;
  for (const bucket of buckets) {
    const more = bucket.shareWith(window) - bucket.share;
    if (more < least) {
      least = more;
      best = bucket;
    }
  }
  return best;
}

/** The nibbles that a bucket takes at each place. */
class Bucket {
  readonly #low = new Uint16Array(PLACES);
  readonly #high = new Uint16Array(PLACES);
  share = 0;

  shareWith(window: Window): number {
    let share = 1;
    for (const [place, bytes] of window.entries()) {
      const [low, high] = this.#nibblesWith(place, bytes);
      share *= crossShare(low, high);
    }
    return share;
  }

  add(window: Window): void {
    this.share = this.shareWith(window);
    for (const [place, bytes] of window.entries()) {
      const [low, high] = this.#nibblesWith(place, bytes);
      this.#low[place] = low;
      this.#high[place] = high;
    }
  }

  write(tables: Uint8Array, bit: number): void {
    for (let place = 0; place < PLACES; place += 1) {
      for (let nibble = 0; nibble < 16; nibble += 1) {
        if (((this.#low[place] as number) >> nibble) & 1)
          tables[place * 32 + nibble] = (tables[place * 32 + nibble] as number) | bit;
        if (((this.#high[place] as number) >> nibble) & 1)
          tables[place * 32 + 16 + nibble] = (tables[place * 32 + 16 + nibble] as number) | bit;
      }
    }
  }

  #nibblesWith(place: number, bytes: readonly number[] | null): readonly [number, number] {
    if (bytes === null) return [0xffff, 0xffff];
    let low = this.#low[place] as number;
    let high = this.#high[place] as number;
    for (const byte of bytes) {
      low |= 1 << (byte & 15);
      high |= 1 << (byte >> 4);
    }
    return [low, high];
  }
}

/** How much of a text is bytes with these nibbles. */
function crossShare(low: number, high: number): number {
  let share = 0;
  for (let upper = 0; upper < 16; upper += 1) {
    if (((high >> upper) & 1) === 0) continue;
    for (let lower = 0; lower < 16; lower += 1) if ((low >> lower) & 1) share += byteShare((upper << 4) | lower);
  }
  return Math.min(1, share);
}
