// The shards of a hunt in this process's worker threads: each has a record in the end, or the hunt was stopped.

import { AppError, InvariantError, TransientError, toAppError } from '@coldhunt/core';
import { failShard, type Shard, type ShardWork } from '@coldhunt/engine';
import type { RunStore } from '@coldhunt/core';
import type { ShardPool } from '@coldhunt/worker/shard-pool';

/** How often a shard is begun before it counts as failed. */
const STARTS = 3;

export interface ThreadOptions {
  readonly pool: ShardPool;
  readonly store: RunStore;
  readonly signal: AbortSignal;
  /** No shard is begun any more once it is aborted; those under way end. */
  readonly draining: AbortSignal;
  readonly onShardDone: (bytes: number) => void;
}

/** Throws INTERRUPTED when it was told to stop before every shard had a record. */
export async function runShardsInThreads(work: ShardWork, options: ThreadOptions): Promise<void> {
  const stopped = new AbortController();
  const underWay = new Set<Promise<void>>();
  let failure: unknown;
  for await (const shard of work.shards()) {
    if (options.draining.aborted || failure !== undefined) break;
    const task = runShard(shard, work, {
      ...options,
      signal: AbortSignal.any([options.signal, stopped.signal]),
    })
      .catch((error: unknown) => {
        failure ??= error;
        stopped.abort(new TransientError('INTERRUPTED', 'another shard stopped the hunt'));
      })
      .finally(() => underWay.delete(task));
    underWay.add(task);
    // Of each thread one is read and one written, and one more waits: a thread never waits for the plan to be read.
    if (underWay.size > 2 * options.pool.threads) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  if (failure !== undefined) throw failure;
  if (options.draining.aborted) throw toStop(options.draining.reason);
}

async function runShard(shard: Shard, { run }: ShardWork, options: ThreadOptions): Promise<void> {
  const reference = { runUri: options.store.uri, runId: run.run_id, generation: run.generation };
  for (let attempt = 1; ; attempt += 1) {
    try {
      await options.pool.runShard(shard, {
        run: reference,
        attempt,
        isLastAttempt: attempt >= STARTS,
        signal: options.signal,
        draining: options.draining,
      });
      options.onShardDone(shard.bytes);
      return;
    } catch (error) {
      if (options.signal.aborted) throw toStop(options.signal.reason);
      // It was not begun, and is not any more: whoever waits for all of them says so.
      if (options.draining.aborted && error === options.draining.reason) return;
      const known = toAppError(error);
      if (known instanceof TransientError && attempt < STARTS) continue;
      // What concerns the run as a whole is no shard's failure.
      if (known.code.startsWith('RUN_') || known.code === 'STORAGE_FULL' || known.code === 'CONFIG_INVALID')
        throw known;
      await failShard(shard, {
        run,
        store: options.store,
        code: known.code === 'INVARIANT' ? 'SHARD_FAILED' : known.code,
        message: known.message,
      });
      options.onShardDone(shard.bytes);
      return;
    }
  }
}

function toStop(reason: unknown): AppError {
  return reason instanceof AppError ? reason : new InvariantError('INVARIANT', String(reason));
}
