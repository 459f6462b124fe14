// A run that stands -> its answer: plan, shards in threads or over Redis, reduction, reports, and the exit code of what came out.

import { AppError, TransientError, toAppError, type ObjectSource, type RunStore } from '@coldhunt/core';
import {
  compileQuestionRules,
  finishHunt,
  runHuntUpTo,
  unlessCancelled,
  type HuntOptions,
  type HuntResult,
  type PlanLimits,
  type Prices,
  type Retry,
  type RunFile,
  type ScanProgress,
  type ShardWork,
} from '@coldhunt/engine';
import type { ProcessConfig, Shutdown } from '@coldhunt/runtime';
import type { ReductionLimits } from '@coldhunt/reducer/reduce-in-thread';
import { createShardPool, type ShardPool } from '@coldhunt/worker/shard-pool';
import { EXIT, type ExitCode } from './exit-code.ts';
import { describeRuleEffort } from './describe-rule-effort.ts';
import { describeSummary } from './describe-summary.ts';
import { finishWithin, type HuntShares } from './hunt-shares.ts';
import type { CliContext } from './program.ts';
import { NO_PROGRESS, createProgress, type ProgressState } from './progress.ts';
import type { RedisHunt } from './redis-hunt.ts';
import { runShardsInThreads } from './run-shards-in-threads.ts';
import { screenOf } from './screen.ts';
import { toShellWord } from './shell-word.ts';
import { toTerminalText } from './terminal-text.ts';

/** Runs the stages of a hunt with what a process gives to them. */
export type HuntStages = (
  given: Omit<HuntOptions, 'run' | 'store' | 'sources' | 'rules'>,
) => Promise<Pick<HuntResult, 'summary'>>;

/** The stages of one run, reduced in this thread, or in one of its own within limits. */
export function stagesOf(
  run: RunFile,
  store: RunStore,
  sources: readonly ObjectSource[],
  within: { readonly reduction: ReductionLimits | null; readonly config: ProcessConfig } | null = null,
): HuntStages {
  const limits = within?.reduction ?? null;
  const finishIt = within === null || limits === null ? finishHunt : finishWithin(limits, { run, store, ...within });
  return (given) => runHuntUpTo({ ...given, run, store, sources, rules: compileQuestionRules(run.question) }, finishIt);
}

export interface HuntExecution {
  readonly stages: HuntStages;
  readonly store: RunStore;
  /** The run folder as the user named it. */
  readonly location: string;
  readonly config: ProcessConfig;
  readonly context: CliContext;
  readonly shutdown: Shutdown;
  readonly startedAtMs: number;
  readonly threads: number;
  /** What the process may take. Default: not limited. */
  readonly shares?: HuntShares;
  /** null: worker threads of this process. */
  readonly redis: RedisHunt | null;
  readonly partitions: number;
  /** Over Redis: share of the workers against other hunts. */
  readonly weight?: number;
  readonly failOnAlerts: boolean;
  /** What each rule took is told on stderr. Default: false. */
  readonly profilesRules?: boolean;
  /** The summary is told as JSON, in one line. Default: for people. */
  readonly json?: boolean;
  /** No progress and no summary. */
  readonly quiet: boolean;
  /** Whether the hunt's own summary is printed where it is not quiet. Default: true. */
  readonly isSummaryTold?: boolean;
  /** Whether the user named the run folder; a quiet hunt prints the one that it chose. Default: true. */
  readonly isLocationTold?: boolean;
  readonly retry?: Retry;
  readonly limits?: PlanLimits;
  readonly prices?: Prices | undefined;
  readonly route?: string | undefined;
}

