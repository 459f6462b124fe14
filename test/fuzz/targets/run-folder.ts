// Files of a run folder, which another version, another process or a hostile hand may have written: each is altered, sealed anew as if by
// its writer, and the run is read, finished and verified.

import { openSeal, sealJson, type RunStore } from '@coldhunt/core';
import { createMemoryArchive, createMemoryRunStore } from '@coldhunt/archive';
import {
  compileQuestionRules,
  createQuestion,
  finishHunt,
  listRecords,
  openRun,
  planHunt,
  readPlan,
  readRecord,
  readRun,
  resolveRange,
  scanShard,
  verifyRun,
} from '@coldhunt/engine';
import { parsePayload, huntJobSchema, partitionJobSchema, shardJobSchema } from '@coldhunt/queue/jobs';
import { builtinRules, createFieldTypes } from '@coldhunt/rules';
import { bytesOf, textOf, type FuzzTarget } from '../target.ts';

const EVENT = JSON.stringify({
  '@timestamp': '2026-02-01T00:00:00Z',
  event: { type: 'start', category: 'process', action: 'exec' },
  host: { id: 'h1', os: { type: 'linux' } },
  process: { name: 'aws', args: ['send-command', '--parameters', 'AWS-RunShellScript', 'commands=id'] },
});
const ID = 'a'.repeat(64);
const RUN = { format: 1, run_uri: 's3://b/run', run_id: ID, generation: 1 };
const HUNT_JOB = {
  ...RUN,
  weight: 1,
  retry: { failed: false, archived: false },
  started_at_ms: 1,
  partitions: 1,
  limits: { max_bytes: 1 },
};

/** A finished run: path -> bytes. */
async function finishedRun(): Promise<ReadonlyMap<string, Uint8Array>> {
  const source = createMemoryArchive({ 'a.ndjson': `${EVENT}\n`.repeat(3), 'b.ndjson': `${EVENT}\n{"x":` });
  const store = createMemoryRunStore();
  const rules = builtinRules(createFieldTypes()).slice(0, 1);
  const question = createQuestion({
    range: resolveRange({ nowMs: Date.parse('2026-03-01T00:00:00Z') }),
    archives: [{ uri: source.uri }],
    rules,
  });
  const { run } = await openRun(store, question);
  const plan = await planHunt({ question, store, sources: [source] });
  for await (const line of plan.lines()) {
    if (line.kind !== 'shard') continue;
    const compiled = compileQuestionRules(question);
    await scanShard(line.shard, { run, rules: compiled, sources: [source], store, listedAt: plan.done.listed_at });
  }
  await finishHunt(plan, { run, rules: compileQuestionRules(question), store });
  return store.files;
}

async function verify(store: RunStore): Promise<void> {
  const run = await readRun(store);
  await verifyRun({
    run,
    store,
    rules: compileQuestionRules(run.question),
    sources: null,
    scratch: createMemoryRunStore(),
    tell: () => undefined,
  });
}

async function useRun(store: RunStore): Promise<void> {
  const run = await readRun(store);
  const plan = await readPlan(store);
  for await (const _ of plan.lines());
  for (const record of (await listRecords(store)).values()) await readRecord(store, record);
  await finishHunt(plan, { run, rules: compileQuestionRules(run.question), store });
}

/** One target for each JSON file of a run that other processes believe. */
export async function runFolderTargets(): Promise<readonly FuzzTarget[]> {
  const files = await finishedRun();
  const believed = [...files].filter(([path]) =>
    /^(?:run\.json|plan\/done\.json|reduce\/.*\.json|scan\/.*\.ledger\.json)$/.test(path),
  );
  const targets = believed.map(([path, bytes]): FuzzTarget => {
    const isSealed = textOf(bytes).includes('"seal":');
    return {
      name: `run-folder:${path.replaceAll(/[0-9a-f]{16,}/g, '*')}`,
      corpus: bytesOf([isSealed ? openSeal(bytes, path) : textOf(bytes)]),
      isJson: true,
      hasSums: true,
      run: async (input) => {
        const body = isSealed ? sealJson(textOf(input)) : input;
        // Finished again, the reports are made anew; verified, they are held against the file.
        const unfinished = await storeOf([...files].filter(([name]) => isInput(name)));
        await unfinished.put(path, body);
        const whole = await storeOf(files);
        await whole.put(path, body);
        const ends = await Promise.allSettled([useRun(unfinished), verify(whole)]);
        for (const end of ends) if (end.status === 'rejected') throw end.reason;
      },
    };
  });
  return [...targets, ...jobTargets];
}

/** What the reduction rests on. */
function isInput(path: string): boolean {
  return path.startsWith('scan/') || path.startsWith('plan/') || path === 'run.json';
}

async function storeOf(files: Iterable<readonly [string, Uint8Array]>): Promise<RunStore> {
  const store = createMemoryRunStore();
  for (const [path, body] of files) await store.put(path, body);
  return store;
}

const jobTargets: readonly FuzzTarget[] = [
  {
    name: 'job:shard',
    corpus: bytesOf([JSON.stringify({ ...RUN, shard_id: 'b'.repeat(32), part: 0 })]),
    isJson: true,
    run: (input) => parseJob(shardJobSchema, input),
  },
  {
    name: 'job:hunt',
    corpus: bytesOf([JSON.stringify(HUNT_JOB)]),
    isJson: true,
    run: (input) => parseJob(huntJobSchema, input),
  },
  {
    name: 'job:part',
    corpus: bytesOf([JSON.stringify({ ...RUN, number: 0, of: 2 })]),
    isJson: true,
    run: (input) => parseJob(partitionJobSchema, input),
  },
];

function parseJob(schema: Parameters<typeof parsePayload>[0], input: Uint8Array): void {
  let data: unknown;
  try {
    data = JSON.parse(textOf(input));
  } catch {
    // BullMQ gives what is no JSON to nobody.
    return;
  }
  parsePayload(schema, data, 'job-1');
}
