// The hunt over BullMQ with real processes gives the bytes that threads give. What else is done to it on the way: test/heavy/fleet-faults.test.ts.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';
import { FleetSetting, PASSWORD, midway } from './fleet-setting.ts';
import { endRole } from './fleet.ts';

let setting: FleetSetting;

beforeAll(async () => {
  setting = await FleetSetting.create();
});

afterEach(() => setting.fleet.end());

afterAll(() => setting.end());

describe('a hunt over Redis', () => {
  it('gives the bytes of threads with one, two and five workers', async () => {
    for (const count of [1, 2, 5]) {
      while (setting.fleet.size < count) await setting.fleet.start('worker');
      const out = join(setting.folder, `${count}-workers`);
      await setting.expectSameAnswer(await setting.scan(out), out);
    }
  });

  it('goes on when a worker is killed in the middle of a shard', async () => {
    const out = join(setting.folder, 'killed');
    const victim = await setting.fleet.start('worker');
    const hunt = setting.scan(out);
    await midway(out);
    await endRole(victim, 'SIGKILL');
    const survivor = await setting.fleet.start('worker');
    await setting.expectSameAnswer(await hunt, out);
    expect(survivor.output()).toContain('"msg":"job done"');
  });

  it('writes once what two workers scan because one was thought dead', async () => {
    const out = join(setting.folder, 'stopped');
    const sleeper = await setting.fleet.start('worker');
    const hunt = setting.scan(out);
    await midway(out);
    sleeper.process.kill('SIGSTOP');
    await setting.fleet.start('worker');
    const finished = await hunt;
    sleeper.process.kill('SIGCONT');
    await setting.expectSameAnswer(finished, out);
    await endRole(sleeper);
    await setting.expectSameAnswer(finished, out);
  });

  it('keeps the password to itself, in logs, run folder and process title', async () => {
    const out = join(setting.folder, 'secret');
    const worker = await setting.fleet.start('worker');
    const title = await readFile(`/proc/${worker.process.pid}/cmdline`, 'utf8');
    const hunt = await setting.scan(out);
    await setting.expectSameAnswer(hunt, out);
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
    await s3.upload(setting.archive.folder, 's3://archive/endpoint');
  });

  afterAll(async () => {
    await s3.stop();
  });

  it('goes through planner, workers and reducer over S3, and says when it is done', async () => {
    const settings = { ...setting.env, ...s3.env, COLDHUNT_RUNS_PREFIX: 's3://runs/hunts' };
    await Promise.all(
      (['planner', 'worker', 'worker', 'reducer'] as const).map((name) => setting.fleet.start(name, { env: settings })),
    );
    const out = 's3://runs/hunts/first';
    const asked = await coldhunt(['scan', '--detach', ...setting.question('s3://archive/endpoint'), '--out', out], {
      env: settings,
    });
    expect(asked.code, asked.stderr).toBe(0);
    expect(asked.stdout.trim()).toMatch(/^[0-9a-f]{64}$/);
    const { code, stdout, stderr } = await coldhunt(['status', out, '--wait'], { env: settings });
    expect(code, stderr).toBe(3);
    expect(stdout).toContain(`${setting.archive.book.alerts.length} first uses`);
  });

  it('gives the same bytes when two reducers share the parts of its reduction', async () => {
    const out = join(setting.folder, 'shared');
    await Promise.all((['planner', 'worker', 'reducer', 'reducer'] as const).map((name) => setting.fleet.start(name)));
    const flags = ['scan', '--detach', ...setting.question(), '--partitions', '5', '--out', out];
    expect((await coldhunt(flags, { env: setting.env })).code).toBe(0);
    const { code, stderr } = await coldhunt(['status', out, '--wait'], { env: setting.env });
    await setting.expectSameAnswer({ code, stderr }, out);
  });
});