/** Throws what the stages throw; INTERRUPTED when a signal stopped it. */
export async function executeHunt(execution: HuntExecution): Promise<ExitCode> {
  const { store, location, context, shutdown } = execution;
  const progress = createProgress(context.stderr, { quiet: execution.quiet, env: context.env });
  let state = NO_PROGRESS;
  const show = (changes: Partial<ProgressState>): void => {
    state = { ...state, ...changes };
    progress.show(state);
  };
  const meter = createMeter(show);
  const { threads, config, redis, shares } = execution;
  const createPool = (): ShardPool =>
    createShardPool({
      threads,
      ...(shares === undefined ? {} : { threadMemoryMb: shares.threadMemoryMb }),
      // Who hunts here names the archives himself.
      config: { ...config, openable: null },
      onProgress: meter.onProgress,
      onThrottled: () => show({ throttled: state.throttled + 1 }),
      startsEarly: true,
    });
  let pool = redis === null ? createPool() : null;
  try {
    const { summary } = await runUnlessCancelled(execution, {
      partitions: execution.partitions,
      startedAtMs: execution.startedAtMs,
      workers: threads,
      prices: execution.prices,
      route: execution.route,
      ...(execution.limits === undefined ? {} : { limits: execution.limits }),
      ...(execution.retry === undefined ? {} : { retry: execution.retry }),
      onPhase: (phase) =>
        show({
          stage:
            phase === 'plan'
              ? 'listing'
              : phase === 'scan'
                ? 'scanning'
                : phase === 'reduce'
                  ? 'reducing'
                  : 'reporting',
        }),
      runShards: async (work, signal) => {
        show({
          totalBytes: work.plan.done.selected.bytes,
          totalShards: work.plan.done.shards,
          workers: redis === null ? Math.min(threads, work.plan.done.shards) : null,
        });
        if (redis !== null) {
          // The first signal stops following: the workers finish what they have begun, and the records stand.
          await redis.runShards(work, {
            store,
            signal: AbortSignal.any([signal, shutdown.draining]),
            weight: execution.weight,
            onProgress: show,
          });
          return;
        }
        const { draining } = shutdown;
        pool ??= createPool();
        await runShardsInThreads(work, { pool, store, signal, draining, onShardDone: meter.onShardDone });
        // Their memory is the reduction's now.
        if (shares !== undefined && shares.reduction !== null) {
          await pool.close();
          pool = null;
        }
      },
    });
    progress.clear();
    if (execution.profilesRules === true) context.stderr.write(describeRuleEffort(summary));
    if (execution.json === true) context.stdout.write(`${JSON.stringify(summary)}\n`);
    else if (!execution.quiet && execution.isSummaryTold !== false)
      context.stdout.write(describeSummary(summary, location, screenOf(context.stdout, context.env)));
    else if (execution.isLocationTold === false) context.stdout.write(`${location}\n`);
    // What was not examined is trouble, which is told also where it is quiet.
    if (execution.quiet && !summary.complete) context.stderr.write(`coldhunt: ${toTerminalText(summary.verdict)}\n`);
    if (!summary.complete) return EXIT.incomplete;
    return execution.failOnAlerts && summary.alerts.count > 0 ? EXIT.alerts : EXIT.done;
  } catch (error) {
    throw shutdown.isDraining ? interrupted(error, execution) : error;
  } finally {
    await pool?.close();
    progress.clear();
  }
}

type StagesGiven = Omit<Parameters<HuntStages>[0], 'signal' | 'runShards'> & {
  readonly runShards: (work: ShardWork, signal: AbortSignal) => Promise<void>;
};

/** Throws RUN_CANCELLED, with the command that goes on, when somebody cancels the hunt from elsewhere (the dashboard). */
async function runUnlessCancelled(
  execution: HuntExecution,
  { runShards, ...given }: StagesGiven,
): Promise<Pick<HuntResult, 'summary'>> {
  const { store, stages, shutdown } = execution;
  try {
    return await unlessCancelled(store, { signal: shutdown.signal }, (signal) =>
      stages({ ...given, signal, runShards: (work) => runShards(work, signal) }),
    );
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RUN_CANCELLED') throw error;
    throw new TransientError(error.code, error.message, { details: { hint: resumeHint(execution) } });
  }
}

/** With the command that goes on. An error of ours that is another one stays what it is. */
function interrupted(error: unknown, execution: HuntExecution): unknown {
  if (error instanceof AppError && error.code !== 'INTERRUPTED') return error;
  const reason = toAppError(execution.shutdown.draining.reason);
  return new TransientError('INTERRUPTED', reason.message, {
    cause: error,
    details: { hint: resumeHint(execution) },
  });
}

function resumeHint({ location, redis }: HuntExecution): string {
  return `go on with: coldhunt resume ${toShellWord(location)}${redis === null ? '' : ' --redis'}`;
}

/** Bytes of shards that are done, and the share that is done of those under way. */
interface Meter {
  readonly onProgress: (progress: ScanProgress) => void;
  readonly onShardDone: (bytes: number) => void;
}

function createMeter(show: (changes: Partial<ProgressState>) => void): Meter {
  const underWay = new Map<string, ScanProgress>();
  let doneBytes = 0;
  let doneShards = 0;
  const total = (): void => {
    let bytes = doneBytes;
    let matches = 0;
    for (const progress of underWay.values()) {
      bytes += progress.bytes;
      matches += progress.matches;
    }
    show({ doneBytes: bytes, doneShards, matches });
  };
  return {
    onProgress: (progress) => {
      underWay.set(progress.shard_id, { ...progress, bytes: 0 });
      total();
    },
    onShardDone: (bytes) => {
      doneBytes += bytes;
      doneShards += 1;
      total();
    },
  };
}
