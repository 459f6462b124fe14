// The hunt over BullMQ with real processes: any number of workers, killed, stopped and robbed of Redis, give the bytes that threads give.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { writeArchive, type WrittenArchive } from '../generator/archive-writer.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt, startColdhunt, type Finished } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';
import { Fleet, endRole, until } from './fleet.ts';
import { readAnswer } from './read-answer.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const PASSWORD = 'hunter2-of-redis';
let folder: string;
let archive: WrittenArchive;
let redis: RedisServer;
let question: readonly string[];
let expected: Record<string, string>;
let env: Record<string, string>;
let fleet: Fleet;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-fleet-'));
  const shape = { seed: 7, startMs: Date.parse('2026-01-05T00:00:00Z'), days: 28, hosts: 60, events: 7_000 };
  archive = await writeArchive(join(folder, 'written'), shape);
  redis = await startRedis({ password: PASSWORD });
  env = { COLDHUNT_REDIS_URL: redis.url };
  fleet = new Fleet(env);
  question = questionOf(archive.folder);
  const threads = await coldhunt(['scan', ...question, '--out', join(folder, 'threads')]);
  expect(threads.code, threads.stderr).toBe(3);
  expected = await readAnswer(join(folder, 'threads'));
});

afterEach(() => fleet.end());

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

function questionOf(uri: string): readonly string[] {
  const range = ['--from', '2026-01-12', '--to', '2026-02-02'];
  return ['--archive', uri, '--rule', RULE, ...range, '--exceptions', archive.exceptionsFile];
}

function scan(out: string): Promise<Finished> {
  return coldhunt(['scan', ...question, '--redis', '--out', out], { env });
}

async function recordsIn(out: string): Promise<number> {
  try {
    return (await readdir(join(out, 'scan'))).filter((name) => name.endsWith('.ledger.json')).length;
  } catch {
    return 0;
  }
}

