// Hunts that wait, fail, are lost and are gone on with, through real processes: what a person is told, and what mends it.

import { mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt, startColdhunt } from '../run-command.ts';
import { startS3 } from '../s3-server.ts';
import { Fleet, endRole, until } from '../end-to-end/fleet.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const EVENT = '{"@timestamp":"2026-01-20T00:00:00Z","host":{"id":"h1"},"process":{"name":"aws"}}\n';

let folder: string;
let archive: string;
let redis: RedisServer;
let env: Record<string, string>;
let fleet: Fleet;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-detached-'));
  archive = join(folder, 'archive');
  await mkdir(archive);
  await writeFile(join(archive, 'a.ndjson'), EVENT.repeat(20));
  redis = await startRedis();
});

afterEach(() => fleet.end());

afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A run folder and a queue of its own. */
function setUp(): string {
  count += 1;
  env = { COLDHUNT_REDIS_URL: redis.url, COLDHUNT_QUEUE_PREFIX: `detached-${count}` };
  fleet = new Fleet(env);
  return join(folder, `run-${count}`);
}

function ask(out: string, more: readonly string[] = [], uri = archive): ReturnType<typeof coldhunt> {
  return coldhunt(['scan', '--archive', uri, '--rule', RULE, '--out', out, '--detach', ...more], { env });
}

function status(out: string, ...flags: string[]): ReturnType<typeof coldhunt> {
  return coldhunt(['status', out, ...flags], { env });
}

/** A hunt that follows its shards over Redis, left running. */
function startScan(out: string): {
  readonly child: ReturnType<typeof startColdhunt>;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
} {
  let text = '';
  const args = ['scan', '--archive', archive, '--rule', RULE, '--out', out, '--redis'];
  const child = startColdhunt(args, { env }, (more) => (text += more));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, output: () => text, ended };
}

async function startAll(): Promise<void> {
  await Promise.all((['planner', 'worker', 'reducer'] as const).map((name) => fleet.start(name)));
}

describe('a detached hunt that cannot be planned', () => {
  it('fails at once where the folder is missing, and says why and what to do', async () => {
    const out = setUp();
    const gone = join(folder, 'gone');
    await mkdir(gone);
    expect((await ask(out, [], gone)).code).toBe(0);
    await rm(gone, { recursive: true });
    await fleet.start('planner');
    const waited = await status(out, '--wait');
    expect(waited.code, waited.stderr).toBe(1);
    expect(waited.stderr).toContain('(STORAGE_NOT_FOUND)');
    expect(waited.stderr).toContain(`coldhunt resume ${out} --detach`);
    const { code, stdout } = await status(out);
    expect(code, stdout).toBe(1);
    expect(stdout).toMatch(/^hunt [0-9a-f]{8} failed/);
    expect(stdout).toContain('(STORAGE_NOT_FOUND)');
    expect(stdout).toContain('1 planner, 0 workers, 0 reducers');
    const told = JSON.parse((await status(out, '--json')).stdout) as { queue: { failure: object } };
    expect(told.queue.failure).toMatchObject({ by: 'planner', code: 'STORAGE_NOT_FOUND' });
  });

  it('keeps the reason in its run folder, where it is found without Redis until somebody asks again', async () => {
    const out = setUp();
    const gone = join(folder, 'gone-too');
    await mkdir(gone);
    expect((await ask(out, [], gone)).code).toBe(0);
    await rm(gone, { recursive: true });
    await fleet.start('planner');
    expect((await status(out, '--wait')).code).toBe(1);
    await redis.flush();
    for (const settings of [{ env }, {}]) {
      const { code, stdout } = await coldhunt(['status', out], settings);
      expect(code, stdout).toBe(1);
      expect(stdout).toMatch(/^hunt [0-9a-f]{8} failed/);
      expect(stdout).toMatch(/its planner gave it up at 20\S+Z: .*gone-too.*\(STORAGE_NOT_FOUND\)/);
      expect(stdout).toContain(`coldhunt resume ${out} --detach`);
    }
    const waited = await coldhunt(['status', out, '--wait']);
    expect(waited.code, waited.stderr).toBe(1);
    expect(waited.stderr).toContain('(STORAGE_NOT_FOUND)');
    await fleet.end();
    const resumed = await coldhunt(['resume', out, '--detach'], { env });
    expect(resumed.stderr).toMatch(/its planner gave it up at .* it is tried again now/);
    await redis.flush();
    const { code, stdout } = await coldhunt(['status', out]);
    expect(code, stdout).toBe(0);
    expect(stdout).not.toContain('gave it up');
  });

  it('fails at once where the bucket is missing', async () => {
    const out = setUp();
    const s3 = await startS3();
    try {
      await fleet.start('planner', { env: { ...s3.env } });
      env = { ...env, ...s3.env };
      expect((await ask(out, [], 's3://no-such-bucket/logs')).code).toBe(0);
      const { code, stderr } = await status(out, '--wait');
      expect(code, stderr).toBe(1);
      expect(stderr).toContain('(STORAGE_NOT_FOUND)');
    } finally {
      await s3.stop();
    }
  });

  it('goes on when it is resumed after its cause was mended', async () => {
    const out = setUp();
    const late = join(folder, 'late');
    await mkdir(late);
    expect((await ask(out, [], late)).code).toBe(0);
    await rm(late, { recursive: true });
    await startAll();
    expect((await status(out, '--wait')).code).toBe(1);
    await mkdir(late);
    await writeFile(join(late, 'a.ndjson'), EVENT);
    const resumed = await coldhunt(['resume', out, '--detach'], { env });
    expect(resumed.code, resumed.stderr).toBe(0);
    const { code, stderr } = await status(out, '--wait');
    expect(code, stderr).toBe(0);
  });

  it('is refused by a limit, and planned with a higher one', async () => {
    const out = setUp();
    await startAll();
    expect((await ask(out, ['--max-bytes', '10'])).code).toBe(0);
    const refused = await status(out, '--wait');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('(PLAN_TOO_LARGE)');
    expect((await coldhunt(['resume', out, '--detach', '--max-bytes', '1mb'], { env })).code).toBe(0);
    expect((await status(out, '--wait')).code).toBe(0);
  });
});

