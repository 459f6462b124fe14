// A workspace for pictures of the dashboard: the demo's hunt, one that is half done with shards of every state, and a watch of some weeks.

import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createMemoryArchive, openRunStore } from '@coldhunt/archive';
import type { RunStore } from '@coldhunt/core';
import {
  compileQuestionRules,
  createQuestion,
  failShard,
  openRun,
  planHunt,
  resolveRange,
  scanShard,
  statsPath,
  writeAsked,
  type Question,
} from '@coldhunt/engine';
import { builtinRules, createFieldTypes } from '@coldhunt/rules';
import { coldhunt, ROOT } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const ARCHIVES = 420;
const SCANNED = 262;
const DAYS = 24;
const DAY_MS = 86_400_000;
const FIRST_DAY = Date.now() - (DAYS + 2) * DAY_MS;

/** Makes it anew in a folder. */
export async function writeDashboardWorkspace(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await cp(join(ROOT, 'runs', 'demo'), join(folder, 'ssm-january'), { recursive: true });
  await writeHalfDone(openRunStore(join(folder, 'ssm-all-accounts')));
  await writeWatch(folder);
}

/** Objects of different archives never share a shard: as many archives as shards. */
async function writeHalfDone(store: RunStore): Promise<void> {
  const archives = Array.from({ length: ARCHIVES }, (_, index) => ({
    uri: `s3://org-logs/${String(100_000_000_000 + index * 7919)}`,
  }));
  const rules = builtinRules(createFieldTypes()).filter(
    ({ rule_id }) => rule_id === RULE,
  ) as Question['rules'][number]['rule'][];
  const range = resolveRange({ from: '2026-01-12', to: '2026-02-02', nowMs: Date.now() });
  const question = createQuestion({ range, archives, rules });
  const sources = archives.map(({ uri }, index) =>
    createMemoryArchive(
      { 'events.ndjson': `${eventOf(index, Date.parse('2026-01-20T00:00:00Z'))}\n`.repeat(1 + (index % 5)) },
      { uri },
    ),
  );
  const { run } = await openRun(store, question);
  const asked = { command: 'scan', ticket: 'IR-2026-0117', purpose: 'every account', callers: [], version: '1' };
  await writeAsked(store, run, { ...asked, atMs: Date.now() - 600_000 });
  const plan = await planHunt({ question, store, sources });
  const context = { run, rules: compileQuestionRules(question), sources, store, listedAt: plan.done.listed_at };
  let number = 0;
  for await (const line of plan.lines()) {
    if (line.kind !== 'shard' || (number += 1) > SCANNED) continue;
    const { id, objects } = line.shard;
    if (number % 83 === 0) {
      await failShard(line.shard, {
        run,
        store,
        code: 'OBJECT_DENIED',
        message: `${objects[0]?.uri ?? ''} may not be read`,
      });
    } else {
      await scanShard(line.shard, context);
    }
    const attempt = number % 29 === 0 ? 2 : 1;
    const startedAt = new Date(Date.now() - (SCANNED - number) * 1500).toISOString();
    const effort = {
      seconds: 1.2,
      bytes: 148_000_000,
      decompressed_bytes: 1_800_000_000,
      events: 4_100,
      peak_rss_bytes: 0,
    };
    const stats = {
      shard_id: id,
      worker: `worker-${1 + (number % 4)}:${40 + (number % 4)}:1`,
      attempt,
      started_at: startedAt,
    };
    await store.put(statsPath(id, attempt), Buffer.from(JSON.stringify({ ...stats, ...effort, rules: [] })));
  }
}

async function writeWatch(folder: string): Promise<void> {
  const archive = join(folder, '..', 'dashboard-archive');
  await rm(archive, { recursive: true, force: true });
  for (let day = 0; day < DAYS; day += 1) {
    const ms = FIRST_DAY + day * DAY_MS;
    const date = new Date(ms).toISOString().slice(0, 10);
    await mkdir(join(archive, date), { recursive: true });
    const hosts = day % 4 === 1 ? [0, day] : [0];
    await writeFile(join(archive, date, 'events.ndjson'), hosts.map((host) => `${eventOf(host, ms)}\n`).join(''));
  }
  const workspace = join(folder, 'nightly');
  const from = new Date(FIRST_DAY).toISOString().slice(0, 10);
  const asked = ['--archive', archive, '--layout', '%Y-%m-%d/*', '--layout-time', 'event', '--rule', RULE];
  for (const args of [
    ['watch', 'add', workspace, ...asked, '--from', from, '--cron', '15 2 * * *', '--lateness', '1h'],
    ['watch', 'run', workspace, '--workers', '1'],
  ]) {
    const { code, stderr } = await coldhunt(args);
    if (code !== 0 && code !== 3) throw new Error(`coldhunt ${args.join(' ')}:\n${stderr}`);
  }
}

function eventOf(host: number, ms: number): string {
  return JSON.stringify({
    '@timestamp': new Date(ms + 36_000_000 + host).toISOString(),
    event: { category: ['process'], type: ['start'], action: 'exec', id: `${host}-${ms}` },
    host: { id: `host-${host}`, name: `host-${host}`, os: { type: 'linux' } },
    user: { name: 'ops' },
    process: {
      name: 'aws',
      executable: '/usr/bin/aws',
      args: ['aws', 'ssm', 'send-command', '--document-name', 'AWS-RunShellScript', '--parameters', 'commands=id'],
      parent: { name: 'bash' },
    },
  });
}
