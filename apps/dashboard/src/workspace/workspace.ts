// All hunts and watches of a place, as they were a moment ago. It looks when somebody asks, each thing as often as it can change and as what
// it costs to look allows, so that neither thousands of runs nor large ones make a page dear.
//
// what                          looked at again
// which runs there are          after 5 s, or 20 times as long as it took
// a hunt that is under way      after 2 s, or 20 times as long as it took
// a hunt that is over           after a minute (it may be reopened, or pruned), a few at a time
// a watch                       after 15 s, or 20 times as long as it took

import { createHash } from 'node:crypto';
import { compareText, toAppError, type RunStore } from '@coldhunt/core';
import { folderStore } from '@coldhunt/watch';
import { FIND_LIMITS, findPlaces, type FindLimits, type Place } from './find-places.ts';
import { isOver, readHunt, type HuntView } from './hunt-view.ts';
import { Pace } from './pace.ts';
import { readWatchView, type WatchView } from './watch-view.ts';
import { within } from './within.ts';

/** What a page is made of. */
export interface Sight {
  readonly uri: string;
  /** The newest first. */
  readonly hunts: readonly HuntView[];
  readonly watches: readonly WatchView[];
  /** Found, and not read yet: they follow with the next looks. */
  readonly unread: number;
  /** There may be more runs than are shown. */
  readonly isCut: boolean;
  /** Why the store did not answer the last time; null: it did. */
  readonly problem: string | null;
  readonly atMs: number;
}

export interface WorkspaceOptions {
  readonly store: RunStore;
  readonly now?: () => number;
  readonly limits?: FindLimits;
  /** A look ends after so long, and the next one goes on. Milliseconds. Default 1,500. */
  readonly lookForMs?: number;
}

const FIND_EVERY_MS = 5000;
const HUNT_EVERY_MS = 2000;
const OVER_EVERY_MS = 60_000;
const WATCH_EVERY_MS = 15_000;
const LOOK_EVERY_MS = 1000;
const LOOK_FOR_MS = 1500;
/** Nobody waits longer for a store that is slow: what is known is shown. */
const WAITS_MS = 3000;
const READS = 8;
/** Of hunts that are over, at a look. */
const OVER_AT_ONCE = 20;

export class Workspace {
  readonly store: RunStore;
  readonly #now: () => number;
  readonly #limits: FindLimits;
  readonly #lookForMs: number;
  readonly #places = new Map<string, Place>();
  readonly #hunts = new Map<string, HuntView>();
  readonly #watches = new Map<string, WatchView>();
  readonly #pace = new Pace();
  #isCut = false;
  #problem: string | null = null;
  #looking: Promise<Sight> | null = null;
  #last: Sight | null = null;

  constructor({ store, now = Date.now, limits = FIND_LIMITS, lookForMs = LOOK_FOR_MS }: WorkspaceOptions) {
    this.store = store;
    this.#now = now;
    this.#limits = limits;
    this.#lookForMs = lookForMs;
  }

