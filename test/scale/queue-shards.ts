// A hunt of many shards through a real Redis, with scans that find nothing: what the queue alone takes. `node test/scale/queue-shards.ts [shards]`,
// default 100,000. Records are kept as names in memory, so that the run folder's disk is not what is measured.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRunStore } from '@coldhunt/archive';
import type { ListedObject, ObjectSource, RunStore } from '@coldhunt/core';
import { NO_RETRY, createQuestion, openRun, pendingShards, planHunt } from '@coldhunt/engine';
import { connectRedis, createShardWorker, followHunt } from '@coldhunt/queue';
import { builtinRules, createFieldTypes } from '@coldhunt/rules';
import { startRedis } from '../redis-server.ts';

const SHARDS = Number(process.argv[2] ?? 100_000);
/** As large as a shard of its own. */
const OBJECT_BYTES = 64 * 1024 * 1024;
const PAGE = 1_000;
const CONCURRENCY = 64;
const URI = 's3://made/archive/';

const source: ObjectSource = {
  uri: URI,
  async *list() {
    for (let from = 0; from < SHARDS; from += PAGE) {
      await new Promise((resolve) => setImmediate(resolve));
      yield Array.from({ length: Math.min(PAGE, SHARDS - from) }, (_, index): ListedObject => {
        const key = `part-${String(from + index).padStart(9, '0')}.ndjson.gz`;
        return {
          uri: URI + key,
          key,
          size: OBJECT_BYTES,
          etag: 'made',
          lastModifiedMs: 0,
          storageClass: 'STANDARD',
          isArchived: false,
        };
      });
    }
  },
  open() {
    throw new Error('nothing is read');
  },
};

const folder = await mkdtemp(join(tmpdir(), 'coldhunt-queue-'));
const server = await startRedis();
try {
  const files = openRunStore(folder);
  const done = new Set<string>();
  const store: RunStore = {
    ...files,
    uri: files.uri,
    putOnce: (path, body) => files.putOnce(path, body),
    put: (path, body) => files.put(path, body),
    putStream: (path, body) => files.putStream(path, body),
    get: (path) => files.get(path),
    stream: (path) => files.stream(path),
    remove: (path) => files.remove(path),
    async *list(prefix) {
      if (prefix !== 'scan/') return yield* files.list(prefix);
      let page: string[] = [];
      for (const id of done) {
        page.push(`scan/${id}.ledger.json`);
        if (page.length < PAGE) continue;
        yield page;
        page = [];
      }
      yield page;
    },
  };
  const rules = builtinRules(createFieldTypes()).slice(0, 1);
  const question = createQuestion({ range: { from: null, to: null }, archives: [{ uri: URI }], rules });
  const { run } = await openRun(store, question);
  const plan = await planHunt({ question, store, sources: [source] });
  const redis = await connectRedis(server.url);
  let bytesInRedis = 0;
  const memory = redis.open();
  const watch = setInterval(async () => {
    const told = /used_memory:(\d+)/.exec(await memory.info('memory'))?.[1];
    bytesInRedis = Math.max(bytesInRedis, Number(told ?? 0));
  }, 500);
  const worker = createShardWorker({
    redis,
    concurrency: CONCURRENCY,
    scan: async ({ shard_id: id }) => {
      done.add(id);
      return { state: 'ok', bytes: OBJECT_BYTES, events: 0, matches: 0 };
    },
  });
  await worker.ready();
  const before = process.cpuUsage();
  const begun = performance.now();
  const work = { run, plan, shards: () => pendingShards(store, plan.lines(), run.generation, NO_RETRY) };
  await followHunt({ redis, work, store });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(before);
  clearInterval(watch);
  await worker.drain(1000);
  await redis.close();
  const status = await readFile('/proc/self/status', 'utf8').catch(() => '');
  const peakMb = Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0) / 1024);
  process.stdout.write(
    `queue    ${done.size} shards, one worker of ${CONCURRENCY} and who follows in one process: ${seconds.toFixed(1)} s, ` +
      `${Math.round(done.size / seconds)} shards/s, CPU ${((user + system) / 1e6).toFixed(1)} s, peak ${peakMb} MB, Redis ${Math.round(bytesInRedis / 1e6)} MB\n`,
  );
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
