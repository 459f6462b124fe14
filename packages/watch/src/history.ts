// history/: what ran when, and how it ended; one file a run of due nights, written at its first night, after each night, and at its end. One
// that has no end died, unless it runs now.

import { FORMAT_VERSION, openSeal, sealJson, type AppError, type RunStore } from '@coldhunt/core';
import { z } from 'zod';

const FOLDER = 'history/';
const READ_AT_ONCE = 16;

const natural = z.number().int().nonnegative();

const entrySchema = z.object({
  started_at: z.iso.datetime(),
  /** null: it runs, or it died. */
  ended_at: z.iso.datetime().nullable(),
  /** The name of the schedule; null: `coldhunt watch run`. */
  schedule: z.string().nullable(),
  outcome: z.enum(['running', 'done', 'incomplete', 'failed', 'interrupted']),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Before it and now. */
  watermark: z.object({ before: z.iso.datetime(), after: z.iso.datetime() }),
  nights: z.array(
    z.object({
      /** null: it was incomplete, and the watermark stayed. */
      number: natural.nullable(),
      from: z.iso.datetime(),
      to: z.iso.datetime(),
      seconds: z.number().nonnegative(),
      alerts: natural,
      corrections: z.object({ added: natural, superseded: natural, withdrawn: natural }),
      complete: z.boolean(),
    }),
  ),
});

export type HistoryEntry = z.infer<typeof entrySchema>;

/** Of a run: `died` has no end and does not run. */
export interface PastRun extends Omit<HistoryEntry, 'outcome'> {
  readonly outcome: HistoryEntry['outcome'] | 'died';
}

/** A run that is being written down. */
export interface HistoryWriter {
  /** A night that ended, or was incomplete. */
  note(night: HistoryEntry['nights'][number]): Promise<void>;
  end(outcome: Exclude<HistoryEntry['outcome'], 'running'>, error?: AppError): Promise<void>;
}

export interface BeginOptions {
  /** The watermark. */
  readonly before: string;
  readonly schedule: string | null;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Begins an entry. Who calls holds the lease: no two begin in the same millisecond. */
export async function beginHistory(
  workspace: RunStore,
  { before, schedule, now }: BeginOptions,
): Promise<HistoryWriter> {
  const startedAt = new Date(now()).toISOString();
  const path = `${FOLDER}${startedAt.replaceAll(/[:.]/g, '-')}.json`;
  let entry: HistoryEntry = {
    started_at: startedAt,
    ended_at: null,
    schedule,
    outcome: 'running',
    error: null,
    watermark: { before, after: before },
    nights: [],
  };
  const write = async (changes: Partial<HistoryEntry>): Promise<void> => {
    entry = { ...entry, ...changes };
    await workspace.put(path, sealJson(JSON.stringify({ format: FORMAT_VERSION, ...entry }, null, 2)));
  };
  await write({});
  return {
    note: async (night) => {
      const after = night.number === null ? entry.watermark.after : night.to;
      await write({ nights: [...entry.nights, night], watermark: { before, after } });
    },
    end: async (outcome, error) =>
      write({
        outcome,
        ended_at: new Date(now()).toISOString(),
        error: error === undefined ? null : { code: error.code, message: error.message },
      }),
  };
}

/** A run that came to no night. */
export async function noteFailure(workspace: RunStore, options: BeginOptions, error: AppError): Promise<void> {
  await (await beginHistory(workspace, options)).end('failed', error);
}

/** The last `most` runs, newest first; one that is damaged is left out. `isRunning`: whether somebody runs nights now. */
export async function readHistory(
  workspace: RunStore,
  { most, isRunning }: { readonly most: number; readonly isRunning: boolean },
): Promise<readonly PastRun[]> {
  let paths: string[] = [];
  for await (const some of workspace.list(FOLDER)) paths = [...paths, ...some].slice(-most);
  const newest = paths.toReversed();
  const found: PastRun[] = [];
  for (let from = 0; from < newest.length; from += READ_AT_ONCE) {
    const entries = await Promise.all(
      newest.slice(from, from + READ_AT_ONCE).map((path) => readEntry(workspace, path)),
    );
    for (const [index, entry] of entries.entries()) {
      if (entry === null) continue;
      const lives = isRunning && from + index === 0;
      found.push({ ...entry, outcome: entry.outcome === 'running' && !lives ? 'died' : entry.outcome });
    }
  }
  return found;
}

async function readEntry(workspace: RunStore, path: string): Promise<HistoryEntry | null> {
  const bytes = await workspace.get(path);
  if (bytes === null) return null;
  try {
    return entrySchema.parse(JSON.parse(openSeal(bytes, path)));
  } catch {
    return null;
  }
}
