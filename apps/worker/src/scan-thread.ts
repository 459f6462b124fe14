// A worker thread: takes one shard at a time, scans it, and tells how it went. The thread that talks to Redis never waits for it.

import { parentPort, threadId, workerData } from 'node:worker_threads';
import { hostname } from 'node:os';
import { InvariantError, TransientError, sha256Hex } from '@coldhunt/core';
import { scanShard, statsPath, type ShardStats } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';
import { openRun, type OpenRun } from './open-run.ts';
import {
  toThrownError,
  type FromThread,
  type RunReference,
  type ScanRequest,
  type ToThread,
} from './thread-protocol.ts';

const RUNS_KEPT = 4;
const PROGRESS_EVERY_MS = 200;

if (parentPort === null) throw new InvariantError('INVARIANT', 'scan-thread.ts runs as a worker thread only');
const port = parentPort;
const { config } = workerData as { config: ProcessConfig };
const worker = `${hostname()}:${process.pid}:${threadId}`;
const runs = new Map<string, Promise<OpenRun>>();
let aborting = new AbortController();

port.on('message', (message: ToThread) => {
  if (message.kind === 'abort') aborting.abort(new TransientError('INTERRUPTED', 'the shard was given back'));
  else void scan(message);
});

async function scan(request: ScanRequest): Promise<void> {
  aborting = new AbortController();
  let shown = 0;
  try {
    const { run, store, sources, rules, listedAt } = await cachedRun(request.run);
    const { record, written, stats } = await scanShard(request.shard, {
      run,
      rules,
      sources,
      store,
      listedAt,
      isLastAttempt: request.isLastAttempt,
      signal: aborting.signal,
      progress: (progress) => {
        if (Date.now() - shown < PROGRESS_EVERY_MS) return;
        shown = Date.now();
        say({ kind: 'progress', progress });
      },
    });
    const full: ShardStats = { ...stats, worker, attempt: request.attempt };
    await store.put(statsPath(request.shard.id, request.attempt), Buffer.from(`${JSON.stringify(full)}\n`));
    const matches = Object.values(record.matches).reduce((sum, { total }) => sum + total, 0);
    say({ kind: 'done', outcome: { shardId: request.shard.id, state: record.state, written, stats: full, matches } });
  } catch (error) {
    say({ kind: 'thrown', error: toThrownError(error) });
  }
}

/** The last few runs stay open and compiled: a worker serves several hunts in turn. */
async function cachedRun(reference: RunReference): Promise<OpenRun> {
  const key = sha256Hex(JSON.stringify(reference));
  const known = runs.get(key);
  if (known !== undefined) {
    runs.delete(key);
    runs.set(key, known);
    return known;
  }
  const opening = openRun(reference, config);
  runs.set(key, opening);
  opening.catch(() => runs.delete(key));
  if (runs.size > RUNS_KEPT) {
    const [oldest] = runs;
    if (oldest !== undefined) {
      runs.delete(oldest[0]);
      void oldest[1].then(
        (open) => open.close(),
        () => undefined,
      );
    }
  }
  return opening;
}

function say(message: FromThread): void {
  port.postMessage(message);
}
