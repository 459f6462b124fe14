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
  readWatch,
  runDueNights,
  runFolderOf,
  runNight,
  type NightRange,
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
  /** Changed rules as they were before, for comparison: what comes of it is no part of the night's answer. */
  readonly isAside: boolean;
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
  /** How long the lease holds without a sign of life. Default: two minutes. */
  readonly leaseMs?: number;
  /** Ends the telling of sinks. */
  readonly signal: AbortSignal;
  readonly hunt: (night: OpenNight) => Promise<void>;
  /** Takes a night that has something to say beside its line: alerts, or what was not examined. */
  readonly onNews?: (result: NightResult, folder: string) => void;
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
  tellWhatIsDue(await dueOf(workspace, watch), options);
  try {
    const due = runDueNights({
      workspace,
      watch,
      now: Date.now,
      onRestored: tell,
      lease: {
        onTrouble: (error) => tell(`the lease could not be renewed: ${String(error)}`),
        ...(options.leaseMs === undefined ? {} : { leaseMs: options.leaseMs }),
      },
      ...(options.schedule === undefined ? {} : { schedule: options.schedule }),
      ...(options.most === undefined ? {} : { most: options.most }),
      run: (night) => runOne(night, { ...options, sources }),
    });
    for await (const result of due) ended.push(result);
  } finally {
    await Promise.all(sources.map((source) => source.close?.()));
  }
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
    hasMore: ended.at(-1)?.night === null ? false : (await dueOf(workspace, watch)).length > 0,
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

async function runOne(night: DueNight, context: NightContext): Promise<NightResult> {
  const { workspace, sources, acceptIncomplete, hunt } = context;
  const folder = runFolderOf(night);
  const ended: { result: NightResult | null } = { result: null };
  await hunt({
    folder,
    isAside: night.isReplaced === true,
    store: folderStore(workspace, folder),
    stages: async (given) => {
      ended.result = await runNight({ ...given, ...night, sources, acceptIncomplete });
      return ended.result.hunt;
    },
  });
  if (ended.result === null) throw new Error('a night that ended has a result');
  // One that was only left again was told of when it was run; what changed rules were is nobody's answer.
  if (night.again === undefined && night.isReplaced !== true) tellOfNight(ended.result, folder, context);
  return ended.result;
}

async function dueOf(workspace: RunStore, watch: Watch): Promise<readonly NightRange[]> {
  const watermark = (await lastNight(workspace))?.to ?? watch.question.from;
  return [...dueNights(watch, Date.parse(watermark), Date.now())];
}

/** First of all, how much there is to do: a beginning far back makes hundreds of nights. */
function tellWhatIsDue(due: readonly NightRange[], { most = due.length, tell }: WatchRunOptions): void {
  const [first, last] = [due[0], due.at(-1)];
  if (first === undefined || last === undefined) {
    tell('no night is due');
    return;
  }
  const left = most < due.length ? `, ${most} of them now` : '';
  tell(
    `${countOf(due.length, 'night')} ${due.length === 1 ? 'is' : 'are'} due${left}, from ${toIso(first.fromMs)} to ${toIso(last.toMs)}`,
  );
}

/** One line a night; what makes it more than that has lines of its own. */
function tellOfNight(result: NightResult, folder: string, { tell, onNews }: WatchRunOptions): void {
  const { night, run, hunt } = result;
  const { from, to } = run.question;
  const alerts = hunt.done.alerts.count;
  const objects = hunt.plan.done.selected.objects;
  tell(
    `${folder.slice(0, -1)}, ${String(from)} to ${String(to)}: ${countOf(objects, 'object')} read, ${alerts === 0 ? 'no alert' : countOf(alerts, 'alert')}`,
  );
  if (alerts > 0 || !hunt.coverage.complete) onNews?.(result, folder);
  if (night === null) {
    tell('it was not examined wholly: the watermark stays; mend it and run again, or move on with --accept-incomplete');
    return;
  }
  const { added, superseded, withdrawn } = night.corrections;
  if (added + superseded + withdrawn > 0) {
    tell(
      `late events corrected earlier nights: ${countOf(added, 'alert')} added, ${superseded} superseded, ${withdrawn} withdrawn (corrections.ndjson)`,
    );
  }
  if (night.new_by_rule_change !== undefined)
    tell(`${countOf(night.new_by_rule_change, 'alert')} only because rules changed: coldhunt.new_by_rule_change`);
  if (night.too_late > 0)
    tell(`${countOf(night.too_late, 'match', 'matches')} came later than --rescan-window: too_late.ndjson`);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
