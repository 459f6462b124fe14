// A workspace in memory with hunts that are planned, under way, cancelled and done, for tests.

import { createMemoryArchive, createMemoryRunStore, type MemoryRunStore } from '@coldhunt/archive';
import type { RunStore } from '@coldhunt/core';
import {
  cancelRun,
  compileQuestionRules,
  createQuestion,
  failShard,
  openRun,
  planHunt,
  runHunt,
  scanHere,
  scanShard,
  writeAsked,
  type RunFile,
} from '@coldhunt/engine';
import { buildRule } from '@coldhunt/rules/test-rule';
import { folderStore } from '@coldhunt/watch';

const ARCHIVE = 's3://logs/endpoint';
const RULE = buildRule({ index: [], query: 'process.name: "aws"', name: 'A <b>rule</b>' });

export type BuiltState = 'planning' | 'scanning' | 'failing' | 'cancelled' | 'done';

export interface BuiltWorkspace {
  readonly store: MemoryRunStore;
  /** What was asked of the store since the last call. */
  reads(): number;
}

/** `hunts`: state by path. Each has three shards of one event each. */
export async function buildWorkspace(hunts: Readonly<Record<string, BuiltState>>): Promise<BuiltWorkspace> {
  const store = createMemoryRunStore('memory://workspace');
  for (const [path, state] of Object.entries(hunts)) await buildHunt(folderStore(store, `${path}/`), path, state);
  let reads = 0;
  const counted: MemoryRunStore = {
    ...store,
    get: (path) => {
      reads += 1;
      return store.get(path);
    },
    async *list(prefix) {
      reads += 1;
      yield* store.list(prefix);
    },
  };
  return {
    store: counted,
    reads: () => {
      const seen = reads;
      reads = 0;
      return seen;
    },
  };
}

async function buildHunt(store: RunStore, path: string, state: BuiltState): Promise<void> {
  const archives = [0, 1, 2].map((index) => ({ uri: `${ARCHIVE}/${index}` }));
  const question = createQuestion({
    range: { from: '2026-01-01T00:00:00.000Z', to: '2026-03-01T00:00:00.000Z' } as never,
    archives,
    rules: [RULE],
  });
  const sources = archives.map(({ uri }, index) =>
    createMemoryArchive({ 'a.ndjson': `${JSON.stringify(eventOf(index))}\n` }, { uri }),
  );
  const { run } = await openRun(store, question);
  const asked = { atMs: Date.UTC(2026, 2, 1), command: 'scan', purpose: null, callers: [], version: '1' };
  await writeAsked(store, run, { ...asked, ticket: `ticket of ${path}` });
  if (state === 'planning') return;
  const rules = compileQuestionRules(question);
  if (state === 'done') {
    await runHunt({ run, rules, store, sources, runShards: scanHere(sources, store) });
    return;
  }
  const plan = await planHunt({ question, store, sources });
  const shards = (await Array.fromAsync(plan.lines())).flatMap((line) => (line.kind === 'shard' ? [line.shard] : []));
  const context: Parameters<typeof scanShard>[1] = { run, rules, sources, store, listedAt: plan.done.listed_at };
  const [first, second] = shards;
  if (first !== undefined) await scanShard(first, context);
  if (state === 'failing' && second !== undefined) await fail(store, run, second);
  if (state === 'cancelled')
    await cancelRun(store, run, { message: 'cancelled by a test', atMs: Date.UTC(2026, 2, 2) });
}

async function fail(store: RunStore, run: RunFile, shard: Parameters<typeof failShard>[0]): Promise<void> {
  await failShard(shard, { run, store, code: 'SHARD_GAVE_UP', message: 'it ends <i>badly</i>' });
}

function eventOf(index: number): object {
  return {
    '@timestamp': `2026-02-0${index + 1}T10:00:00.000Z`,
    process: { name: 'aws' },
    host: { id: `h${index}`, name: `host-${index}` },
  };
}
