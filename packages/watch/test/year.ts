// `npm run year`: a year of nights over an archive in memory, and one hunt over the same year. 365 nights, 10,000 hosts, events that come up
// to two days late, three outages of whoever runs the nights, of which one loses a night half-way. Prints the figures, and fails where the
// alerts differ or bytes were read twice. `--events <n>`: events a day (3,000).

import { parseArgs } from 'node:util';
import { canonicalJson, type Document } from '@coldhunt/core';
import { scanHere } from '@coldhunt/engine';
import { folderStore } from '../src/folder-store.ts';
import { nightFolder } from '../src/night-file.ts';
import { runDueNights } from '../src/run-due-nights.ts';
import { runNight, type NightResult } from '../src/run-night.ts';
import { standingAlerts } from '../src/standing-alerts.ts';
import { GrowingArchive, MemoryStore, buildRule, buildWatch, huntAll, questionFrom } from './build-watch.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 1);

const HOSTS = 10_000;
const LATE_SHARE = 0.02;
/** Days on which nobody runs a night: they are caught up after it. */
const OUTAGES: readonly (readonly [number, number])[] = [
  [40, 45],
  [150, 159],
  [300, 302],
];
/** Writes after which a night of the second outage's end dies. */
const WRITES_LEFT = 9;
const NIGHTS_COMPARED = 30;
const MOST_READ = 1.02;

const { values } = parseArgs({
  options: { events: { type: 'string', default: '3000' }, days: { type: 'string', default: '365' } },
});
const perDay = Number(values.events);
const DAYS = Number(values.days);

const HELD = {
  group_by: ['user.name'],
  duration: { value: 36, unit: 'h' as const },
  missing_fields_strategy: 'suppress' as const,
};
const rules = [
  buildRule({ rule_id: 'new-host', name: 'New host', history_window_start: 'now-14d' }),
  buildRule({
    rule_id: 'many',
    name: 'Many of a user',
    type: 'threshold',
    threshold: { field: ['user.name'], value: 12, cardinality: [{ field: 'host.id', value: 10 }] },
    from: 'now-1h',
    interval: '10m',
  }),
  buildRule({
    rule_id: 'held',
    name: 'Held by user',
    type: 'query',
    query: 'process.name: "aws" and process.exit_code: 7',
    alert_suppression: HELD,
    interval: '10m',
  }),
];
const LAYOUT = { layout: '%Y/%m/%d/*', layout_time: 'event' as const };
const watch = buildWatch(questionFrom(toIso(START), null, rules, LAYOUT), { rescan_ms: 3 * DAY });

