// Matches for the reducer: `reduce-matches.ts make <folder> <count>` writes events that all match and scans them, `reduce-matches.ts reduce
// <folder>` reduces them in a process of its own. Seven eighths lie in the history window, as in a hunt.

import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openArchive, openRunStore } from '@coldhunt/archive';
import {
  ScanPreparation,
  compileQuestionRules,
  createQuestion,
  openRun,
  planHunt,
  readPlan,
  readRun,
  reduceHunt,
  scanShard,
} from '@coldhunt/engine';
import { firstRule } from './scan-archive.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 1, 8);
const HOSTS = 100_000;
const OBJECT_EVENTS = 250_000;
/** A prime: hosts come in no order. */
const STRIDE = 7_919;

const [what, folder = '', count = '0'] = process.argv.slice(2);
const store = openRunStore(join(folder, 'run'), {});
if (what === 'make') await make(Number(count));
else await reduce();

async function make(events: number): Promise<void> {
  const archive = join(folder, 'archive');
  await mkdir(archive, { recursive: true });
  for (let from = 0; from < events; from += OBJECT_EVENTS) {
    const name = join(archive, `${String(from / OBJECT_EVENTS).padStart(5, '0')}.ndjson`);
    await pipeline(lines(from, Math.min(from + OBJECT_EVENTS, events), events), createWriteStream(name));
  }
  const source = openArchive(archive);
  const range = { from: new Date(FROM).toISOString(), to: new Date(FROM + DAY_MS).toISOString() };
  const rule = { ...firstRule(), query: 'process.name: "aws"' };
  const question = createQuestion({ range, archives: [{ uri: source.uri }], rules: [rule] });
  const { run } = await openRun(store, question);
  const rules = compileQuestionRules(question);
  const sources = [source];
  const plan = await planHunt({ question, store, sources });
  const options = { run, rules, preparation: new ScanPreparation({ run, rules }), sources, store };
  for await (const line of plan.lines()) {
    if (line.kind === 'shard') await scanShard(line.shard, { ...options, listedAt: plan.done.listed_at });
  }
  await rm(archive, { recursive: true });
  console.log(JSON.stringify({ events }));
}

function* lines(from: number, to: number, events: number): Generator<string> {
  for (let number = from; number < to; number += 1) {
    const time = new Date(FROM - 7 * DAY_MS + Math.floor((number / events) * 8 * DAY_MS)).toISOString();
    const host = `h-${(number * STRIDE) % HOSTS}`;
    yield `{"@timestamp":"${time}","host":{"id":"${host}","name":"${host}"},"event":{"id":"${number}"},"process":{"name":"aws"}}\n`;
  }
}

async function reduce(): Promise<void> {
  const run = await readRun(store);
  const plan = await readPlan(store);
  const begun = performance.now();
  const { done } = await reduceHunt({ run, store, plan, rules: compileQuestionRules(run.question) });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, alerts: done.alerts.count }));
}
