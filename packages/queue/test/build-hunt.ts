// A planned hunt of many small shards, and the scan of one: what a test of the queue needs of the stages around it.

import { mkdtemp, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectSource, RunStore } from '@coldhunt/core';
import {
  NO_RETRY,
  compileQuestionRules,
  createQuestion,
  pendingShards,
  planHunt,
  readPlan,
  readRun,
  runIdOf,
  scanShard,
  writeRun,
  type RunFile,
  type ShardWork,
} from '@coldhunt/engine';
import { buildRule } from '@coldhunt/rules/test-rule';
import type { ShardJob, ShardResult } from '@coldhunt/queue';
import { readShard } from '../src/locate-shards.ts';
import { openFolderStore } from './folder-store.ts';

const EVENT = '{"@timestamp":"2026-02-01T00:00:00Z","process.name":"aws","host.id":"h1"}\n';
const SIZE = Buffer.byteLength(EVENT);

const RULE = buildRule({ index: [], query: 'process.name: "aws"' });

export interface BuiltHunt {
  readonly folder: string;
  readonly store: RunStore;
  readonly run: RunFile;
  readonly work: ShardWork;
  /** Shards that have a record, by state. */
}

/** Objects of different archives never share a shard: as many archives as shards. `name` makes it a question of its own. */
export async function buildHunt(shards: number, name = 'hunt'): Promise<BuiltHunt> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-queue-'));
  await mkdir(join(folder, 'scan'));
  const store = openFolderStore(folder);
  const uris = Array.from({ length: shards }, (_, index) => `file:///${name}/${String(index).padStart(5, '0')}/`);
  const question = createQuestion({
    range: { from: '2026-01-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' } as never,
    archives: uris.map((uri) => ({ uri })),
    rules: [RULE],
  });
  const run: RunFile = { format: 1, run_id: runIdOf(question), generation: 1, question, rules_left_out: [] };
  await writeRun(store, run);
  const plan = await planHunt({ question, store, sources: question.archives.map(({ uri }) => openSource(uri)) });
  const work: ShardWork = { run, plan, shards: () => pendingShards(store, plan.lines(), run.generation, NO_RETRY) };
  return { folder, store, run, work };
}

function openSource(uri: string): ObjectSource {
  return {
    uri,
    async *list() {
      const base = { key: 'a.ndjson', size: SIZE, etag: 'e', lastModifiedMs: null };
      yield [{ ...base, uri: `${uri}a.ndjson`, storageClass: 'FILE', isArchived: false }];
    },
    open: (object) => ({
      ...object,
      versionId: null,
      bytes: ({ from, to }) => Promise.resolve(Buffer.from(EVENT).subarray(from, to)),
      async *stream({ from, to }) {
        yield Buffer.from(EVENT).subarray(from, to);
      },
    }),
  };
}

/** What a worker does with a shard, against the run folder alone. */
export async function scanJob(job: ShardJob, folder: string): Promise<ShardResult & { written: string }> {
  const store = openFolderStore(folder);
  const run = await readRun(store);
  const plan = await readPlan(store);
  const shard = await readShard(store, plan.done, { id: job.shard_id, part: job.part, bytes: 0 });
  const { record, written, stats } = await scanShard(shard, {
    run,
    rules: compileQuestionRules(run.question),
    sources: run.question.archives.map(({ uri }) => openSource(uri)),
    store,
    listedAt: plan.done.listed_at,
  });
  const matches = Object.values(record.matches).reduce((sum, { total }) => sum + total, 0);
  return { state: record.state, bytes: stats.bytes, events: stats.events, matches, written };
}