/** Numbers that look random and are the same in every run. */
function* numbers(seed: number): Generator<number> {
  for (let state = seed >>> 0; ;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const random = numbers(7);
function draw(): number {
  return random.next().value as number;
}

const archive = new GrowingArchive();
/** By the day on which they arrive: late events, each night's own object under the day of its events. */
const late = new Map<number, Map<string, string>>();

function writeDay(day: number): void {
  let text = '';
  for (let number = 0; number < perDay; number += 1) {
    const timeMs = START + day * DAY + Math.floor(draw() * DAY);
    // Most hosts are seen often, some once in a while; a burst of one user now and then.
    const host = Math.floor(draw() ** 3 * HOSTS);
    const user = Math.floor(draw() ** 2 * 200);
    const line = `${JSON.stringify({
      '@timestamp': new Date(timeMs).toISOString(),
      host: { id: `h${host}` },
      user: { name: `u${user}` },
      process: { name: draw() < 0.5 ? 'aws' : 'sh', exit_code: Math.floor(draw() * 40) },
      event: { id: `${day}-${number}` },
    })}\n`;
    if (draw() >= LATE_SHARE) text += line;
    else {
      const arrives = day + 1 + Math.floor(draw() * 2);
      const objects = late.get(arrives) ?? new Map<string, string>();
      const key = `${keyOf(day)}late-${arrives}.ndjson`;
      late.set(arrives, objects.set(key, (objects.get(key) ?? '') + line));
    }
  }
  archive.objects.set(`${keyOf(day)}events.ndjson`, Buffer.from(text));
  for (const [key, body] of late.get(day) ?? []) archive.objects.set(key, Buffer.from(body));
}

interface Told {
  readonly seconds: number;
  readonly result: NightResult;
}

const workspace = new MemoryStore();
const nights: Told[] = [];

async function runUntil(day: number): Promise<void> {
  const source = archive.source();
  const nowMs = START + day * DAY;
  let begun = performance.now();
  const due = runDueNights({
    workspace,
    watch,
    now: () => nowMs,
    run: (night) =>
      runNight({
        ...night,
        sources: [source],
        acceptIncomplete: false,
        nowMs,
        runShards: scanHere([source], folderStore(workspace, nightFolder((night.before?.number ?? 0) + 1))),
      }),
  });
  for await (const result of due) {
    if (result.night === null) throw new Error('a night was not examined wholly');
    nights.push({ seconds: (performance.now() - begun) / 1000, result });
    dropScans(result.night.number - 2);
    begun = performance.now();
  }
}

/** What no later night rests on: a year of it would fill this process. */
function dropScans(number: number): void {
  const folder = nightFolder(Math.max(0, number));
  for (const path of workspace.files.keys())
    if (path.startsWith(folder) && !/(alerts|corrections)\.ndjson$|read\.bin$/.test(path)) workspace.files.delete(path);
}

const begun = performance.now();
for (let day = 1; day <= DAYS; day += 1) {
  writeDay(day - 1);
  const outage = OUTAGES.find(([from, to]) => day >= from && day < to);
  if (outage !== undefined) continue;
  if (day === OUTAGES[1]?.[1]) {
    workspace.writesLeft = WRITES_LEFT;
    await runUntil(day).catch((error: unknown) => {
      if ((error as Error).message !== 'killed') throw error;
    });
    workspace.writesLeft = Number.POSITIVE_INFINITY;
    // Its lease would run out in two minutes.
    for (const path of workspace.files.keys()) if (path.startsWith('lease/')) workspace.files.delete(path);
  }
  await runUntil(day);
}
// What came after the last day has its night too.
for (const day of [DAYS + 1, DAYS + 2]) {
  writeDay(day - 1);
  await runUntil(day);
}
const watchSeconds = (performance.now() - begun) / 1000;

const bytes = [...archive.objects.values()].reduce((sum, body) => sum + Buffer.byteLength(body), 0);
const read = [...archive.opened].reduce(
  (sum, [key, count]) => sum + count * Buffer.byteLength(archive.objects.get(key) ?? ''),
  0,
);
const found: string[] = [];
for await (const alert of standingAlerts(workspace)) found.push(essence(alert));
const to = toIso(START + (DAYS + 2) * DAY);
let huntBegun = performance.now();
const whole = await huntAll(archive, questionFrom(toIso(START), to, rules, LAYOUT), START + 800 * DAY);
const huntSeconds = (performance.now() - huntBegun) / 1000;
const expected = whole.alerts.map(essence);
huntBegun = performance.now();
await huntAll(
  archive,
  questionFrom(toIso(START + DAYS * DAY), toIso(START + (DAYS + 1) * DAY), rules, LAYOUT),
  START + 800 * DAY,
);
const alone = (performance.now() - huntBegun) / 1000;

const last = nights.slice(-NIGHTS_COMPARED);
const seconds = last.map((night) => night.seconds).toSorted((a, b) => a - b)[last.length >> 1] ?? 0;
const night = nights.at(-1)?.result.night;
const sums = { late: 0, added: 0, superseded: 0, withdrawn: 0 };
for (const { result } of nights) {
  sums.late += result.night?.late ?? 0;
  for (const kind of ['added', 'superseded', 'withdrawn'] as const) sums[kind] += result.night?.corrections[kind] ?? 0;
}
const folder = nightFolder(night?.number ?? 0);
const memoryBytes = workspace.files.get(`${folder}memory.matches.zst`)?.byteLength ?? 0;
const stateBytes = workspace.files.get(`${folder}memory.state.ndjson`)?.byteLength ?? 0;
const isSame = canonicalJson(found.toSorted()) === canonicalJson(expected.toSorted());
say(
  `${nights.length} nights in ${watchSeconds.toFixed(0)} s, ${OUTAGES.length} outages, ${(DAYS + 2) * perDay} events of ${HOSTS} hosts, ${(bytes / 1e6).toFixed(0)} MB`,
);
say(
  `alerts ${found.length}, of one hunt over the year (${huntSeconds.toFixed(0)} s) ${expected.length}: ${isSame ? 'the same' : 'DIFFERENT'}`,
);
say(
  `late matches ${sums.late}; corrections: ${sums.added} added, ${sums.superseded} superseded, ${sums.withdrawn} withdrawn`,
);
say(`bytes read / bytes of the archive ${(read / bytes).toFixed(4)} by nights (asked: up to ${MOST_READ})`);
say(
  `memory ${night?.memory?.matches ?? 0} matches, ${(memoryBytes / 1e6).toFixed(2)} MB; settled ${night?.state?.count ?? 0} entries, ${(stateBytes / 1e3).toFixed(1)} kB`,
);
say(
  `a night ${seconds.toFixed(2)} s (median of the last ${NIGHTS_COMPARED}), a hunt over the same day with its history ${alone.toFixed(2)} s: ${(seconds / alone).toFixed(2)} of it`,
);
if (!isSame || read > MOST_READ * bytes) process.exitCode = 1;

function say(line: string): void {
  process.stdout.write(`year  ${line}\n`);
}

function keyOf(day: number): string {
  return `${toIso(START + day * DAY)
    .slice(0, 10)
    .replaceAll('-', '/')}/`;
}

/** What an alert says, apart from its run. */
function essence(alert: Document): string {
  const names = ['@timestamp', 'kibana.alert.uuid', 'kibana.alert.rule.rule_id', 'kibana.alert.threshold_result'];
  const held = ['kibana.alert.suppression.docs_count', 'kibana.alert.suppression.end', 'kibana.alert.new_terms'];
  return canonicalJson(Object.fromEntries([...names, ...held].map((name) => [name, alert[name] ?? null])) as Document);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