describe('a detached hunt of a newer version', () => {
  it('is left to newer processes: the log says so, and nothing fails', async () => {
    const out = setUp();
    expect((await ask(out)).code).toBe(0);
    const path = join(out, 'run.json');
    const run = await readFile(path, 'utf8');
    await writeFile(path, run.replace('"format": 1', '"format": 2'));
    const planner = await fleet.start('planner');
    await until(
      () => planner.output().includes('job left to processes of another version'),
      () => planner.output(),
    );
    expect(planner.output()).toContain('"code":"RUN_FORMAT_NEWER"');
    await endRole(planner);
    await writeFile(path, run);
    const told = await status(out);
    expect(told.code).toBe(0);
    expect(told.stdout).toMatch(/its planner tries again after: .*\(RUN_FORMAT_NEWER\)/);
    await startAll();
    const { code, stderr } = await status(out, '--wait');
    expect(code, stderr).toBe(0);
  });
});

describe('a detached hunt that nobody takes', () => {
  it('says which processes are missing and how to start them', async () => {
    const out = setUp();
    const asked = await ask(out);
    expect(asked.code, asked.stderr).toBe(0);
    for (const role of ['planner', 'worker', 'reducer']) {
      expect(asked.stderr).toMatch(
        new RegExp(
          `no ${role} is connected to redis://\\S+ with prefix detached-\\d+: .*start: coldhunt ${role} --redis`,
        ),
      );
    }
    const { code, stdout } = await status(out);
    expect(code).toBe(0);
    expect(stdout).toContain('0 planners, 0 workers, 0 reducers');
    expect(stdout).toContain('start: coldhunt planner');
    expect((await ask(out)).stderr).toContain('under way already');
  });

  it('is known as lost when its Redis was emptied, and goes on when it is resumed', async () => {
    const out = setUp();
    expect((await ask(out)).code).toBe(0);
    await redis.flush();
    const lost = await status(out);
    expect(lost.stdout).toContain('no planner or reducer has it');
    expect(lost.stdout).toContain(`coldhunt resume ${out} --detach`);
    expect((await coldhunt(['resume', out, '--detach'], { env })).code).toBe(0);
    await startAll();
    const { code, stderr } = await status(out, '--wait');
    expect(code, stderr).toBe(0);
  });
});

describe('one question that is asked into two folders at once', () => {
  it('is answered in both, handed over whole or with its shards alone', async () => {
    const out = setUp();
    const [whole, other] = [out, `${out}-other`];
    const asked = [await ask(whole), await ask(other)];
    expect(asked[0]?.stdout).toBe(asked[1]?.stdout);
    for (const { code, stderr } of asked) {
      expect(code, stderr).toBe(0);
      expect(stderr).not.toContain('under way already');
    }
    const linked = join(folder, 'linked');
    await symlink(whole, linked);
    expect((await ask(linked)).stderr).toContain('under way already');
    const scans = [startScan(`${out}-shards`), startScan(`${out}-shards-other`)];
    await startAll();
    for (const { ended, output } of scans) expect(await ended, output()).toBe(0);
    for (const run of [whole, other]) {
      const { code, stderr } = await status(run, '--wait');
      expect(code, stderr).toBe(0);
    }
  });
});

