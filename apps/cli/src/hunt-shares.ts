// What a hunt of this process may take: its threads, and its reduction, which runs in a thread of its own where memory or spills are limited.

import type { Command } from 'commander';
import { TransientError, type RunStore } from '@coldhunt/core';
import type { FinishOptions, HuntResult, Plan, RunFile } from '@coldhunt/engine';
import { reduceInThread, type ReductionLimits } from '@coldhunt/reducer/reduce-in-thread';
import { reductionSharesOf, scanSharesOf, type ProcessConfig } from '@coldhunt/runtime';
import type { CliContext } from './program.ts';
import { serviceConfig } from './service-flags.ts';

export interface HuntShares {
  readonly threads: number;
  /** Heap of a scan thread, in MiB. */
  readonly threadMemoryMb: number;
  /** null: nothing is limited, and the hunt is reduced where it runs. */
  readonly reduction: ReductionLimits | null;
}

/** Throws InputError OPTION_INVALID or CONFIG_INVALID, where memory is too little with the smallest that works. */
export function huntShares(command: Command, context: CliContext): HuntShares {
  const service = serviceConfig(command, context);
  const { threads, heapMb: threadMemoryMb } = scanSharesOf(service);
  const { spillDir, maxSpill } = service;
  const memory = reductionSharesOf(service);
  const isLimited = memory !== null || spillDir !== null || maxSpill !== null;
  return { threads, threadMemoryMb, reduction: isLimited ? { memory, spillDir, maxSpill } : null };
}

/** Reduces and reports as `finishHunt`, in a thread with these limits. */
export function finishWithin(
  limits: ReductionLimits,
  { run, store, config }: { readonly run: RunFile; readonly store: RunStore; readonly config: ProcessConfig },
): (plan: Plan, options: FinishOptions) => Promise<Pick<HuntResult, 'summary'>> {
  return async (_plan, options) => {
    const { signal = new AbortController().signal, startedAtMs = Date.now(), partitions = 1 } = options;
    const { summary } = await reduceInThread(
      {
        config: { ...config, runsPrefix: null, openable: null },
        reference: { runUri: store.uri, runId: run.run_id, generation: run.generation },
        task: { kind: 'hunt', startedAtMs, partitions },
        limits,
      },
      { signal, onPhase: (phase) => options.onPhase?.(phase) },
    );
    if (summary !== null) return { summary };
    throw new TransientError('INTERRUPTED', `another process has gone on with the run in ${store.uri}`);
  };
}
