import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, TransientError } from '@coldhunt/core';
import { openArchive, openRunStore } from '@coldhunt/archive';
import { createQuestion, openRun, planHunt, readPlan, reopenRun, resolveRange, type Shard } from '@coldhunt/engine';
import { builtinRules, createFieldTypes } from '@coldhunt/rules';
import { loadProcessConfig, type ProcessConfig } from '@coldhunt/runtime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createShardPool, type ShardPool, type ShardPoolOptions } from './create-shard-pool.ts';
import type { RunReference } from './thread-protocol.ts';

let folder: string;
let config: ProcessConfig;
let run: RunReference;
let shards: readonly Shard[];
const pools: ShardPool[] = [];

const event = {
  '@timestamp': '2026-02-01T00:00:00Z',
  event: { type: 'start', category: 'process', action: 'exec' },
  host: { id: 'h1', os: { type: 'linux' } },
  process: { name: 'aws', args: ['send-command', '--parameters', 'AWS-RunShellScript', 'commands=id'] },
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-pool-'));
  await mkdir(join(folder, 'archive'));
  for (const name of ['a', 'b', 'c']) {
    await writeFile(join(folder, 'archive', `${name}.ndjson`), `${JSON.stringify(event)}\n`.repeat(50));
  }
  config = loadProcessConfig({ flags: { runsPrefix: folder }, env: {}, cwd: folder });
  const source = openArchive('archive', { cwd: folder });
  const [rule] = builtinRules(createFieldTypes());
  if (rule === undefined) throw new Error('there is no built-in rule');
  const range = resolveRange({ nowMs: Date.parse('2026-03-01T00:00:00Z') });
  const question = createQuestion({ range, archives: [{ uri: source.uri }], rules: [rule] });
  const store = openRunStore('run', { cwd: folder });
  const opened = await openRun(store, question);
  const plan = await planHunt({ question, store, sources: [source] });
  run = { runUri: store.uri, runId: opened.run.run_id, generation: 1 };
  const found: Shard[] = [];
  for await (const line of plan.lines()) if (line.kind === 'shard') found.push(line.shard);
  shards = found;
});

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
  await rm(folder, { recursive: true, force: true });
});

function open(options: Partial<ShardPoolOptions> = {}): ShardPool {
  const pool = createShardPool({ threads: 2, config, ...options });
  pools.push(pool);
  return pool;
}

function onlyShard(): Shard {
  const [shard] = shards;
  if (shard === undefined) throw new Error('the plan has no shard');
  return shard;
}

const first = { attempt: 1, isLastAttempt: false };

async function filesOf(name: string): Promise<readonly string[]> {
  return (await readdir(join(folder, 'run', 'scan')).catch(() => [])).filter((file) => file.includes(name)).toSorted();
}