describe('a detached hunt that has ended', () => {
  it('is mended by a retry that is detached too', async () => {
    const out = setUp();
    const [stored, aside] = [join(folder, 'moving', 'a.ndjson'), join(folder, 'aside.ndjson')];
    await mkdir(join(folder, 'moving'));
    await writeFile(stored, EVENT);
    await fleet.start('planner');
    expect((await ask(out, [], join(folder, 'moving'))).code).toBe(0);
    await until(
      () =>
        readFile(join(out, 'plan', 'done.json')).then(
          () => true,
          () => false,
        ),
      () => 'no plan',
    );
    await rename(stored, aside);
    await Promise.all([fleet.start('worker'), fleet.start('reducer')]);
    const first = await status(out, '--wait');
    expect(first.code, first.stderr).toBe(3);
    await rename(aside, stored);
    const refused = await coldhunt(['resume', out, '--detach'], { env });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('RUN_EXISTS');
    const resumed = await coldhunt(['resume', out, '--detach', '--retry', 'failed'], { env });
    expect(resumed.code, resumed.stderr).toBe(0);
    const { code, stdout, stderr } = await status(out, '--wait');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('generation 2');
  });

  it('was priced by the file and the route that were given', async () => {
    const out = setUp();
    const prices = join(folder, 'prices.json');
    const own = await readFile(join(import.meta.dirname, '../../packages/engine/src/plan/prices.json'), 'utf8');
    await writeFile(prices, JSON.stringify({ ...(JSON.parse(own) as object), date: '2025-02-03' }));
    await startAll();
    expect((await ask(out, ['--prices', prices, '--route', 'internet'])).code).toBe(0);
    expect((await status(out, '--wait')).code).toBe(0);
    const estimate = JSON.parse(await readFile(join(out, 'plan', 'estimate.json'), 'utf8')) as object;
    expect(estimate).toMatchObject({ prices: { date: '2025-02-03' }, cost: { route: 'internet' } });
    const wrong = await ask(`${out}-2`, ['--route', 'pigeon']);
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toContain('same-region, vpc-endpoint');
  });
});

describe('a hunt whose shards wait for a worker', () => {
  it('says so, also of one that is too old, and goes on when one comes that can', async () => {
    const out = setUp();
    const { output, ended } = startScan(out);
    await until(
      () =>
        /no worker is connected to \S+ with prefix detached-\d+ for \d+ s: .*coldhunt worker --redis/.test(output()),
      output,
    );
    const path = join(out, 'run.json');
    const run = await readFile(path, 'utf8');
    await writeFile(path, run.replace('"format": 1', '"format": 2'));
    const worker = await fleet.start('worker');
    await until(() => output().includes('a worker of another version left a shard to others'), output);
    // Two processes: which of them is heard first is not certain.
    await until(
      () => /"code":"RUN_FORMAT_NEWER".*"msg":"job left to processes of another version"/.test(worker.output()),
      () => worker.output(),
    );
    await writeFile(path, run);
    expect(await ended, output()).toBe(0);
  });

  it('is gone on with as its status says after it was interrupted', async () => {
    const out = setUp();
    const { child, output, ended } = startScan(out);
    await until(() => output().includes('no worker is connected'), output);
    child.kill('SIGINT');
    expect(await ended, output()).toBe(130);
    const { code, stdout } = await coldhunt(['status', out]);
    expect(code).toBe(0);
    expect(stdout).toContain(`go on with: coldhunt resume ${out}`);
    expect((await coldhunt(['resume', out])).code).toBe(0);
  });
});

describe('a shard that ends each worker that takes it', () => {
  it('is given up after three starts, of which one that was told to stop is none', async () => {
    const out = setUp();
    const args = ['scan', '--archive', archive, '--rule', RULE, '--out', out, '--redis'];
    const hunt = coldhunt(args, { env });
    const endings = ['SIGKILL', 'SIGTERM', 'SIGKILL', 'SIGKILL'] as const;
    for (const signal of endings) {
      const worker = await fleet.start('worker', { flags: ['--log-level', 'debug', '--drain-timeout', '1ms'] });
      await until(
        () => worker.output().includes('"msg":"job started"'),
        () => worker.output(),
      );
      await endRole(worker, signal);
      if (signal === 'SIGTERM') expect(worker.output()).toContain('"msg":"job given back"');
    }
    await fleet.start('worker');
    const { code, stderr } = await hunt;
    expect(code, stderr).toBe(3);
    expect(stderr).toContain('(SHARD_GAVE_UP)');
    const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as { failed: object[] };
    expect(coverage.failed).toMatchObject([
      { code: 'SHARD_GAVE_UP', message: expect.stringContaining('started 3 times') },
    ]);
  });
});
