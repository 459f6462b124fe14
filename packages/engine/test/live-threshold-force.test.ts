// Brute force for threshold rules in mode `parity` over the stages together: random schedules and arrivals against a direct reading of
// every execution.

import { compileRule, createFieldTypes } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileLiveSchedule, firstExecution, windowOf } from '../src/question/output.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { LiveBucketMemory } from '../src/reduce/live/live-bucket-memory.ts';
import { buildQuestion, buildRule, buildThreshold } from './build-match.ts';
import { anyWork, cutObjects, huntShards } from './hunt-shards.ts';
import { readThreshold, type ReadEvent } from './read-threshold.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 31, 23);

interface Given {
  readonly object: number;
  readonly halfMinutes: number;
  readonly host: string;
  readonly users: readonly string[];
  readonly pid: number;
  readonly delay: number | null;
}

const events = fc.uniqueArray(
  fc.record({
    object: fc.integer({ min: 0, max: 2 }),
    halfMinutes: fc.integer({ min: 0, max: 160 }),
    host: fc.constantFrom('a', 'b'),
    users: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
    pid: fc.integer({ min: 1, max: 3 }),
    delay: fc.constantFrom(null, 0, 0, 1, 2, 7, 30),
  }) as fc.Arbitrary<Given>,
  // Copies are tried elsewhere.
  { minLength: 1, maxLength: 50, selector: ({ halfMinutes, host, pid }) => `${halfMinutes} ${host} ${pid}` },
);

const how = fc.record({
  ...anyWork,
  value: fc.integer({ min: 1, max: 4 }),
  distinct: fc.constantFrom(null, 1, 2, 3),
  schedule: fc.constantFrom(
    ['5m', 'now-9m', 'now'],
    ['5m', 'now-5m', 'now'],
    ['10m', 'now-30m', 'now'],
    ['7m', 'now-5m', 'now'],
    ['5m', 'now-10m', 'now+3m'],
  ),
  offsetSeconds: fc.constantFrom(0, 0, 30, 90),
  most: fc.constantFrom(100, 100, 1),
  from: fc.constantFrom(null, 30, 41),
  to: fc.constantFrom(null, 55, 60),
});

const buildAlert: AlertBuilder = ({ match, bucket, tick_ms }) => ({
  told: [
    String(match.terms?.[0]),
    tick_ms ?? 0,
    bucket?.first_ms ?? 0,
    match.time_ms,
    bucket?.events ?? 0,
    bucket?.distinct ?? 0,
  ].join(' '),
});

it('raises what a direct reading of every execution raises, however the work is cut', async () => {
  await fc.assert(
    fc.asyncProperty(events, how, async (given, options) => {
      const { cuts, value, distinct, schedule, offsetSeconds, most, from, to, ...work } = options;
      const [interval = '5m', start = 'now-9m', end = 'now'] = schedule;
      const timeOf = ({ halfMinutes }: Given): number => START + (halfMinutes * MINUTE) / 2;
      const iso = (ms: number): string => new Date(ms).toISOString();
      const bodies: Record<string, string> = {};
      for (const event of given) {
        const { host, users, pid, delay } = event;
        const ingested = delay === null ? {} : { event: { ingested: iso(timeOf(event) + delay * MINUTE) } };
        const document = {
          '@timestamp': iso(timeOf(event)),
          process: { pid },
          host: { id: host },
          user: { name: users },
        };
        const key = `${event.object}.ndjson`;
        bodies[key] = `${bodies[key] ?? ''}${JSON.stringify({ ...document, ...ingested })}\n`;
      }
      const cardinality = distinct === null ? [] : [{ field: 'user.name', value: distinct }];
      const threshold = buildThreshold({ field: ['host.id'], value, cardinality });
      const query = 'process.pid: *';
      const rule = buildRule({
        type: 'threshold',
        query,
        interval,
        from: start,
        to: end,
        threshold,
        max_signals: most,
      });
      const base = buildQuestion([rule], {
        mode: 'parity',
        from: from === null ? null : iso(START + from * MINUTE),
        to: to === null ? null : iso(START + to * MINUTE),
      });
      const offsetMs = offsetSeconds * 1_000;
      const question = { ...base, options: { ...base.options, schedule_offset_ms: offsetMs } };
      const { alerts } = await huntShards(bodies, cutObjects(bodies, cuts), {
        question,
        rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
        listedAt: iso(START + 86_400_000),
        buildAlert,
        ...work,
      });
      const window = windowOf(rule, question);
      const sinceMs = firstExecution(compileLiveSchedule(rule, question), question);
      const found = ['a', 'b'].flatMap((host) => {
        const bucket: ReadEvent[] = given
          .filter((event) => event.host === host)
          .map((event) => ({
            timeMs: timeOf(event),
            seenMs: timeOf(event) + (event.delay ?? 0) * MINUTE,
            values: event.users,
          }))
          .filter(({ timeMs }) => timeMs >= window.historyFromMs && timeMs < window.readToMs);
        return bucket.length === 0
          ? []
          : readThreshold(rule, bucket, { sinceMs, offsetMs }).map((alert) => ({ ...alert, host }));
      });
      // Buckets ascend; what one execution cuts is not raised.
      const raised = found.filter(
        (alert) => most > 1 || !found.some(({ host, tickMs }) => tickMs === alert.tickMs && host < alert.host),
      );
      expect(alerts.map((alert) => String(alert['told'])).toSorted()).toEqual(
        raised
          .filter(({ lastMs }) => lastMs >= window.fromMs && lastMs < window.toMs)
          .map(({ host, tickMs, firstMs, lastMs, count, distinct: values }) =>
            [host, tickMs, firstMs, lastMs, count, distinct === null ? 0 : values].join(' '),
          )
          .toSorted(),
      );
    }),
    { numRuns: 60 },
  );
});

it('holds no more of a busy bucket than its threshold needs', () => {
  const rule = buildRule({ type: 'threshold', interval: '5m', from: 'now-1d' });
  const schedule = compileLiveSchedule(rule, buildQuestion([rule]));
  const threshold = buildThreshold({ value: 100, cardinality: [{ field: 'user.name', value: 5 }] });
  const memory = new LiveBucketMemory(threshold, schedule);
  for (let number = 0; number < 50_000; number += 1) {
    const timeMs = START + number * 100;
    const arrivesAt = schedule.arrivalOf({ timeMs, seenMs: null });
    memory.apply({ number, timeMs, arrivesAt, place: 'range', distinct: [`user ${number % 4}`] });
  }
  expect(memory.held).toBeLessThanOrEqual(1_300);
  expect(memory.finish()).toEqual([]);
});
