// The memory of a night: `carry-memory.ts make <folder> <terms>` runs a first night over a history in which each event has a term of its
// own, `carry-memory.ts carry <folder>` runs a second night that rests on it and reads nothing, in a process of its own.

import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openArchive, openRunStore } from '@coldhunt/archive';
import { FORMAT_VERSION, SEMANTICS_REVISION, sealJson, sha256Hex } from '@coldhunt/core';
import {
  CARRIED_PATH,
  compileQuestionRules,
  createQuestion,
  leaveMemory,
  openRun,
  planHunt,
  reduceHunt,
  scanHere,
  type Question,
} from '@coldhunt/engine';
import { firstRule } from './scan-archive.ts';

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2026, 1, 8);
const OBJECT_EVENTS = 250_000;
const CARRIED_MEMORY = 'carried.matches.zst';

const [what, folder = '', count = '0'] = process.argv.slice(2);
const archive = join(folder, 'archive');
if (what === 'make') await make(Number(count));
else await carry();

async function make(terms: number): Promise<void> {
  await mkdir(archive, { recursive: true });
  for (let from = 0; from < terms; from += OBJECT_EVENTS) {
    const name = join(archive, `${String(from / OBJECT_EVENTS).padStart(5, '0')}.ndjson`);
    await pipeline(lines(from, Math.min(from + OBJECT_EVENTS, terms), terms), createWriteStream(name));
  }
  const { memory } = await night(1, null);
  if (memory?.matches !== terms) throw new Error(`${memory?.matches ?? 0} terms are remembered of ${terms}`);
  await rm(archive, { recursive: true });
  await mkdir(archive);
  const carried = {
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    memory: { ...memory, path: CARRIED_MEMORY },
    state: null,
    examined: { hours: [], first_ms: null, unread: [], was_pruned: false },
  };
  await writeFile(join(folder, CARRIED_PATH), sealJson(JSON.stringify(carried)));
  console.log(JSON.stringify({ terms }));
}

function* lines(from: number, to: number, terms: number): Generator<string> {
  for (let number = from; number < to; number += 1) {
    const time = new Date(FROM - 4 * DAY_MS + Math.floor((number / terms) * 3 * DAY_MS)).toISOString();
    // Hosts come in no order.
    const host = `host-${sha256Hex(String(number)).slice(0, 16)}`;
    yield `{"@timestamp":"${time}","host":{"id":"${host}","name":"${host}"},"process":{"name":"aws"}}\n`;
  }
}

async function carry(): Promise<void> {
  const bytes = await readFile(join(folder, CARRIED_PATH));
  const begun = performance.now();
  const { memory } = await night(2, bytes);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage();
  const { size } = await stat(join(folder, 'night-2', memory?.path ?? ''));
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, terms: memory?.matches ?? 0, size }));
}

/** A night: its hunt, and what it leaves. */
async function night(
  number: number,
  carried: Uint8Array | null,
): Promise<{ memory: Awaited<ReturnType<typeof leaveMemory>> }> {
  const store = openRunStore(join(folder, `night-${number}`), {});
  const source = openArchive(archive);
  const fromMs = FROM + (number - 1) * DAY_MS;
  const [from, to] = [new Date(fromMs).toISOString(), new Date(fromMs + DAY_MS).toISOString()];
  const rule = { ...firstRule(), query: 'process.name: "aws"' };
  const alone = createQuestion({ range: { from, to }, archives: [{ uri: source.uri }], rules: [rule] });
  const question: Question = {
    ...alone,
    watch: { rescan_from: from, carried: carried === null ? null : sha256Hex(carried), rules_anew: [] },
  };
  const { run } = await openRun(store, question, { clobber: true });
  if (carried !== null) {
    await store.put(CARRIED_PATH, carried);
    await copyFile(join(folder, 'night-1', 'memory.matches.zst'), join(folder, 'night-2', CARRIED_MEMORY));
  }
  const rules = compileQuestionRules(question);
  const plan = await planHunt({ question, store, sources: [source] });
  await scanHere([source], store)({ run, plan, shards: () => shardsOf(plan) });
  await reduceHunt({ run, store, plan, rules });
  return { memory: await leaveMemory({ run, store, plan, rescanFrom: to, bases: {} }) };
}

async function* shardsOf(
  plan: Awaited<ReturnType<typeof planHunt>>,
): ReturnType<Parameters<ReturnType<typeof scanHere>>[0]['shards']> {
  for await (const line of plan.lines()) if (line.kind === 'shard') yield line.shard;
}
