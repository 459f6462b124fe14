// Brute force over the stages together: random events in random objects, cut at random bytes into shards, scanned in any order and
// reduced in any number of partitions, against a direct reading of the rule: for each event, look at all earlier ones.

import { compareTotalOrder, viewDocument, type Document, type DocumentValue } from '@coldhunt/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { copyHash } from '../src/scan/copy-hash.ts';
import { buildQuestion, buildRule } from './build-match.ts';
import { compileEquality } from './equality-rule.ts';
import { anyOrder, cutObjects, huntShards } from './hunt-shards.ts';
import type { MemoryStore } from './memory-store.ts';
import { uriOf } from './memory-source.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 31, 12);

interface Given {
  readonly object: number;
  readonly quarters: number | null;
  readonly name: 'aws' | 'sh';
  readonly hosts: readonly string[];
  readonly pid: number;
}

interface Placed extends Given {
  readonly uri: string;
  readonly position: number;
  readonly timeMs: number;
  readonly copyHash: string;
}

const events = fc.array(
  fc.record({
    object: fc.integer({ min: 0, max: 3 }),
    quarters: fc.option(fc.integer({ min: 0, max: 160 }), { freq: 12 }),
    name: fc.constantFrom('aws', 'aws', 'sh'),
    hosts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    pid: fc.constantFrom(1, 1, 2),
  }) as fc.Arbitrary<Given>,
  { maxLength: 40 },
);

const how = fc.record({
  cuts: fc.array(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }), {
    minLength: 4,
    maxLength: 4,
  }),
  partitions: fc.integer({ min: 1, max: 3 }),
  memoryChars: fc.constantFrom(0, 4_000, 1_000_000),
  order: anyOrder,
  isTwice: fc.boolean(),
  window: fc.constantFrom('now-5h', 'now-1d', '2026-02-01T00:00:00.000Z'),
  from: fc.constantFrom(null, 10, 20),
  to: fc.constantFrom(null, 35),
  prefilter: fc.boolean(),
});

function toDocument({ quarters, name, hosts, pid }: Given): Document {
  return {
    ...(quarters === null ? {} : { '@timestamp': new Date(timeOf(quarters)).toISOString() }),
    process: { name, pid },
    'host.id': [...hosts],
  };
}

function timeOf(quarters: number): number {
  return START + (quarters * HOUR) / 4;
}

/** Writes the events into objects, and says where each came to lie. */
function place(given: readonly Given[]): {
  readonly bodies: Record<string, string>;
  readonly placed: readonly Placed[];
} {
  const bodies: Record<string, string> = {};
  const placed: Placed[] = [];
  for (const event of given) {
    const key = `${event.object}.ndjson`;
    const document = toDocument(event);
    const position = (bodies[key] ??= '').length;
    bodies[key] += `${JSON.stringify(document)}\n`;
    if (event.quarters === null) continue;
    const timeMs = timeOf(event.quarters);
    placed.push({ ...event, uri: uriOf(key), position, timeMs, copyHash: copyHash(viewDocument(document), timeMs) });
  }
  return { bodies, placed };
}

function isBefore(a: Placed, b: Placed): boolean {
  const key = ({ timeMs, copyHash: hash, uri, position }: Placed): Parameters<typeof compareTotalOrder>[0] => ({
    timeMs,
    ruleId: '',
    termKey: '',
    copyHash: hash,
    uri,
    position,
  });
  return compareTotalOrder(key(a), key(b)) < 0;
}

/** Alerts as time, term, URI and position, sorted. */
function readDirectly(
  placed: readonly Placed[],
  question: { readonly window: string; readonly fromMs: number; readonly toMs: number },
): string[] {
  const since = (ms: number): number => {
    const hours = { 'now-5h': 5, 'now-1d': 24 }[question.window];
    return hours === undefined ? Math.min(ms, Date.parse(question.window)) : ms - hours * HOUR;
  };
  const matching = placed.filter(({ name }) => name === 'aws');
  const found: string[] = [];
  for (const event of matching) {
    if (event.timeMs < question.fromMs || event.timeMs >= question.toMs) continue;
    for (const host of event.hosts) {
      const isKnown = matching.some(
        (other) => other.hosts.includes(host) && isBefore(other, event) && other.timeMs >= since(event.timeMs),
      );
      if (!isKnown) found.push(`${event.timeMs} ${host} ${event.uri} ${event.position}`);
    }
  }
  return found.toSorted();
}

const buildAlert: AlertBuilder = ({ match }) => ({
  told: `${match.time_ms} ${String(match.terms?.[0])} ${match.evidence.uri} ${match.position}`,
  terms: match.terms as DocumentValue,
});

it('finds what a direct reading of the rule finds, however the work is cut', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      how,
      async (given, { cuts, partitions, memoryChars, order, isTwice, window, from, to, prefilter }) => {
        const { bodies, placed } = place(given);
        const rule = buildRule({ history_window_start: window });
        const fromMs = from === null ? Number.NEGATIVE_INFINITY : START + from * HOUR;
        const toMs = to === null ? Number.POSITIVE_INFINITY : START + to * HOUR;
        const base = buildQuestion([rule], {
          from: from === null ? null : new Date(fromMs).toISOString(),
          to: to === null ? null : new Date(toMs).toISOString(),
        });
        const hunt = {
          question: { ...base, options: { ...base.options, prefilter } },
          rules: [compileEquality(rule)],
          listedAt: new Date(START + 60 * 24 * HOUR).toISOString(),
          buildAlert,
        };
        const mixed = { ...hunt, partitions, memoryChars, order, isTwice };
        const shards = cutObjects(bodies, cuts);
        const { alerts, coverage, store } = await huntShards(bodies, shards, mixed);
        const inOrder = await huntShards(bodies, shards, hunt);
        expect(coverage).toEqual(inOrder.coverage);
        expect(resultsOf(store)).toEqual(resultsOf(inOrder.store));
        const told = alerts.map((alert) => String(alert['told']));
        expect(told.toSorted()).toEqual(readDirectly(placed, { window, fromMs, toMs }));
        expect(told.map((line) => Number(line.split(' ')[0]))).toEqual(
          told.map((line) => Number(line.split(' ')[0])).toSorted((a, b) => a - b),
        );
        expect(coverage.lines.read).toBe(given.length);
        expect(coverage.matches.without_time).toBe(
          given.filter(({ quarters, name }) => quarters === null && name === 'aws').length,
        );
      },
    ),
    { numRuns: 150 },
  );
});

/** What no order, no second delivery and no cut of the reduction may change by a byte. */
function resultsOf({ files }: MemoryStore): Readonly<Record<string, string>> {
  const results = [...files].filter(([path]) => !path.startsWith('reduce/'));
  return Object.fromEntries(results.map(([path, body]) => [path, Buffer.from(body).toString('base64')]));
}
