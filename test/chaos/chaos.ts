// `npm run chaos -- --seed n --minutes m`: hunts that are harmed, seed after seed, until the time is up. Prints a line a seed and the sums;
// exits 1 at the first hunt that did not give the bytes of an undisturbed one, and leaves what the processes said in .cache/chaos.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openRunStore, type S3Options } from '@coldhunt/archive';
import { startFaultProxy } from '@coldhunt/archive/test/fault-proxy';
import { writeArchive } from '../generator/archive-writer.ts';
import { startRedis } from '../redis-server.ts';
import { coldhunt, ROOT } from '../run-command.ts';
import { startS3 } from '../s3-server.ts';
import { runSeed, type Ground, type SeedResult } from './run-seed.ts';
import { readStoredAnswer } from './stored-answer.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const SHAPE = { seed: 7, startMs: Date.parse('2026-01-05T00:00:00Z'), days: 36, hosts: 60, events: 9_000 };
const RANGE = ['--from', '2026-01-12', '--to', '2026-02-10'];
/** Each GET of the archive takes at least so long: a hunt of some seconds that leaves the processors to the harm. */
const GET_DELAY_MS = 12;
const LOGS = join(ROOT, '.cache', 'chaos');

const { values } = parseArgs({
  options: { seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '3' } },
});
const firstSeed = Number(values.seed);
const minutes = Number(values.minutes);
if (!Number.isSafeInteger(firstSeed) || !(minutes > 0)) throw new Error('expected --seed <integer> --minutes <number>');
process.exitCode = await main();

async function main(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-chaos-'));
  const s3 = await startS3();
  const proxy = await startFaultProxy(Number(new URL(s3.endpoint).port), {
    delayMs: ({ method, url }) => (method === 'GET' && url.startsWith('/archive/') ? GET_DELAY_MS : 0),
  });
  const redis = await startRedis();
  try {
    const archive = await writeArchive(join(folder, 'written'), SHAPE);
    s3.createBucket('archive');
    s3.createBucket('runs');
    await s3.upload(archive.folder, 's3://archive/logs');
    const env = { ...s3.env, COLDHUNT_S3_ENDPOINT: proxy.endpoint, COLDHUNT_REDIS_URL: redis.url };
    const exceptions = ['--exceptions', archive.exceptionsFile];
    const question = ['--archive', 's3://archive/logs', '--rule', RULE, ...RANGE, ...exceptions];
    const openRun: Ground['openRun'] = (uri) => openRunStore(uri, { s3: toS3Options(s3.endpoint) });
    const calm = await coldhunt(['scan', ...question, '--out', 's3://runs/calm'], { env });
    if (calm.code !== 3) throw new Error(`the undisturbed hunt ended with ${calm.code}: ${calm.stderr}`);
    const expected = await readStoredAnswer(openRun('s3://runs/calm'));
    return await runSeeds({ redis, proxy, env, question, expected, openRun });
  } finally {
    await Promise.all([redis.stop(), proxy.close(), s3.stop()]);
    await rm(folder, { recursive: true, force: true });
  }
}

async function runSeeds(ground: Ground): Promise<number> {
  await mkdir(LOGS, { recursive: true });
  const end = Date.now() + minutes * 60_000;
  const sums = new Map<string, number>();
  let seeds = 0;
  let longestMs = 0;
  // A seed is begun while one of the usual length would end in time, and at least one is run.
  while (seeds === 0 || Date.now() + longestMs < end) {
    const seed = firstSeed + seeds;
    const result = await runSeed(seed, ground);
    seeds += 1;
    longestMs = Math.max(longestMs, result.seconds * 1000);
    for (const [kind, count] of result.injuries) sums.set(kind, (sums.get(kind) ?? 0) + count);
    say(describe(seed, result));
    const log = join(LOGS, `seed-${seed}.log`);
    await writeFile(log, `${result.problem ?? 'no problem'}\n${result.talk}`);
    if (result.problem !== null) {
      say(`seed ${seed} failed: ${result.problem}\nwhat the processes said: ${log}`);
      return 1;
    }
  }
  const harm = [...sums].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([kind, count]) => `  ${count} × ${kind}`);
  say(
    `chaos: ${seeds} seeds from ${firstSeed}, each with the bytes of an undisturbed hunt; harm done:\n${harm.join('\n')}`,
  );
  return 0;
}

function describe(seed: number, { injuries, endedBy, seconds }: SeedResult): string {
  const done = [...injuries].map(([kind, count]) => (count === 1 ? kind : `${kind} × ${count}`));
  return `seed ${seed}: ended by ${endedBy} in ${seconds.toFixed(0)} s; ${done.join(', ')}`;
}

function toS3Options(endpoint: string): S3Options {
  const credentials = { accessKeyId: 'demo', secretAccessKey: 'demo-secret' };
  return { endpoint, forcePathStyle: true, region: 'us-east-1', credentials };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
