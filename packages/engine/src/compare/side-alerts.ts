// Mode `both`: the alerts of either side as they are written, by the event that they are about. Where both sides raise one, nothing more
// has to be known of it; only the others are looked up in what the other side decided.

import { hash } from 'node:crypto';
import { compareText, type RunStore } from '@coldhunt/core';
import { partitionKey, type Match } from '../scan/output.ts';
import type { RaisedAlert } from '../reduce/raised-alert.ts';
import { LIVE_FOLDER } from '../reduce/live-side.ts';
import { SpillSorter, removeQuietly } from '../reduce/spill-sorter.ts';
import { compareEvents, decodeSideDecision, encodeSideDecision, type Side, type SideDecision } from './compare-runs.ts';

/** The reduction of a side takes away what was spilled below reduce/. */
const SPILLED = `${LIVE_FOLDER}/spill/`;

/** Of more alerts in one side only, all decisions are read: their names would not fit into memory. */
const MOST_WANTED = 2_000_000;

/** Alerts that a side lacks. */
export interface Lacking {
  readonly count: number;
  /** Whether a match shares its memory with one of them, or may. */
  hasMemory(match: Match): boolean;
  /** Whether a match is one of them, or may be. */
  hasEvent(match: Match): boolean;
  /** Whether `hasMemory` leaves out any. */
  readonly isNarrow: boolean;
}

export class SideAlerts {
  readonly #store: RunStore;
  readonly #sorter: SpillSorter<SideDecision>;

  constructor(store: RunStore, memoryChars?: number) {
    this.#store = store;
    this.#sorter = new SpillSorter(store, {
      compare: (x, y) =>
        compareEvents(x.decision, y.decision) ||
        compareText(x.side, y.side) ||
        (x.decision.tick_ms ?? 0) - (y.decision.tick_ms ?? 0),
      encode: encodeSideDecision,
      decode: decodeSideDecision,
      folder: SPILLED,
      ...(memoryChars === undefined ? {} : { memoryChars }),
    });
  }

  async add(side: Side, { match, source, tickMs }: RaisedAlert): Promise<void> {
    await this.#sorter.add({
      side,
      decision: {
        match: { ...match, explanation: [] },
        source,
        verdict: 'alert',
        ...(tickMs === null ? {} : { tick_ms: tickMs }),
        before: null,
        suppression: null,
      },
    });
  }

  /** What the sides say of one event, event by event. May be read more than once. */
  async *byEvent(): AsyncGenerator<readonly SideDecision[]> {
    let group: SideDecision[] = [];
    for await (const batch of this.#sorter.sorted()) {
      for (const entry of batch) {
        const [first] = group;
        if (first !== undefined && compareEvents(first.decision, entry.decision) !== 0) {
          yield group;
          group = [];
        }
        group.push(entry);
      }
    }
    if (group.length > 0) yield group;
  }

  async lacking(): Promise<Readonly<Record<Side, Lacking>>> {
    const found = { a: new Wanted(), b: new Wanted() };
    for await (const group of this.byEvent()) {
      for (const side of ['a', 'b'] as const) {
        const [first] = group;
        if (first !== undefined && group.every((entry) => entry.side !== side)) found[side].add(first.decision.match);
      }
    }
    return found;
  }

  /** With what others have left that died. */
  async clear(): Promise<void> {
    await this.#sorter.clear();
    for await (const paths of this.#store.list(SPILLED))
      for (const path of paths) await removeQuietly(this.#store, path);
  }
}

/** Events and memories by hashes: another one with the same hash is only looked at in vain. */
class Wanted implements Lacking {
  count = 0;
  readonly #memories = new Set<number>();
  readonly #events = new Set<number>();

  get isNarrow(): boolean {
    return this.count <= MOST_WANTED;
  }

  add(match: Match): void {
    this.count += 1;
    if (!this.isNarrow) return;
    this.#memories.add(memoryOf(match));
    this.#events.add(eventOf(match));
  }

  hasMemory(match: Match): boolean {
    return !this.isNarrow || this.#memories.has(memoryOf(match));
  }

  hasEvent(match: Match): boolean {
    return !this.isNarrow || this.#events.has(eventOf(match));
  }
}

function memoryOf(match: Match): number {
  return numberOf(`${match.rule_id}\0${match.terms === null}\0${partitionKey(match)}`);
}

function eventOf({ rule_id, term_key, evidence, position }: Match): number {
  return numberOf(`${rule_id}\0${term_key}\0${evidence.uri}\0${position}`);
}

function numberOf(text: string): number {
  return hash('sha1', text, 'buffer').readUIntBE(0, 6);
}
