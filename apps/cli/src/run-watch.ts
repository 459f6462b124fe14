// The nights of a watch that are due, and what sinks are told afterwards: the same for `coldhunt watch run` and for a planner whose schedule
// rang. Who calls says how a night's hunt is run.

import { InputError, countOf, type RunStore } from '@coldhunt/core';
import { openArchive } from '@coldhunt/archive';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';
import type { Sink } from '@coldhunt/sinks';
import {
  deliverNights,
  dueNights,
  folderStore,
  lastNight,
  nightFolder,
  readWatch,
  runDueNights,
  runNight,
  type Night,
  type NightResult,
  type Watch,
} from '@coldhunt/watch';
import type { HuntStages } from './execute-hunt.ts';

/** A night is small, and somebody waits for it: its shards are begun four times as often as those of a hunt over months. */
export const NIGHT_WEIGHT = 4;

/** A night's run folder, and the stages to run in it. */
export interface OpenNight {
  /** `nights/000012/` */
  readonly folder: string;
  readonly store: RunStore;
  readonly stages: HuntStages;
}

export interface WatchRunOptions {
  readonly workspace: RunStore;
  readonly watch: Watch;
  readonly config: ProcessConfig;
  readonly sinks: readonly Sink[];
  readonly acceptIncomplete: boolean;
  /** The schedule that rang; default: none did. */
  readonly schedule?: string;
  /** So many nights at most; default: all that are due. */
  readonly most?: number;
  /** Ends the telling of sinks. */
  readonly signal: AbortSignal;
  readonly hunt: (night: OpenNight) => Promise<void>;
  readonly tell: (text: string) => void;
}

export interface WatchRunResult {
  readonly nights: number;
  readonly alerts: number;
  /** Whether everything of every night was examined. */
  readonly isComplete: boolean;
  /** Whether another night is due that can be run. */
  readonly hasMore: boolean;
}

/** Throws TransientError WATCH_BUSY, and what nights throw. A sink that is down is told of, and throws nothing. */
export async function runWatch(options: WatchRunOptions): Promise<WatchRunResult> {
  const { workspace, watch, config, sinks, signal, tell } = options;
  const sources = watch.question.archives.map((archive) =>
    openArchive(archive.uri, { cwd: config.cwd, s3: s3ConnectionOf(config, archive.name) }),
  );
  const ended: NightResult[] = [];
  try {
    const due = runDueNights({
      workspace,
      watch,
      now: Date.now,
      lease: { onTrouble: (error) => tell(`the lease could not be renewed: ${String(error)}`) },
      ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
      ...(options.most === undefined ? {} : { most: options.most }),
      run: (night) => runOne(night, { ...options, sources }),
    });
    for await (const result of due) {
      ended.push(result);
      tellOfNight(result.night, result.run.question.to, tell);
    }
  } finally {
    await Promise.all(sources.map((source) => source.close?.()));
  }
  if (ended.length === 0) tell('no night is due');
  for (const { sink, pending, rejected, error } of await deliverNights({ workspace, sinks, signal })) {
    if (rejected > 0)
      tell(`sink ${sink} will never take ${countOf(rejected, 'delivery', 'deliveries')}: see dead-letter/${sink}/`);
    if (error !== null)
      tell(`sink ${sink} has still to be told of ${countOf(pending, 'night')}: ${error.message} (${error.code})`);
  }
  return {
    nights: ended.length,
    alerts: ended.reduce((sum, { hunt }) => sum + hunt.done.alerts.count, 0),
    isComplete: ended.every(({ hunt }) => hunt.coverage.complete),
    hasMore: ended.at(-1)?.night === null ? false : await isDue(workspace, watch),
  };
}

/** Throws InputError WATCH_INVALID where there is none. */
export async function requireWatch(workspace: RunStore): Promise<Watch> {
  const watch = await readWatch(workspace);
  if (watch !== null) return watch;
  throw new InputError('WATCH_INVALID', `${workspace.uri} holds no watch: begin one with coldhunt watch add`);
}

type DueNight = Parameters<Parameters<typeof runDueNights>[0]['run']>[0];
type NightContext = WatchRunOptions & { readonly sources: Parameters<typeof runNight>[0]['sources'] };

async function runOne(
  night: DueNight,
  { workspace, sources, acceptIncomplete, hunt, tell }: NightContext,
): Promise<NightResult> {
  const folder = nightFolder((night.before?.number ?? 0) + 1);
  const [from, to] = [night.range.fromMs, night.range.toMs].map((ms) => new Date(ms).toISOString());
  tell(`night ${folder}: ${from} to ${to}`);
  const ended: { result: NightResult | null } = { result: null };
  await hunt({
    folder,
    store: folderStore(workspace, folder),
    stages: async (given) => {
      ended.result = await runNight({ ...given, ...night, sources, acceptIncomplete });
      return ended.result.hunt;
    },
  });
  if (ended.result === null) throw new Error('a night that ended has a result');
  return ended.result;
}

async function isDue(workspace: RunStore, watch: Watch): Promise<boolean> {
  const watermark = (await lastNight(workspace))?.to ?? watch.question.from;
  const [next] = dueNights(watch, Date.parse(watermark), Date.now());
  return next !== undefined;
}

function tellOfNight(night: Night | null, to: string | null, tell: (text: string) => void): void {
  if (night === null) {
    tell(
      `the night to ${to ?? ''} was not examined wholly: the watermark stays; mend it and run again, or move on with --accept-incomplete`,
    );
    return;
  }
  const { added, superseded, withdrawn } = night.corrections;
  if (added + superseded + withdrawn > 0) {
    tell(
      `late events corrected earlier nights: ${countOf(added, 'alert')} added, ${superseded} superseded, ${withdrawn} withdrawn (corrections.ndjson)`,
    );
  }
  if (night.too_late > 0)
    tell(`${countOf(night.too_late, 'match', 'matches')} came later than --rescan-window: too_late.ndjson`);
}
