// A job that failed for good -> its shard's record of a failure, unless the shard has a record already.

import { AppError, TransientError, type ErrorCode, type RunStore } from '@coldhunt/core';
import { failShard, failedPath, ledgerPath, readRun, type PlanDone, type RunFile } from '@coldhunt/engine';
import { MAX_STARTS } from './create-shard-worker.ts';
import { parseFailedReason, toCode } from './failed-reason.ts';
import { readShard, type LocatedShard } from './locate-shards.ts';

export interface FailedShard {
  readonly shard: LocatedShard;
  /** What BullMQ keeps of it. */
  readonly reason: string;
}

export interface GiveUpContext {
  readonly store: RunStore;
  readonly run: RunFile;
  readonly plan: PlanDone;
}

/**
 * Gives code and words of the record; null when one stood already. Throws TransientError INTERRUPTED when the run was begun anew, and
 * STORAGE_FULL where that ended the job: it concerns the run as a whole, and a hunt that goes on later scans the shard.
 */
export async function giveUpShard(
  { shard, reason }: FailedShard,
  { store, run, plan }: GiveUpContext,
): Promise<{ readonly code: ErrorCode; readonly message: string } | null> {
  const paths = [ledgerPath(shard.id), failedPath(shard.id, run.generation)];
  for (const path of paths) if ((await store.get(path)) !== null) return null;
  const known = parseFailedReason(reason);
  if (known.code === 'STORAGE_FULL') throw new AppError(known.code, known.message);
  const { code, message } = toCode(reason, MAX_STARTS);
  await refuseIfBegunAnew(store, run);
  await failShard(await readShard(store, plan, shard), { run, store, code, message });
  return { code, message };
}

/** A failure of an older generation would keep the newer one from scanning the shard. */
async function refuseIfBegunAnew(store: RunStore, run: RunFile): Promise<void> {
  const { run_id: runId, generation } = await readRun(store);
  if (runId === run.run_id && generation === run.generation) return;
  throw new TransientError('INTERRUPTED', `the run in ${store.uri} was begun anew by another process`);
}
