// The law of watches by brute force: any sequence of nights over any cut of time, with events that arrive late, nights that are killed
// at any write and nights that are run twice, reports in the end what one complete hunt over everything reports.

import { canonicalJson, type Document } from '@coldhunt/core';
import { scanHere } from '@coldhunt/engine';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { folderStore } from '../src/folder-store.ts';
import { lastNight, nightFolder } from '../src/night-file.ts';
import { runNight } from '../src/run-night.ts';
import { standingAlerts } from '../src/standing-alerts.ts';
import { GrowingArchive, MemoryStore, buildRule, buildWatch, huntAll, questionFrom } from './build-watch.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 10);
const HOURS = 120;
/** No event comes later than the first of them after its time, so that none is too late; the less, the earlier much is settled. */
const LATEST_HOURS = [40, 6] as const;

interface Given {
  readonly hour: number;
  /** How many hours after its time it arrives. */
  readonly lag: number;
  readonly host: string;
  readonly name: 'aws' | 'sh';
  /** Some come a second time, in another object. */
  readonly again: number | null;
}

const events = fc.array(
  fc.record({
    hour: fc
      .tuple(fc.integer({ min: -36, max: HOURS - 1 }), fc.constantFrom(0, 0.25, 0.5))
      .map(([hour, part]) => hour + part),
    lag: fc.constantFrom(0, 0, 1, 7, 20, 40),
    host: fc.constantFrom('a', 'b', 'c'),
    name: fc.constantFrom('aws', 'aws', 'sh'),
    again: fc.constantFrom(null, null, null, 0, 20),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 60, size: '+1' },
);

const how = fc.record({
  cuts: fc.uniqueArray(fc.integer({ min: 1, max: HOURS - 1 }), { minLength: 1, maxLength: 6 }),
  latest: fc.constantFrom(...LATEST_HOURS),
  lateness: fc.constantFrom(0, 2, 12),
  layout: fc.constantFrom(null, 'event'),
  /** Writes after which a night dies; it is run again. */
  deaths: fc.array(fc.integer({ min: 0, max: 25 }), { maxLength: 4 }),
  isDoubled: fc.boolean(),
});

const remembering = [
  buildRule({ rule_id: 'new-host', history_window_start: 'now-20h' }),
  buildRule({ rule_id: 'every', type: 'query', query: 'process.name: "aws" and host.id: "a"' }),
];

/** Rules whose alerts depend on the ones before them. */
const resting = [
  buildRule({
    rule_id: 'counting',
    type: 'threshold',
    threshold: { field: ['host.id'], value: 2, cardinality: [] },
    from: 'now-9h',
    interval: '2h',
  }),
  buildRule({
    rule_id: 'counting-values',
    type: 'threshold',
    query: 'process.name: *',
    threshold: { field: ['host.id'], value: 1, cardinality: [{ field: 'process.name', value: 2 }] },
    from: 'now-30h',
    interval: '5h',
  }),
  buildRule({
    rule_id: 'counting-held',
    type: 'threshold',
    query: 'process.name: *',
    threshold: { field: [], value: 2, cardinality: [] },
    alert_suppression: { group_by: [], duration: { value: 11, unit: 'h' }, missing_fields_strategy: 'suppress' },
    from: 'now-4h',
    interval: '1h',
  }),
  buildRule({
    rule_id: 'held',
    type: 'query',
    alert_suppression: {
      group_by: ['host.id'],
      duration: { value: 30, unit: 'h' },
      missing_fields_strategy: 'suppress',
    },
    interval: '1h',
  }),
  buildRule({
    rule_id: 'held-at-once',
    type: 'query',
    query: 'process.name: *',
    alert_suppression: { group_by: ['process.name'], missing_fields_strategy: 'doNotSuppress' },
    interval: '7h',
  }),
  buildRule({
    rule_id: 'new-held',
    history_window_start: 'now-6h',
    alert_suppression: {
      group_by: ['process.name'],
      duration: { value: 8, unit: 'h' },
      missing_fields_strategy: 'suppress',
    },
    interval: '1h',
  }),
];

it.each([
  ['rules that remember terms', remembering],
  ['rules whose alerts depend on the ones before', resting],
])(
  'reports in the end what one hunt over everything reports: %s',
  async (_what, rules) => {
    await fc.assert(
      fc.asyncProperty(events, how, async (given, options) => {
        const archive = new GrowingArchive();
        const workspace = new MemoryStore();
        const layout = options.layout === null ? {} : { layout: '%Y/%m/%d/%H/*', layout_time: 'event' as const };
        const watch = buildWatch(questionFrom(toIso(0), null, rules, layout), {
          rescan_ms: (options.latest + 12) * HOUR,
        });
        const ends = [...options.cuts, HOURS].toSorted((a, b) => a - b);
        const deaths = [...options.deaths];
        let fromMs = START;
        for (const end of ends) {
          const nowHour = end + options.lateness;
          arrive(archive, given, { nowHour, latest: options.latest });
          const range = { fromMs, toMs: START + end * HOUR };
          await runToTheEnd(archive, workspace, { watch, range, nowMs: START + nowHour * HOUR, deaths });
          if (options.isDoubled) await repeat(archive, workspace, { watch, range, nowMs: START + nowHour * HOUR });
          fromMs = range.toMs;
        }
        const nights: Document[] = [];
        for await (const alert of standingAlerts(workspace)) nights.push(alert);
        const { alerts } = await huntAll(
          archive,
          questionFrom(toIso(0), toIso(HOURS), rules, layout),
          START + 400 * HOUR,
        );
        expect(nights.map(essence).toSorted()).toEqual(alerts.map(essence).toSorted());
        if (options.deaths.length > 0) return;
        // One night has read it, and the hunt that it is compared with.
        for (const [key, count] of archive.opened) expect([key, count]).toEqual([key, 2]);
      }),
      { numRuns: 10, endOnFailure: true },
    );
  },
  120_000,
);

/** Puts into the archive what has arrived by an hour: an object an event, under the hour of its time. */
function arrive(
  archive: GrowingArchive,
  given: readonly Given[],
  { nowHour, latest }: { readonly nowHour: number; readonly latest: number },
): void {
  for (const [number, { hour, lag, host, name, again }] of given.entries()) {
    const iso = toIso(hour);
    const body = `${JSON.stringify({ '@timestamp': iso, host: { id: host }, process: { name }, event: { id: String(number) } })}\n`;
    const folder = `${iso.slice(0, 13).replaceAll(/[-T]/g, '/')}/`;
    if (hour + Math.min(lag, latest) < nowHour) archive.objects.set(`${folder}${number}.ndjson`, body);
    if (again !== null && hour + Math.min(lag + again, latest) < nowHour)
      archive.objects.set(`${folder}again-${number}.ndjson`, body);
  }
}

interface Attempt {
  readonly watch: ReturnType<typeof buildWatch>;
  readonly range: { readonly fromMs: number; readonly toMs: number };
  readonly nowMs: number;
}

async function attempt(
  archive: GrowingArchive,
  workspace: MemoryStore,
  { watch, range, nowMs }: Attempt,
): Promise<void> {
  const source = archive.source();
  const before = await lastNight(workspace);
  const number = (before?.number ?? 0) + 1;
  await runNight({
    workspace,
    watch,
    before,
    range,
    nowMs,
    sources: [source],
    acceptIncomplete: false,
    runShards: scanHere([source], folderStore(workspace, nightFolder(number))),
  });
}

async function runToTheEnd(
  archive: GrowingArchive,
  workspace: MemoryStore,
  night: Attempt & { readonly deaths: number[] },
): Promise<void> {
  const ended = (await lastNight(workspace))?.number ?? 0;
  for (;;) {
    workspace.writesLeft = night.deaths.pop() ?? Number.POSITIVE_INFINITY;
    const isLast = workspace.writesLeft === Number.POSITIVE_INFINITY;
    try {
      await attempt(archive, workspace, night);
      if (((await lastNight(workspace))?.number ?? 0) > ended) return;
    } catch (error) {
      if (isLast || (error as Error).message !== 'killed') throw error;
    } finally {
      workspace.writesLeft = Number.POSITIVE_INFINITY;
    }
  }
}

/** A second process that began the same night writes nothing that counts. */
async function repeat(archive: GrowingArchive, workspace: MemoryStore, night: Attempt): Promise<void> {
  const last = await lastNight(workspace);
  if (last === null) return;
  const path = `${nightFolder(last.number).slice(0, -1)}.json`;
  const body = workspace.files.get(path) as Uint8Array;
  workspace.files.delete(path);
  await attempt(archive, workspace, night);
  expect(Buffer.from(workspace.files.get(path) as Uint8Array).toString()).toBe(Buffer.from(body).toString());
}

/** Apart from run ids, baseline and copies. */
function essence(alert: Document): string {
  const left = Object.entries(alert).filter(
    ([name]) =>
      ![
        'coldhunt.run_id',
        'coldhunt.baseline',
        'coldhunt.baseline_reason',
        'coldhunt.copies',
        'coldhunt.evidence',
      ].includes(name),
  );
  return canonicalJson(Object.fromEntries(left) as Document);
}

function toIso(hour: number): string {
  return new Date(START + hour * HOUR).toISOString();
}
