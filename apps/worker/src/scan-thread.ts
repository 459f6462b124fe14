// A worker thread: takes one shard at a time, scans it, and tells how it went. The thread that talks to Redis never waits for it.

import { hostname } from 'node:os';
import { parentPort, threadId, workerData } from 'node:worker_threads';
import { InvariantError, TransientError } from '@coldhunt/core';
import { scanShard, statsPath, type ScanProgress, type ShardStats } from '@coldhunt/engine';
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
let aborting = new AbortController();

port.on('message', (message: ToThread) => {
  if (message.kind === 'abort') aborting.abort(new TransientError('INTERRUPTED', 'the shard was given back'));
  else void answer(message);
});

async function answer(request: ScanRequest): Promise<void> {
  aborting = new AbortController();
  try {
    say({ kind: 'done', outcome: await scan(request) });
  } catch (error) {
    say({ kind: 'thrown', error: toThrownError(error) });
  }
}

async function scan(request: ScanRequest): Promise<ShardOutcome> {
  const open = await runs.get(request.run);
  const { run, store, sources, rules, preparation, plan, shards } = open;
  const unscanned = { shardId: request.shard.id, written: 'exists', stats: null, matches: 0 } as const;
  // A newer generation queues its own jobs: this one's answer would not be looked at.
  if (run.generation > request.run.generation) return { ...unscanned, state: 'stale' };
  if (!('objects' in request.shard) && (await shards.hasRecord(request.shard.id))) return { ...unscanned, state: 'ok' };
  const shard = 'objects' in request.shard ? request.shard : await shards.find(request.shard);
  say({ kind: 'begun', bytes: shard.bytes });
  const { record, written, stats } = await scanShard(shard, {
    run,
    rules,
    preparation,
    sources,
    store,
    listedAt: plan.listed_at,
    isLastAttempt: request.isLastAttempt,
    waitsWhenThrottled: request.waitsWhenThrottled,
    signal: aborting.signal,
    progress: createTicker(),
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

function createTicker(): (progress: ScanProgress) => void {
  let shown = 0;
  return (progress) => {
    if (Date.now() - shown < PROGRESS_EVERY_MS) return;
    shown = Date.now();
    say({ kind: 'progress', progress });
  };
}

function say(message: FromThread): void {
  port.postMessage(message);
}
