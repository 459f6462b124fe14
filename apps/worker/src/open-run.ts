// A run's URI -> everything that a shard of it needs, opened with this process's own credentials and checked against what the job says.

import { InputError, type ObjectSource, type RunStore } from '@coldhunt/core';
import { openArchive, openRunStore } from '@coldhunt/archive';
import { compileQuestionRules, readPlan, readRun, type RunFile } from '@coldhunt/engine';
import type { CompiledRule } from '@coldhunt/rules';
import { s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';
import type { RunReference } from './thread-protocol.ts';

export interface OpenRun {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly sources: readonly ObjectSource[];
  readonly rules: readonly CompiledRule[];
  readonly listedAt: string;
  close(): Promise<void>;
}

/** Throws RUN_FORBIDDEN when the run lies outside `runsPrefix` or is not the one that was named, RUN_NOT_FOUND when there is none. */
export async function openRun({ runUri, runId }: RunReference, config: ProcessConfig): Promise<OpenRun> {
  if (!isBelow(runUri, config.runsPrefix)) {
    throw new InputError(
      'RUN_FORBIDDEN',
      `the run ${runUri} lies outside ${config.runsPrefix}, which is all that this worker serves`,
    );
  }
  const store = openRunStore(runUri, { cwd: config.cwd, s3: config.outS3 });
  try {
    const run = await readRun(store);
    if (run.run_id !== runId)
      throw new InputError('RUN_FORBIDDEN', `the run in ${runUri} is ${run.run_id}, not ${runId}`);
    const plan = await readPlan(store);
    const sources = run.question.archives.map((archive) =>
      openArchive(archive.uri, { cwd: config.cwd, s3: s3ConnectionOf(config, archive.name) }),
    );
    return {
      run,
      store,
      sources,
      rules: compileQuestionRules(run.question),
      listedAt: plan.done.listed_at,
      close: async () => {
        await Promise.all([store.close?.(), ...sources.map((source) => source.close?.())]);
      },
    };
  } catch (error) {
    await store.close?.();
    throw error;
  }
}

/** Whether a URI is a prefix's own or lies below it, by whole segments and without `..`. */
export function isBelow(uri: string, prefix: string | null): boolean {
  if (prefix === null) return true;
  if (decodeURIComponentSafely(uri).split('/').includes('..')) return false;
  const root = prefix.endsWith('/') ? prefix : `${prefix}/`;
  return uri === prefix || uri.startsWith(root);
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