/** The timings of every shard that has a record: they would differ if it were scanned again. */
async function readStats(out: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(join(out, 'scan'));
  const done = new Set(names.filter((name) => name.endsWith('.ledger.json')).map((name) => name.split('.')[0]));
  const stats = names.filter((name) => name.includes('.stats-') && done.has(name.split('.')[0]));
  return new Map(
    await Promise.all(stats.map(async (name) => [name, await readFile(join(out, 'scan', name), 'utf8')] as const)),
  );
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

/** Waits until some shards have a record and others do not. */
function midway(out: string): Promise<void> {
  return until(
    async () => (await recordsIn(out)) > 0,
    () => `no record in ${out}`,
  );
}

async function expectSameAnswer({ code, stderr }: Finished, out: string): Promise<void> {
  expect(code, stderr).toBe(3);
  expect(await readAnswer(out)).toEqual(expected);
}

describe('a hunt over Redis', () => {
  it('gives the bytes of threads with one, two and five workers', async () => {
    for (const count of [1, 2, 5]) {
      while (fleet.size < count) await fleet.start('worker');
      const out = join(folder, `${count}-workers`);
      await expectSameAnswer(await scan(out), out);
    }
  });

  it('goes on when a worker is killed in the middle of a shard', async () => {
    const out = join(folder, 'killed');
    const victim = await fleet.start('worker');
    const hunt = scan(out);
    await midway(out);
    await endRole(victim, 'SIGKILL');
    const survivor = await fleet.start('worker');
    await expectSameAnswer(await hunt, out);
    expect(survivor.output()).toContain('"msg":"job done"');
  });

  it('writes once what two workers scan because one was thought dead', async () => {
    const out = join(folder, 'stopped');
    const sleeper = await fleet.start('worker');
    const hunt = scan(out);
    await midway(out);
    sleeper.process.kill('SIGSTOP');
    await fleet.start('worker');
    const finished = await hunt;
    sleeper.process.kill('SIGCONT');
    await expectSameAnswer(finished, out);
    await endRole(sleeper);
    expect(await readAnswer(out)).toEqual(expected);
  });

  it('ends although Redis is emptied in the middle', async () => {
    const out = join(folder, 'emptied');
    await fleet.start('worker');
    const hunt = scan(out);
    await midway(out);
    await redis.flush();
    await expectSameAnswer(await hunt, out);
  });

  it('is resumed from its run folder alone after hunter and Redis are lost, and scans nothing again that has a record', async () => {
    const out = join(folder, 'resumed');
    await fleet.start('worker');
    const hunter = startColdhunt(['scan', ...question, '--redis', '--out', out], { env });
    await midway(out);
    await Promise.all([endChild(hunter), fleet.end(), redis.flush()]);
    const recorded = await readStats(out);
    expect(recorded.size).toBeGreaterThan(0);
    await fleet.start('worker');
    const resumed = await coldhunt(['resume', out, '--redis'], { env });
    await expectSameAnswer(resumed, out);
    const stats = await readStats(out);
    expect(stats.size).toBeGreaterThan(recorded.size);
    for (const [name, text] of recorded) expect(stats.get(name)).toBe(text);
  });

  it('ends although Redis crashes and comes back in the middle', async () => {
    const out = join(folder, 'crashed');
    await fleet.start('worker');
    const hunt = scan(out);
    await midway(out);
    await redis.kill();
    await redis.restart();
    await expectSameAnswer(await hunt, out);
  });

  it('gives its shard back when it is told to end, and another takes it', async () => {
    const out = join(folder, 'drained');
    const first = await fleet.start('worker');
    const hunt = scan(out);
    await midway(out);
    await endRole(first);
    expect(first.process.exitCode).toBe(0);
    expect(first.output()).toContain('"msg":"stopped"');
    await fleet.start('worker');
    await expectSameAnswer(await hunt, out);
  });

  it('keeps the password to itself, in logs, run folder and process title', async () => {
    const out = join(folder, 'secret');
    const worker = await fleet.start('worker');
    const title = await readFile(`/proc/${worker.process.pid}/cmdline`, 'utf8');
    const hunt = await scan(out);
    await expectSameAnswer(hunt, out);
    const run = await readFile(join(out, 'run.json'), 'utf8');
    for (const text of [title, worker.output(), hunt.stdout, hunt.stderr, run]) expect(text).not.toContain(PASSWORD);
    expect(title).toMatch(/^coldhunt worker/);
  });
});

describe('a detached hunt', () => {
  let s3: S3Server;

  beforeAll(async () => {
    s3 = await startS3();
    s3.createBucket('archive');
    s3.createBucket('runs');
    await s3.upload(archive.folder, 's3://archive/endpoint');
  });

  afterAll(async () => {
    await s3.stop();
  });

  it('goes through planner, workers and reducer over S3, and says when it is done', async () => {
    const settings = { ...env, ...s3.env, COLDHUNT_RUNS_PREFIX: 's3://runs/hunts' };
    await Promise.all(
      (['planner', 'worker', 'worker', 'reducer'] as const).map((name) => fleet.start(name, { env: settings })),
    );
    const out = 's3://runs/hunts/first';
    const asked = await coldhunt(['scan', '--detach', ...questionOf('s3://archive/endpoint'), '--out', out], {
      env: settings,
    });
    expect(asked.code, asked.stderr).toBe(0);
    expect(asked.stdout.trim()).toMatch(/^[0-9a-f]{64}$/);
    const { code, stdout, stderr } = await coldhunt(['status', out, '--wait'], { env: settings });
    expect(code, stderr).toBe(3);
    expect(stdout).toContain(`${archive.book.alerts.length} alerts`);
  });

  it('gives the same bytes when two reducers share the parts of its reduction', async () => {
    const out = join(folder, 'shared');
    await Promise.all((['planner', 'worker', 'reducer', 'reducer'] as const).map((name) => fleet.start(name)));
    const flags = ['scan', '--detach', ...question, '--partitions', '5', '--out', out];
    expect((await coldhunt(flags, { env })).code).toBe(0);
    const { code, stderr } = await coldhunt(['status', out, '--wait'], { env });
    await expectSameAnswer({ code, stdout: '', stderr }, out);
  });
});
