// Brute force for threshold rules over the stages together: random events in random objects, cut at random bytes into shards, scanned
// in any order, reduced in any number of partitions and any memory, against a direct reading of the rule.

import { viewDocument, type Document } from '@coldhunt/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowOf } from '../src/question/output.ts';
import { decisions } from '../src/reduce/decisions.ts';
import type { AlertBuilder, Decision } from '../src/reduce/output.ts';
import { copyHash } from '../src/scan/copy-hash.ts';
import { buildQuestion, buildRule, buildRun, buildThreshold } from './build-match.ts';
import { compileEquality } from './equality-rule.ts';
import { anyWork, cutObjects, huntShards } from './hunt-shards.ts';
import { readThreshold, type ReadAlert } from './read-threshold.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 31, 23);

interface Given {
  readonly object: number;
  readonly halfMinutes: number;
  readonly name: 'aws' | 'sh';
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  readonly pid: number;
}

const events = fc.array(
  fc.record({
    object: fc.integer({ min: 0, max: 2 }),
    halfMinutes: fc.integer({ min: 0, max: 160 }),
    name: fc.constantFrom('aws', 'aws', 'aws', 'sh'),
    hosts: fc.uniqueArray(fc.constantFrom('a', 'b'), { maxLength: 2 }),
    users: fc.uniqueArray(fc.constantFrom('x', 'y', 'z'), { maxLength: 2 }),
    pid: fc.integer({ min: 1, max: 3 }),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 50 },
);

const how = fc.record({
  ...anyWork,
  field: fc.constantFrom<readonly string[]>(['host.id'], [], ['host.id', 'process.pid']),
  value: fc.integer({ min: 1, max: 4 }),
  distinct: fc.constantFrom(null, 1, 2, 3),
  schedule: fc.constantFrom(['5m', 'now-9m'], ['5m', 'now-5m'], ['10m', 'now-30m'], ['7m', 'now-5m']),
  from: fc.constantFrom(null, 20, 33),
  to: fc.constantFrom(null, 55, 60),
});

function toDocument({ halfMinutes, name, hosts, users, pid }: Given): Document {
  return {
    '@timestamp': new Date(START + (halfMinutes * MINUTE) / 2).toISOString(),
    process: { name, pid },
    host: { id: [...hosts] },
    user: { name: [...users] },
  };
}

const buildAlert: AlertBuilder = ({ match, bucket }) => ({
  told: [
    (match.terms ?? []).join(),
    bucket?.tick_ms ?? 0,
    bucket?.first_ms ?? 0,
    match.time_ms,
    bucket?.events ?? 0,
    bucket?.distinct ?? null,
    bucket?.evidence.length ?? 0,
  ].join(' '),
});

/** The buckets of an event, as texts. */
function bucketsOf({ hosts, pid }: Given, field: readonly string[]): readonly string[] {
  if (field.length === 0) return [''];
  return hosts.map((host) => (field.length === 1 ? host : `${host},${pid}`));
}

it('finds what a direct reading of the rule finds, however the work is cut', async () => {
  await fc.assert(
    fc.asyncProperty(events, how, async (given, options) => {
      const { cuts, field, value, distinct, schedule, from, to, ...work } = options;
      const bodies: Record<string, string> = {};
      for (const event of given) {
        const key = `${event.object}.ndjson`;
        bodies[key] = `${bodies[key] ?? ''}${JSON.stringify(toDocument(event))}\n`;
      }
      const [interval = '5m', since = 'now-9m'] = schedule;
      const cardinality = distinct === null ? [] : [{ field: 'user.name', value: distinct }];
      const rule = buildRule({
        type: 'threshold',
        interval,
        from: since,
        threshold: buildThreshold({ field, value, cardinality }),
      });
      const question = buildQuestion([rule], {
        from: from === null ? null : new Date(START + from * MINUTE).toISOString(),
        to: to === null ? null : new Date(START + to * MINUTE).toISOString(),
      });
      const shards = cutObjects(bodies, cuts);
      const listedAt = new Date(START + 86_400_000).toISOString();
      const rules = [compileEquality(rule)];
      const { alerts, store, plan } = await huntShards(bodies, shards, {
        question,
        rules,
        listedAt,
        buildAlert,
        ...work,
      });

      const window = windowOf(rule, question);
      const buckets = new Map<string, { readonly timeMs: number; readonly values: readonly string[] }[]>();
      const copies = new Set<string>();
      for (const event of given.filter(({ name }) => name === 'aws')) {
        const timeMs = START + (event.halfMinutes * MINUTE) / 2;
        if (timeMs < window.historyFromMs || timeMs >= window.readToMs) continue;
        const hash = copyHash(viewDocument(toDocument(event)), timeMs);
        for (const bucket of bucketsOf(event, field)) {
          if (copies.has(`${hash} ${bucket}`)) continue;
          copies.add(`${hash} ${bucket}`);
          const known = buckets.get(bucket) ?? [];
          buckets.set(bucket, known);
          known.push({ timeMs, values: event.users });
        }
      }
      const isReported = ({ lastMs }: ReadAlert): boolean => lastMs >= window.fromMs && lastMs < window.toMs;
      const read = [...buckets].map(([bucket, all]) => ({ bucket, all, found: readThreshold(rule, all) }));
      const expected = read.flatMap(({ bucket, found }) =>
        found
          .filter(isReported)
          .map(({ tickMs, firstMs, lastMs, count, distinct: values }) =>
            [bucket, tickMs, firstMs, lastMs, count, distinct === null ? null : values, count].join(' '),
          ),
      );
      const told = alerts.map((alert) => String(alert['told']));
      expect(told.toSorted()).toEqual(expected.toSorted());
      const times = told.map((line) => Number(line.split(' ').at(-4)));
      expect(times).toEqual(times.toSorted((a, b) => a - b));

      const decided: Decision[] = [];
      for await (const batch of decisions({ run: buildRun(question), store, plan })) decided.push(...batch);
      // An alert counts every event of its bucket from its first to its last.
      const verdicts = read.flatMap(({ bucket, all, found }) =>
        all.map(({ timeMs }) => {
          const isInRange = timeMs >= window.fromMs && timeMs < window.toMs;
          const isCounted = found.some(
            (alert) => alert.firstMs <= timeMs && timeMs <= alert.lastMs && (isInRange || isReported(alert)),
          );
          return `${bucket} ${timeMs} ${isCounted ? 'counted' : isInRange ? 'below' : 'history'}`;
        }),
      );
      const originals = decided.filter(({ verdict }) => verdict !== 'copy' && verdict !== 'unkeyed');
      expect(
        originals
          .map(({ match, verdict }) => {
            const bucket = (match.terms ?? []).join();
            return `${bucket} ${match.time_ms} ${verdict === 'alert' ? 'counted' : verdict}`;
          })
          .toSorted(),
      ).toEqual(verdicts.toSorted());
      const lasts = new Set(
        told.map((line) =>
          line
            .split(' ')
            .filter((_part, i) => i === 0 || i === 3)
            .join(' '),
        ),
      );
      expect(originals.filter(({ verdict }) => verdict === 'alert').length).toBe(lasts.size);
    }),
    { numRuns: 150 },
  );
});
