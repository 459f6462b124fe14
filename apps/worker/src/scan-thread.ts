// A worker thread: reads one shard at a time, and tells how it went. While what it found is written, it reads the next one: a thread
// never waits for the ledger. The thread that talks to Redis never waits for this one.

import { hostname } from 'node:os';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { InvariantError, TransientError } from '@coldhunt/core';
import { scanShard, statsPath, type ScanOptions, type ScanProgress, type ShardStats } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';
import type { OpenRun } from './open-run.ts';
import { RunCache } from './run-cache.ts';
import {
  toThrownError,
  type FromThread,
  type ScanRequest,
  type ShardOutcome,
  type ToThread,
} from './thread-protocol.ts';

const PROGRESS_EVERY_MS = 200;

if (parentPort === null) throw new InvariantError('INVARIANT', 'scan-thread.ts runs as a worker thread only');
const port = parentPort;
const { config } = workerData as { config: ProcessConfig };
const worker = `${hostname()}:${process.pid}:${threadId}`;
const runs = new RunCache(config, () => say({ kind: 'throttled' }));
/** By request: one is read, and one more may still be written. */
const aborting = new Map<number, AbortController>();
/** Settles when the shard before stands in the run folder: no more than one is written while another is read. */
let writing: Promise<unknown> = Promise.resolve();

port.on('message', (message: ToThread) => {
  if (message.kind === 'scan') void answer(message);
  else aborting.get(message.id)?.abort(new TransientError('INTERRUPTED', 'the shard was given back'));
});

async function answer(request: ScanRequest): Promise<void> {
  const { id } = request;
  const abort = new AbortController();
  aborting.set(id, abort);
  const ended = Promise.withResolvers<undefined>();
  const onRead = async (): Promise<void> => {
    await writing;
    writing = ended.promise;
    say({ kind: 'read', id });
  };
  try {
    say({ kind: 'done', id, outcome: await scan(request, { signal: abort.signal, onRead }) });
  } catch (error) {
    say({ kind: 'thrown', id, error: toThrownError(error) });
  } finally {
    aborting.delete(id);
    ended.resolve(undefined);
  }
}

async function scan(
  request: ScanRequest,
  given: Required<Pick<ScanOptions, 'signal' | 'onRead'>>,
): Promise<ShardOutcome> {
  const open = await runs.get(request.run);
  const { run, store, sources, rules, preparation, plan, shards } = open;
  const unscanned = { shardId: request.shard.id, written: 'exists', stats: null, matches: 0 } as const;
  // A newer generation queues its own jobs: this one's answer would not be looked at.
  if (run.generation > request.run.generation) return { ...unscanned, state: 'stale' };
  if (!('objects' in request.shard) && (await shards.hasRecord(request.shard.id))) return { ...unscanned, state: 'ok' };
  const shard = 'objects' in request.shard ? request.shard : await shards.find(request.shard);
  say({ kind: 'begun', id: request.id, bytes: shard.bytes });
  const { record, written, stats } = await scanShard(shard, {
    run,
    rules,
    preparation,
    sources,
    store,
    listedAt: plan.listed_at,
    isLastAttempt: request.isLastAttempt,
    waitsWhenThrottled: request.waitsWhenThrottled,
    ...given,
    progress: createTicker(request.id),
  });
  const full: ShardStats = { ...stats, worker, attempt: request.attempt };
  await writeStats(open, full);
  const matches = Object.values(record.matches).reduce((sum, { total }) => sum + total, 0);
  return { shardId: shard.id, state: record.state, written, stats: full, matches };
}

// The record stands: what went wrong with its statistics is no failure of the shard.
async function writeStats({ store }: OpenRun, stats: ShardStats): Promise<void> {
  try {
    await store.put(statsPath(stats.shard_id, stats.attempt), Buffer.from(`${JSON.stringify(stats)}\n`));
  } catch {
    // summary.json then knows one shard's timing less.
  }
}

function createTicker(id: number): (progress: ScanProgress) => void {
  let shown = 0;
  return (progress) => {
    if (Date.now() - shown < PROGRESS_EVERY_MS) return;
    shown = Date.now();
    say({ kind: 'progress', id, progress });
  };
}

function say(message: FromThread): void {
  port.postMessage(message);
}
