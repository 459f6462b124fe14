// A place that holds runs -> what each of them is, one at a time.

import { AppError, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import { readCustody } from '../custody/custody-file.ts';
import { finishedRun, readRun } from '../question/output.ts';
import { readTombstone } from './tombstone.ts';

export interface ListedRun {
  /** Below the place; empty: the place itself. */
  readonly path: string;
  readonly run_id: string | null;
  /** `exported`: what `evidence export` copied of a finished run. `unreadable`: run.json is damaged, or a newer version's. */
  readonly state: 'finished' | 'unfinished' | 'exported' | 'pruned' | 'unreadable';
  /** When the archive was listed, or the run was pruned; null: unknown. */
  readonly listed_at: string | null;
  /** What its age is counted from: the end of the hunt, else its listing. */
  readonly ended_at: string | null;
  readonly alerts: number | null;
  readonly coverage: string | null;
  readonly ticket: string | null;
  /** Why it is unreadable. */
  readonly problem: string | null;
}

const RUN_FILE = /^(?:(.*)\/)?run\.json$/;
const summaryFile = z.object({ alerts: z.object({ count: z.number() }) });
const coverageFile = z.object({ state: z.string() });

/** `open` opens the run at a path below the place. */
export async function* listRuns(place: RunStore, open: (path: string) => RunStore): AsyncGenerator<ListedRun> {
  for await (const paths of place.list('')) {
    for (const file of paths) {
      const named = RUN_FILE.exec(file);
      if (named === null) continue;
      const store = open(named[1] ?? '');
      try {
        yield await describeRun(store, named[1] ?? '');
      } finally {
        await store.close?.();
      }
    }
  }
}

async function describeRun(store: RunStore, path: string): Promise<ListedRun> {
  const nothing = { listed_at: null, ended_at: null, alerts: null, coverage: null, ticket: null, problem: null };
  try {
    const run = await readRun(store);
    const custody = await readCustody(store);
    const ticket = custody?.asked.findLast((asked) => asked.ticket !== null)?.ticket ?? null;
    const known = { ...nothing, path, run_id: run.run_id, ticket };
    const listed_at = custody?.listing?.listed_at ?? null;
    const tombstone = await readTombstone(store);
    if (tombstone !== null) {
      const { alerts, coverage, pruned_at } = tombstone;
      return { ...known, state: 'pruned', listed_at, ended_at: custody?.finished_at ?? pruned_at, alerts, coverage };
    }
    const finished = await finishedRun(store, run);
    const isExported = finished === null && (await isCopied(store));
    if (finished === null && !isExported) return { ...known, state: 'unfinished', listed_at };
    return {
      ...known,
      state: isExported ? 'exported' : 'finished',
      listed_at: finished?.listed_at ?? listed_at,
      ended_at: custody?.finished_at ?? finished?.listed_at ?? null,
      alerts: await read(store, 'summary.json', summaryFile, ({ alerts }) => alerts.count),
      coverage: await read(store, 'coverage.json', coverageFile, ({ state }) => state),
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { ...nothing, path, run_id: null, state: 'unreadable', problem: error.message };
  }
}

/** A summary without a reduction: no hunt leaves that. */
async function isCopied(store: RunStore): Promise<boolean> {
  return (await store.get('summary.json')) !== null && (await store.get('reduce/done.json')) === null;
}

async function read<T, V>(
  store: RunStore,
  path: string,
  schema: z.ZodType<T>,
  pick: (file: T) => V,
): Promise<V | null> {
  const bytes = await store.get(path);
  if (bytes === null) return null;
  try {
    return pick(schema.parse(JSON.parse(Buffer.from(bytes).toString())));
  } catch {
    // A list tells what it can; `verify` says what does not hold.
    return null;
  }
}
