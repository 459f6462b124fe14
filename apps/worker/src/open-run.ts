// A run's URI -> everything that a shard of it needs, opened with this process's own credentials and checked against what the job says.

import type { ObjectSource, RunStore } from '@coldhunt/core';
import { liesWithinPlaces, openArchive, openRunStore } from '@coldhunt/archive';
import { compileQuestionRules, readPlan, ScanPreparation, type PlanDone, type RunFile } from '@coldhunt/engine';
import { openJobRun } from '@coldhunt/queue/open-job-run';
import type { CompiledRule } from '@coldhunt/rules';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';
import { ShardFinder } from './shard-finder.ts';
import type { RunReference } from './thread-protocol.ts';

export interface OpenRun {
  readonly run: RunFile;
  readonly plan: PlanDone;
  readonly store: RunStore;
  readonly sources: readonly ObjectSource[];
  readonly rules: readonly CompiledRule[];
  readonly preparation: ScanPreparation;
  readonly shards: ShardFinder;
  close(): Promise<void>;
}

/**
 * Throws RUN_FORBIDDEN when the run lies outside the configured prefix, is not the one that was named or asks of an archive that may not
 * be opened here, RUN_NOT_FOUND when there is none, CONFIG_INVALID when it names an archive that is not configured here.
 */
export async function openRun(
  reference: RunReference,
  config: ProcessConfig,
  onThrottled?: () => void,
): Promise<OpenRun> {
  const openStore = (uri: string): RunStore => openRunStore(uri, { cwd: config.cwd, s3: config.outS3 });
  const { cwd, runsPrefix, openable } = config;
  const mayOpen = openable === null ? undefined : (uri: string) => liesWithinPlaces(uri, openable, cwd);
  const { run, store } = await openJobRun(reference, { openStore, runsPrefix, mayOpen });
  const sources: ObjectSource[] = [];
  const close = async (): Promise<void> => {
    await Promise.all([store.close?.(), ...sources.map((source) => source.close?.())]);
  };
  try {
    const plan = await readPlan(store);
    for (const { uri, name } of run.question.archives) {
      sources.push(openArchive(uri, { cwd: config.cwd, s3: { ...s3ConnectionOf(config, name), onThrottled } }));
    }
    const rules = compileQuestionRules(run.question);
    const preparation = new ScanPreparation({ run, rules, wasm: config.wasm });
    return {
      run,
      plan: plan.done,
      store,
      sources,
      rules,
      preparation,
      shards: new ShardFinder(store, plan.done),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
