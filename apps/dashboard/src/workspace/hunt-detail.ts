// What only the page of one hunt tells: its shards one by one, who works on them, what went wrong with them. Kept for the hunts that were
// looked at last; of many failures and tries some are read at each look, so that no look is dear.

import { InputError, type RunStore } from '@coldhunt/core';
import { failedPath, listShardMarks, readRecord, statsPath, type ShardMark } from '@coldhunt/engine';
import { heatMap, type HeatMap } from './heat-map.ts';
import type { HuntView } from './hunt-view.ts';
import { countErrors, type ErrorCount } from './outcome.ts';
import { Pace } from './pace.ts';
import { readPlanIndex, type PlanIndex } from './plan-index.ts';
import { within } from './within.ts';

/** A process or thread that has worked on the hunt, by what it left in the run folder. */
interface PastWorker {
  readonly name: string;
  readonly shards: number;
  readonly bytes: number;
  readonly events: number;
  /** When it ended a shard for the last time. Milliseconds. */
  readonly lastMs: number;
  readonly lastShard: string;
}

export interface HuntDetail {
  readonly plan: PlanIndex | null;
  readonly heat: HeatMap | null;
  readonly errors: readonly ErrorCount[];
  /** Failed shards whose record was not read yet, or is beyond the limit. */
  readonly errorsUnread: number;
  readonly workers: readonly PastWorker[];
  /** Why shards cannot be shown. */
  readonly problem: string | null;
}

const KEPT = 16;
/** A page does not wait longer for its shards: they follow while it is looked at. */
const WAITS_MS = 2000;
const MAP_EVERY_MS = 1000;
const LIST_EVERY_MS = 2000;
const READS_AT_A_LOOK = 40;
const MOST_FAILURES = 1000;
const MOST_WORKERS = 200;

interface Known {
  readonly name: string;
  readonly pace: Pace;
  plan: PlanIndex | null;
  heat: HeatMap | null;
  refreshing: Promise<string | null> | null;
  marks: ReadonlyMap<string, Readonly<ShardMark>>;
  readonly failures: Map<string, readonly { uri: string; reason: string | null; message: string | null }[]>;
  readonly stats: Set<string>;
  readonly workers: Map<string, PastWorker>;
}

export class HuntDetails {
  readonly #known = new Map<string, Known>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** `running`: ids of shards that somebody has, as Redis tells. Throws what the storage throws. */
  async read(view: HuntView, store: RunStore, running: ReadonlySet<string>): Promise<HuntDetail> {
    const known = this.#take(view);
    if (view.plan === null) {
      return { plan: null, heat: null, errors: [], errorsUnread: 0, workers: [], problem: null };
    }
    known.refreshing ??= this.#refresh(known, store, running).finally(() => (known.refreshing = null));
    const told = await within(known.refreshing, WAITS_MS);
    const problem =
      told === 'late' && known.heat === null ? 'Its shards are being read: they follow in a moment.' : told;
    const failed = [...known.marks.values()].filter(({ state }) => state === 'failed').length;
    const read = [...known.failures.values()].flat();
    return {
      plan: known.plan,
      heat: known.heat,
      errors: view.outcome?.errors ?? countErrors(read),
      errorsUnread: view.outcome === null ? Math.max(0, failed - known.failures.size) : 0,
      workers: [...known.workers.values()].toSorted((a, b) => b.lastMs - a.lastMs),
      problem: problem === 'late' ? null : problem,
    };
  }

  /** Tells what of the run folder is damaged; null: nothing. */
  async #refresh(known: Known, store: RunStore, running: ReadonlySet<string>): Promise<string | null> {
    try {
      known.plan ??= await readPlanIndex(store);
      await known.pace.every('list', LIST_EVERY_MS, this.#now, async () => {
        known.marks = await listShardMarks(store);
        await readFailures(known, store);
        await readWorkers(known, store);
      });
      // Of 100,000 shards it takes a moment of this thread: as rarely as it is long.
      await known.pace.every('map', MAP_EVERY_MS, this.#now, async () => {
        known.heat = known.plan === null ? null : heatMap(known.plan, known.marks, running);
      });
      return null;
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      return `${error.message} (${error.code})`;
    }
  }

  #take({ path, run }: HuntView): Known {
    const name = `${path}\0${run?.run_id ?? ''}\0${run?.generation ?? 0}`;
    const known = this.#known.get(name) ?? {
      name,
      pace: new Pace(),
      plan: null,
      heat: null,
      refreshing: null,
      marks: new Map(),
      failures: new Map(),
      stats: new Set(),
      workers: new Map(),
    };
    this.#known.delete(name);
    this.#known.set(name, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > KEPT && oldest !== undefined) this.#known.delete(oldest);
    return known;
  }
}

async function readFailures(known: Known, store: RunStore): Promise<void> {
  const wanted: (readonly [string, number])[] = [];
  for (const [id, { state, failedGeneration }] of known.marks) {
    if (state !== 'failed') known.failures.delete(id);
    else if (failedGeneration !== null && !known.failures.has(id)) wanted.push([id, failedGeneration]);
  }
  const room = Math.max(0, MOST_FAILURES - known.failures.size);
  await Promise.all(
    wanted.slice(0, Math.min(READS_AT_A_LOOK, room)).map(async ([id, generation]) => {
      const record = await readRecord(store, { shard_id: id, path: failedPath(id, generation) }).catch(() => null);
      known.failures.set(id, record?.objects.filter(({ state }) => state === 'failed') ?? []);
    }),
  );
}

async function readWorkers(known: Known, store: RunStore): Promise<void> {
  const wanted = [...known.marks].filter(([id, { tries }]) => tries > 0 && !known.stats.has(id));
  await Promise.all(
    wanted.slice(0, READS_AT_A_LOOK).map(async ([id, { tries }]) => {
      const stats = parseStats(await store.get(statsPath(id, tries)));
      known.stats.add(id);
      if (stats === null || (known.workers.size >= MOST_WORKERS && !known.workers.has(stats.name))) return;
      const before = known.workers.get(stats.name);
      const isLater = before === undefined || stats.endedMs > before.lastMs;
      known.workers.set(stats.name, {
        name: stats.name,
        shards: (before?.shards ?? 0) + 1,
        bytes: (before?.bytes ?? 0) + stats.bytes,
        events: (before?.events ?? 0) + stats.events,
        lastMs: isLater ? stats.endedMs : before.lastMs,
        lastShard: isLater ? id : before.lastShard,
      });
    }),
  );
}

interface Stats {
  readonly name: string;
  readonly bytes: number;
  readonly events: number;
  readonly endedMs: number;
}

/** null: it is none that can be understood. */
function parseStats(body: Uint8Array | null): Stats | null {
  if (body === null) return null;
  try {
    const value = JSON.parse(Buffer.from(body).toString('utf8')) as Readonly<Record<string, unknown>>;
    const { worker, bytes, events, seconds, started_at: startedAt } = value;
    const endedMs = Date.parse(String(startedAt)) + 1000 * Number(seconds);
    if (typeof worker !== 'string' || !Number.isFinite(endedMs)) return null;
    return { name: worker.slice(0, 200), bytes: Number(bytes) || 0, events: Number(events) || 0, endedMs };
  } catch {
    return null;
  }
}
