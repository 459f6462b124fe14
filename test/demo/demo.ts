// `npm run demo`: the main job from start to end. An archive of 28 days in S3, a planner, two workers and a reducer over Redis, the hunt of
// the first rule, and what was found held against what was planted.

import { type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeArchive } from '../generator/archive-writer.ts';
import type { Book } from '../generator/stories.ts';
import { startRedis } from '../redis-server.ts';
import { coldhunt, ROOT, startColdhunt } from '../run-command.ts';
import { startS3 } from '../s3-server.ts';
import { compareWithBook } from './compare-with-book.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const DAY = 86_400_000;
const SHAPE = { seed: 20_260_105, startMs: Date.parse('2026-01-05T00:00:00Z'), days: 28, hosts: 200, events: 201_600 };
const FROM = new Date(SHAPE.startMs + 7 * DAY).toISOString().slice(0, 10);
const TO = new Date(SHAPE.startMs + SHAPE.days * DAY).toISOString().slice(0, 10);

// A new name whenever the generator changes what it writes.
const cache = join(ROOT, '.cache', 'demo', `archive-2-${SHAPE.seed}`);
const out = join(ROOT, 'runs', 'demo');

const started = Date.now();
say('starting an S3 server, Redis, a planner, two workers and a reducer');
const [s3, redis] = await Promise.all([startS3(), startRedis()]);
const env = { ...s3.env, COLDHUNT_REDIS_URL: redis.url };
// They get ready while the archive is made. One thread each: two workers are as many as this is meant to need.
const roles = [['planner'], ['worker', '--workers', '1'], ['worker', '--workers', '1'], ['reducer']];
const processes = roles.map((role) => startColdhunt(role, { env }));
try {
  await mkdir(join(ROOT, '.cache', 'demo'), { recursive: true });
  if (!existsSync(cache)) {
    say(`writing an archive of ${SHAPE.days} days and ${SHAPE.hosts} hosts (kept for the next time)`);
    await writeArchive(cache, SHAPE);
  }
  const { book, events, objects } = JSON.parse(await readFile(join(cache, 'book.json'), 'utf8')) as {
    book: Book;
    events: number;
    objects: number;
  };
  s3.createBucket('example-archive');
  await s3.upload(join(cache, 'archive'), 's3://example-archive/endpoint');
  say(`${events.toLocaleString('en-US')} events in ${objects} objects lie in s3://example-archive/endpoint`);

  await rm(out, { recursive: true, force: true });
  const question = ['--archive', 's3://example-archive/endpoint', '--rule', RULE, '--from', FROM, '--to', TO];
  const layout = ['--layout', 'events/%Y/%m/%d/%H/*', '--layout-time', 'event', '--layout-slack', '0s'];
  const exceptions = ['--exceptions', join(cache, 'exceptions.ndjson')];
  say(`coldhunt scan --detach ${question.join(' ')} …`);
  const asked = await coldhunt(['scan', '--detach', ...question, ...layout, ...exceptions, '--out', out], { env });
  if (asked.code !== 0) throw new Error(`the hunt was not taken:\n${asked.stderr}`);
  const done = await coldhunt(['status', out, '--wait'], { env });
  process.stdout.write(`\n${done.stdout}\n`);
  if (done.code !== 0 && done.code !== 3) throw new Error(`the hunt did not end:\n${done.stderr}`);

  const { text, isEqual } = await compareWithBook(out, book);
  process.stdout.write(`${text}\n`);
  process.stdout.write(`Report: ${join(out, 'report.html')}\n(${((Date.now() - started) / 1000).toFixed(0)} s)\n`);
  if (!isEqual) process.exitCode = 1;
} finally {
  for (const child of processes) child.kill('SIGTERM');
  await Promise.all(processes.map((child) => ended(child)));
  await redis.stop();
  await s3.stop();
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once('exit', () => resolve());
  });
}

function say(text: string): void {
  process.stderr.write(`demo: ${text}\n`);
}
