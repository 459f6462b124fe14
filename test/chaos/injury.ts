// What chaos does to a hunt: each kind takes its victim and its moment from the seed, does its harm, and is told by name.

import { setTimeout as sleep } from 'node:timers/promises';
import type { FaultProxy, SeenRequest } from '@coldhunt/archive/test/fault-proxy';
import type { Random } from '../generator/random.ts';
import type { RedisServer } from '../redis-server.ts';
import type { Crew, RoleName } from './crew.ts';

export interface Scene {
  readonly crew: Crew;
  readonly redis: RedisServer;
  readonly proxy: FaultProxy;
  readonly random: Random;
  /** Starts the same hunt once more, handed over or with this process as planner and reducer. */
  readonly askAgain: (way: 'detached' | 'attached') => void;
  /** Of what goes on after `injure` has resolved. */
  readonly keep: (going: Promise<unknown>) => void;
}

/** Longer than a lock. */
const FROZEN_MS = { least: 2_300, spread: 1_500 } as const;
const MOST_WORKERS = 4;
/** A write that does not come is waited for no longer. */
const WRITE_WITHIN_MS = 4_000;

type Injury = (scene: Scene) => Promise<string>;

const ROLES: readonly RoleName[] = ['worker', 'worker', 'worker', 'reducer', 'reducer', 'planner'];
/** Writes that are let pass before one is struck. */
const MOST_PASSED = 4;

const INJURIES: readonly { readonly weight: number; readonly injure: Injury }[] = [
  { weight: 4, injure: kill },
  { weight: 3, injure: freeze },
  { weight: 5, injure: (scene) => strikeWriter(scene, 'killed') },
  { weight: 3, injure: (scene) => strikeWriter(scene, 'frozen') },
  { weight: 2, injure: (scene) => crashRedis(scene, true) },
  { weight: 1, injure: (scene) => crashRedis(scene, false) },
  { weight: 1, injure: flushRedis },
  { weight: 2, injure: changeCrew },
  { weight: 1, injure: replaceWorkers },
  { weight: 2, injure: askTwice },
  { weight: 2, injure: failStore },
];
const WEIGHTS = INJURIES.reduce((sum, { weight }) => sum + weight, 0);

/** Does one thing, and gives the name of its kind. */
export function injure(scene: Scene): Promise<string> {
  let at = scene.random.integer(WEIGHTS);
  for (const { weight, injure: act } of INJURIES) {
    at -= weight;
    if (at < 0) return act(scene);
  }
  return kill(scene);
}

async function kill({ crew, random }: Scene): Promise<string> {
  const role = random.pick(ROLES);
  const victim = random.pick(crew.of(role));
  crew.kill(victim.name);
  return `${role} killed`;
}

async function freeze({ crew, random, keep }: Scene): Promise<string> {
  const role = random.pick(ROLES);
  const victim = random.pick(crew.of(role));
  keep(crew.freeze(victim.name, frozenFor(random)));
  return `${role} frozen`;
}

/** Between a write and its acknowledgement: the store has the bytes, and whoever wrote them never hears of it, or late. */
async function strikeWriter({ crew, proxy, random, keep }: Scene, how: 'killed' | 'frozen'): Promise<string> {
  let passes = random.integer(MOST_PASSED);
  const ms = frozenFor(random);
  const written = Promise.withResolvers<string>();
  const struck = Promise.withResolvers<void>();
  proxy.fail({
    fits: (request) => {
      if (request.method !== 'PUT' || !request.url.startsWith('/runs/')) return false;
      passes -= 1;
      if (passes >= 0) return false;
      written.resolve(writerOf(request));
      return true;
    },
    act: { kind: 'hold', until: struck.promise },
  });
  const writer = await Promise.race([written.promise, sleep(WRITE_WITHIN_MS, null)]);
  if (writer === null) {
    struck.resolve();
    return 'no write within reach';
  }
  // The store answers within this.
  await sleep(20);
  if (how === 'killed') crew.kill(writer);
  else keep(crew.freeze(writer, ms));
  struck.resolve();
  return `${writer.split('-')[0]} ${how} at a write`;
}

function writerOf({ headers }: SeenRequest): string {
  return /Credential=([^/]+)\//.exec(String(headers['authorization']))?.[1] ?? '';
}

async function crashRedis({ redis, random }: Scene, keepsDisk: boolean): Promise<string> {
  await redis.kill();
  await sleep(random.integer(1_500));
  if (!keepsDisk) await redis.loseDisk();
  await redis.restart();
  return keepsDisk ? 'redis crashed' : 'redis lost with its disk';
}

async function flushRedis({ redis }: Scene): Promise<string> {
  await redis.flush();
  return 'redis emptied';
}

async function changeCrew({ crew, random }: Scene): Promise<string> {
  const workers = crew.of('worker');
  if (workers.length >= MOST_WORKERS || (workers.length > 1 && random.integer(2) === 0)) {
    crew.remove(random.pick(workers).name);
    return 'worker removed';
  }
  crew.add('worker');
  return 'worker added';
}

async function replaceWorkers({ crew }: Scene): Promise<string> {
  for (const { name } of crew.of('worker')) {
    crew.add('worker');
    crew.remove(name);
  }
  return 'all workers replaced';
}

async function askTwice({ random, askAgain }: Scene): Promise<string> {
  const way = random.pick(['detached', 'attached'] as const);
  askAgain(way);
  return `second scan (${way})`;
}

async function failStore({ proxy, random }: Scene): Promise<string> {
  const act = random.pick([
    { kind: 'answer', status: 503, code: 'SlowDown' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'reset', afterBytes: 0 },
    { kind: 'short', afterBytes: 300 },
  ] as const);
  let seen = 0;
  proxy.fail({ fits: () => (seen += 1) % 3 === 0, times: 10, act });
  return 'store out of sorts';
}

function frozenFor(random: Random): number {
  return FROZEN_MS.least + random.integer(FROZEN_MS.spread);
}