  /** At most once a second; whoever asks meanwhile gets the same. Never throws: `problem` tells. */
  async look(): Promise<Sight> {
    if (this.#last !== null && this.#now() - this.#last.atMs < LOOK_EVERY_MS) return this.#last;
    this.#looking ??= this.#lookAnew().finally(() => (this.#looking = null));
    const sight = await within(this.#looking, WAITS_MS);
    return sight === 'late' ? this.#sight() : sight;
  }

  /** The run folder at a path that was found; null: there is none. */
  open(path: string): RunStore | null {
    return this.#places.has(path) ? this.#storeAt(path) : null;
  }

  /** What was read of a hunt, as soon as possible anew: something was done to it. */
  forget(path: string): void {
    const known = this.#hunts.get(path);
    if (known !== undefined) this.#hunts.set(path, { ...known, readAtMs: 0, tookMs: 0 });
    this.#last = null;
  }

  async #lookAnew(): Promise<Sight> {
    const startedMs = this.#now();
    const until = startedMs + this.#lookForMs;
    try {
      await this.#pace.every('find', FIND_EVERY_MS, this.#now, () => this.#find());
      const due = [...this.#dueHunts(startedMs), ...this.#dueWatches(startedMs)];
      await this.#readAll(due, until);
      this.#problem = null;
    } catch (error) {
      const { message, code } = toAppError(error);
      this.#problem = `${message} (${code})`;
    }
    this.#last = this.#sight();
    return this.#last;
  }

  async #find(): Promise<void> {
    const { places, isCut } = await findPlaces(this.store, this.#places, this.#limits);
    this.#isCut = isCut;
    for (const place of places) this.#places.set(place.path, place);
    if (isCut) return;
    const found = new Set(places.map(({ path }) => path));
    for (const path of this.#places.keys()) {
      if (found.has(path)) continue;
      this.#places.delete(path);
      this.#hunts.delete(path);
      this.#watches.delete(path);
    }
  }

  /** Unread ones first, then those under way, then a few of the others. */
  #dueHunts(nowMs: number): readonly (() => Promise<void>)[] {
    const unread: string[] = [];
    const under: HuntView[] = [];
    const over: HuntView[] = [];
    for (const { path, kind } of this.#places.values()) {
      if (kind !== 'run') continue;
      const known = this.#hunts.get(path);
      if (known === undefined) unread.push(path);
      else if (isDue(known, isOver(known.state) ? OVER_EVERY_MS : HUNT_EVERY_MS, nowMs))
        (isOver(known.state) ? over : under).push(known);
    }
    const oldest = over.toSorted((a, b) => a.readAtMs - b.readAtMs).slice(0, OVER_AT_ONCE);
    const again = [...under.toSorted((a, b) => a.readAtMs - b.readAtMs), ...oldest].map(({ path }) => path);
    // Names of runs begin with their time: what is new is read first.
    return [...unread.toSorted().toReversed(), ...again].map((path) => async () => {
      this.#hunts.set(path, await readHunt(this.#storeAt(path), path, this.#now));
    });
  }

  #dueWatches(nowMs: number): readonly (() => Promise<void>)[] {
    return [...this.#places.values()].flatMap(({ path, kind }) => {
      const known = this.#watches.get(path) ?? null;
      if (kind !== 'watch' || (known !== null && !isDue(known, WATCH_EVERY_MS, nowMs))) return [];
      const read = async (): Promise<void> => {
        this.#watches.set(path, await readWatchView(this.#storeAt(path), path, { now: this.#now, known }));
      };
      return [read];
    });
  }

  async #readAll(reads: readonly (() => Promise<void>)[], untilMs: number): Promise<void> {
    const waiting = reads[Symbol.iterator]();
    const work = async (): Promise<void> => {
      for (const read of waiting) {
        await read();
        if (this.#now() >= untilMs) return;
      }
    };
    await Promise.all(Array.from({ length: READS }, work));
  }

  #sight(): Sight {
    const places = [...this.#places.values()];
    const hunts = [...this.#hunts.values()];
    return {
      uri: this.store.uri,
      hunts: hunts.toSorted((a, b) => compareText(beganAt(b), beganAt(a)) || compareText(b.path, a.path)),
      watches: [...this.#watches.values()].toSorted((a, b) => compareText(a.path, b.path)),
      unread: places.length - hunts.length - this.#watches.size,
      isCut: this.#isCut,
      problem: this.#problem,
      atMs: this.#now(),
    };
  }

  #storeAt(path: string): RunStore {
    return path === '' ? this.store : folderStore(this.store, `${path}/`);
  }
}

/** What names a run or watch in an address: names of folders are nobody's to trust. */
export function idOf(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}

/** When it was last asked for, else listed; '' where nothing says so. */
export function beganAt({ asked, plan }: HuntView): string {
  return asked?.at ?? plan?.listed_at ?? '';
}

function isDue(
  { readAtMs, tookMs }: { readonly readAtMs: number; readonly tookMs: number },
  everyMs: number,
  nowMs: number,
): boolean {
  return nowMs - readAtMs >= Math.max(everyMs, 20 * tookMs);
}
