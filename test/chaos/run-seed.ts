// One hunt under chaos: a planner, workers and reducers over a real Redis and an S3 server behind a proxy, harmed as the seed says. Whatever
// happened, the hunt must end, by itself or by `resume`, with the bytes of an undisturbed one.

import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunStore } from '@coldhunt/core';
import { finishedRun, readRun } from '@coldhunt/engine';
import type { FaultProxy } from '@coldhunt/archive/test/fault-proxy';
import { createRandom } from '../generator/random.ts';
import type { RedisServer } from '../redis-server.ts';
import { coldhunt, startColdhunt } from '../run-command.ts';
import { Crew, endChild } from './crew.ts';
import { injure, type Scene } from './injury.ts';
import { readStoredAnswer } from './stored-answer.ts';

export interface Ground {
  readonly redis: RedisServer;
  readonly proxy: FaultProxy;
  /** What a coldhunt process needs to reach both. */
  readonly env: Readonly<Record<string, string>>;
  /** `--archive` and everything else that is asked. */
  readonly question: readonly string[];
  /** The answer of an undisturbed hunt. */
  readonly expected: Readonly<Record<string, string>>;
  openRun(uri: string): RunStore;
}

export interface SeedResult {
  /** How often each kind of harm was done. */
  readonly injuries: ReadonlyMap<string, number>;
  readonly endedBy: 'itself' | 'resume' | 'resume --retry failed';
  readonly seconds: number;
  /** What was wrong; null: nothing. */
  readonly problem: string | null;
  /** What all processes said. */
  readonly talk: string;
}

const INJURIES = { least: 5, spread: 6 } as const;
const PAUSE_MS = { least: 50, spread: 700 } as const;
const TAKEN_WITHIN_MS = 30_000;
/** A hunt whose run folder gets no new file for so long, with everyone well, is forgotten. */
const STILL_MS = 15_000;
/** What no process may ever say. */
const FORBIDDEN = /INVARIANT|"level":60|unhandled|UNKNOWN_ERROR|TypeError|ReferenceError/i;

export async function runSeed(seed: number, ground: Ground): Promise<SeedResult> {
  const startedAt = Date.now();
  const random = createRandom(seed);
  const { redis, proxy, env } = ground;
  const out = `s3://runs/seed-${seed}-${startedAt}`;
  await redis.flush();
  proxy.reset();
  const crew = new Crew({ ...env, COLDHUNT_RUNS_PREFIX: 's3://runs' });
  for (const role of ['planner', 'worker', 'worker', 'reducer', 'reducer'] as const) crew.add(role);
  const asked: ChildProcess[] = [];
  const going: Promise<unknown>[] = [];
  let said = '';
  const ask = (way: 'detached' | 'attached'): ChildProcess => {
    const how = way === 'detached' ? ['--detach', '--partitions', String(1 + random.integer(3))] : ['--redis'];
    const flags = ['scan', ...how, ...ground.question, '--out', out];
    const child = startColdhunt(flags, { env: { ...env, AWS_ACCESS_KEY_ID: 'asker-0' } }, (text) => (said += text));
    asked.push(child);
    return child;
  };
  const talkOf = (): string => `${said}\n${crew.output()}`;
  const injuries = new Map<string, number>();
  const scene: Scene = { crew, redis, proxy, random, askAgain: ask, keep: (promise) => going.push(promise) };
  const store = ground.openRun(out);
  try {
    ask(random.integer(3) === 0 ? 'attached' : 'detached');
    const count = INJURIES.least + random.integer(INJURIES.spread);
    await waitForRun(store);
    for (let done = 0; done < count && !(await isFinished(store)); done += 1) {
      await sleep(PAUSE_MS.least + random.integer(PAUSE_MS.spread));
      const kind = await injure(scene);
      injuries.set(kind, (injuries.get(kind) ?? 0) + 1);
    }
    await Promise.all(going);
    proxy.reset();
    const endedBy = await bringToEnd(store, out, ground);
    const difference = compare(await readStoredAnswer(store), ground.expected);
    const talk = talkOf();
    const strange = FORBIDDEN.exec(talk)?.[0];
    const problem = difference ?? (strange === undefined ? null : `a process said ${strange}`);
    return { injuries, endedBy, seconds: (Date.now() - startedAt) / 1000, problem, talk };
  } catch (error) {
    const problem = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { injuries, endedBy: 'itself', seconds: (Date.now() - startedAt) / 1000, problem, talk: talkOf() };
  } finally {
    proxy.reset();
    await Promise.all(asked.map((child) => endChild(child)));
    await crew.end();
    await store.close?.();
  }
}

async function waitForRun(store: RunStore): Promise<void> {
  const deadline = Date.now() + TAKEN_WITHIN_MS;
  while ((await store.get('run.json')) === null) {
    if (Date.now() > deadline) throw new Error('the hunt was never taken');
    await sleep(50);
  }
}

async function isFinished(store: RunStore): Promise<boolean> {
  return (await finishedRun(store, await readRun(store))) !== null;
}

/** Waits; a hunt that does not end by itself is resumed, as a user would. */
async function bringToEnd(store: RunStore, out: string, ground: Ground): Promise<SeedResult['endedBy']> {
  let endedBy: SeedResult['endedBy'] = 'itself';
  for (let [files, since] = [0, Date.now()]; !(await isFinished(store));) {
    await sleep(200);
    const found = await countFiles(store);
    if (found !== files) [files, since] = [found, Date.now()];
    if (Date.now() - since < STILL_MS) continue;
    await resume(out, ground, []);
    endedBy = 'resume';
  }
  // A shard that was struck too often was given up, as it must be: a retry brings it back.
  const coverage = JSON.parse(Buffer.from((await store.get('coverage.json')) ?? '').toString()) as {
    failed: unknown[];
  };
  if (coverage.failed.length === 0) return endedBy;
  await resume(out, ground, ['--retry', 'failed']);
  return 'resume --retry failed';
}

async function countFiles(store: RunStore): Promise<number> {
  let count = 0;
  for await (const page of store.list('')) count += page.length;
  return count;
}

async function resume(out: string, { env }: Ground, flags: readonly string[]): Promise<void> {
  const { code, stderr } = await coldhunt(['resume', out, '--redis', ...flags], { env });
  if (code !== 3) throw new Error(`resume ended with ${code}: ${stderr}`);
}

function compare(found: Readonly<Record<string, string>>, expected: Readonly<Record<string, string>>): string | null {
  const paths = [...new Set([...Object.keys(found), ...Object.keys(expected)])].toSorted();
  const differing = paths.filter((path) => found[path] !== expected[path]);
  if (differing.length === 0) return null;
  const shown = differing
    .slice(0, 3)
    .map((path) => `${path}:\n  found    ${shorten(found[path])}\n  expected ${shorten(expected[path])}`);
  return `${differing.length} files differ: ${shown.join('\n')}`;
}

function shorten(text: string | undefined): string {
  return text === undefined ? 'nothing' : text.slice(0, 1500);
}