describe('createShardPool', () => {
  it('scans a shard that it is given, and one that it looks up in the plan', async () => {
    const shard = onlyShard();
    const outcome = await open().runShard(shard, { run, ...first });
    expect(outcome).toMatchObject({ shardId: shard.id, state: 'ok', written: 'created', matches: 150 });
    expect(outcome.stats).toMatchObject({ attempt: 1, events: 150, bytes: shard.bytes });
    expect(await filesOf('ledger')).toEqual([`${shard.id}.ledger.json`]);
    await rm(join(folder, 'run', 'scan', `${shard.id}.ledger.json`));
    const again = await open().runShard({ id: shard.id, part: 0 }, { run, attempt: 2, isLastAttempt: false });
    expect(again).toMatchObject({ state: 'ok', written: 'created', matches: 150 });
    expect(await filesOf('stats')).toEqual([`${shard.id}.stats-1.json`, `${shard.id}.stats-2.json`]);
  });

  it('does not scan what is delivered again', async () => {
    const pool = open();
    const reference = { id: onlyShard().id, part: 0 };
    await pool.runShard(reference, { run, ...first });
    const ledger = await readFile(join(folder, 'run', 'scan', `${reference.id}.ledger.json`));
    const again = await pool.runShard(reference, { run, attempt: 2, isLastAttempt: false });
    expect(again).toMatchObject({ state: 'ok', written: 'exists', stats: null });
    expect(await readFile(join(folder, 'run', 'scan', `${reference.id}.ledger.json`))).toEqual(ledger);
  });

  it.each([
    ['two threads scan the same shard at the same time', 2],
    ['a thread reads the shard again that it still writes', 1],
  ])('writes once when %s', async (_name, threads) => {
    const pool = open({ threads });
    const outcomes = await Promise.all([1, 2].map((attempt) => pool.runShard(onlyShard(), { run, ...first, attempt })));
    expect(outcomes.map(({ written }) => written).toSorted()).toEqual(['created', 'exists']);
  });

  it('leaves the jobs of an older generation alone', async () => {
    const store = openRunStore('run', { cwd: folder });
    await reopenRun(store);
    const outcome = await open().runShard({ id: onlyShard().id, part: 0 }, { run, ...first });
    expect(outcome).toMatchObject({ state: 'stale', stats: null });
    expect((await readPlan(store)).done.shards).toBe(1);
  });

  it.each<[string, () => Partial<RunReference>, string]>([
    ['outside its prefix', () => ({ runUri: join(tmpdir(), 'elsewhere') }), 'RUN_FORBIDDEN'],
    ['outside its prefix by dots', () => ({ runUri: `${folder}/../elsewhere` }), 'RUN_FORBIDDEN'],
    ['beside its prefix', () => ({ runUri: `${folder}-2/run` }), 'RUN_FORBIDDEN'],
    ['that is another', () => ({ runId: 'a'.repeat(64) }), 'RUN_FORBIDDEN'],
    ['of a generation that does not exist yet', () => ({ generation: 7 }), 'RUN_FORBIDDEN'],
    ['that is not there', () => ({ runUri: join(folder, 'nothing') }), 'RUN_NOT_FOUND'],
  ])('refuses a run %s', async (_name, changes, code) => {
    const refused = open().runShard({ id: onlyShard().id, part: 0 }, { run: { ...run, ...changes() }, ...first });
    await expect(refused).rejects.toBeInstanceOf(InputError);
    await expect(refused).rejects.toMatchObject({ code });
  });

  it('refuses a run that asks of an archive outside the places that it may open, and names it', async () => {
    const outside = { ...config, openable: [join(folder, 'elsewhere'), 's3://logs'] };
    const refused = open({ config: outside }).runShard({ id: onlyShard().id, part: 0 }, { run, ...first });
    const message = expect.stringContaining(`file://${folder}/archive`) as string;
    await expect(refused).rejects.toMatchObject({ code: 'RUN_FORBIDDEN', message });
    const inside = open({ config: { ...config, openable: ['elsewhere', 'archive'] } });
    await expect(inside.runShard(onlyShard(), { run, ...first })).resolves.toMatchObject({ state: 'ok' });
  });

  it('refuses a run whose question was changed', async () => {
    const file = join(folder, 'run', 'run.json');
    await writeFile(file, (await readFile(file, 'utf8')).replace('"dedupe": true', '"dedupe": false'));
    const refused = open().runShard({ id: onlyShard().id, part: 0 }, { run, ...first });
    await expect(refused).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  });

  it.each([
    ['a shard that the plan does not have', { id: 'f'.repeat(32), part: 0 }],
    ['a part that the plan does not have', { id: 'f'.repeat(32), part: 99 }],
  ])('refuses %s, and goes on', async (_name, reference) => {
    const pool = open({ threads: 1 });
    await expect(pool.runShard(reference, { run, ...first })).rejects.toMatchObject({ code: 'RUN_INVALID' });
    await expect(pool.runShard(onlyShard(), { run, ...first })).resolves.toMatchObject({ state: 'ok' });
  });

  it('rejects the shard of a thread that dies, and starts another', async () => {
    // Too small a heap to load the scan in: every thread dies.
    const pool = open({ threads: 1, threadMemoryMb: 4 });
    const died = pool.runShard(onlyShard(), { run, ...first });
    await expect(died).rejects.toBeInstanceOf(TransientError);
    await expect(died).rejects.toMatchObject({ code: 'SHARD_GAVE_UP' });
    await expect(pool.runShard(onlyShard(), { run, ...first })).rejects.toMatchObject({ code: 'SHARD_GAVE_UP' });
  });

  it('ends a shard when the time for its bytes is up, as one that ended its thread', async () => {
    const late = open({ config: { ...config, shardTimeLimitMs: 0 } }).runShard(onlyShard(), { run, ...first });
    await expect(late).rejects.toBeInstanceOf(TransientError);
    const message = expect.stringMatching(/not done within/) as string;
    await expect(late).rejects.toMatchObject({ code: 'SHARD_GAVE_UP', message });
    expect(await filesOf('')).toEqual([]);
    await expect(open().runShard(onlyShard(), { run, ...first })).resolves.toMatchObject({ state: 'ok' });
  });

  it('stops a shard that waits, and one that is under way, with the reason of the signal', async () => {
    const pool = open({ threads: 1 });
    const stop = new AbortController();
    const options = { run, ...first, signal: stop.signal };
    const both = [pool.runShard(onlyShard(), options), pool.runShard(onlyShard(), options)];
    stop.abort(new TransientError('INTERRUPTED', 'enough'));
    for (const shard of await Promise.allSettled(both)) {
      expect(shard).toMatchObject({ status: 'rejected', reason: { code: 'INTERRUPTED', message: 'enough' } });
    }
    await expect(pool.runShard(onlyShard(), options)).rejects.toMatchObject({ message: 'enough' });
    await expect(pool.runShard(onlyShard(), { run, ...first })).resolves.toMatchObject({ state: 'ok' });
  });

  it('ends what runs when it is closed, and takes no more', async () => {
    const pool = open({ threads: 1 });
    const both = [1, 2].map(() => pool.runShard(onlyShard(), { run, ...first }));
    const settled = Promise.allSettled(both);
    await pool.close();
    for (const shard of await settled) expect(shard).toMatchObject({ reason: { code: 'INTERRUPTED' } });
    await expect(pool.runShard(onlyShard(), { run, ...first })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});
