// What a complete hunt and a live one say of the same random events: every alert of either is told once, and the reason why the other
// lacks it holds by the events themselves.

import { stringifyDocument } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Comparison, describeComparison, liveSide } from '../src/compare/comparison.ts';
import { compareRuns, type Compared } from '../src/compare/compare-runs.ts';
import { compareSides } from '../src/compare/compare-sides.ts';
import { encodeCompared } from '../src/compare/encode-compared.ts';
import { SideAlerts } from '../src/compare/side-alerts.ts';
import { compileQuestionRules } from '../src/question/compile-rules.ts';
import type { Question } from '../src/question/output.ts';
import { reduceHunt } from '../src/reduce/reduce-hunt.ts';
import { reduceLiveSide, sideOf } from '../src/reduce/live-side.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { buildQuestion, buildRule, buildRun, buildThreshold } from './build-match.ts';
import { cutObjects, huntShards, type HuntedShards } from './hunt-shards.ts';
import { createMemoryStore } from './memory-store.ts';

const MINUTE = 60_000;
const INTERVAL = 5 * MINUTE;
const WINDOW = 9 * MINUTE;
const HISTORY = 30 * MINUTE;
const START = Date.UTC(2026, 0, 31, 23);

interface Given {
  readonly minutes: number;
  readonly host: string;
  readonly delay: number;
}

const events = fc.uniqueArray(
  fc.record({
    minutes: fc.integer({ min: 0, max: 90 }),
    host: fc.constantFrom('a', 'b', 'c'),
    delay: fc.constantFrom(0, 0, 0, 1, 4, 12, 50),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 25, selector: ({ minutes, host }) => `${minutes} ${host}` },
);

const buildAlert: AlertBuilder = ({ match }) => ({ told: `${match.time_ms} ${String(match.terms?.[0])}` });
const lastTick = (timeMs: number): number => Math.ceil((timeMs + WINDOW) / INTERVAL) * INTERVAL - INTERVAL;

it('tells every alert of either run once, with a reason that holds', async () => {
  await fc.assert(
    fc.asyncProperty(events, fc.constantFrom(1, 100), fc.constantFrom(0, 100_000), async (given, most, memoryChars) => {
      const rule = buildRule({ history_window_start: 'now-30m', max_signals: most });
      const body = given.map(({ minutes, host, delay }) => {
        const timeMs = START + minutes * MINUTE;
        const iso = (ms: number): string => new Date(ms).toISOString();
        const event = { ingested: iso(timeMs + delay * MINUTE) };
        return `${JSON.stringify({ '@timestamp': iso(timeMs), process: { name: 'aws' }, host: { id: host }, event })}\n`;
      });
      const bodies = { 'a.ndjson': body.join('') };
      const rules = [compileRule(rule, { fieldTypes: createFieldTypes() })];
      const hunt = async (
        mode: 'complete' | 'parity',
      ): Promise<HuntedShards & { readonly run: ReturnType<typeof buildRun> }> => {
        const question = buildQuestion([rule], { mode });
        const listedAt = new Date(START + 86_400_000).toISOString();
        const hunted = await huntShards(bodies, cutObjects(bodies, []), { question, rules, listedAt, buildAlert });
        return { ...hunted, run: buildRun(question) };
      };
      const [a, b] = [await hunt('complete'), await hunt('parity')];
      const compared: Compared[] = [];
      const comparison = new Comparison();
      for await (const batch of compareRuns({ a, b, scratch: createMemoryStore(), memoryChars })) {
        compared.push(...batch);
        for (const each of batch) comparison.add(each);
      }
      const told = ({ time_ms, terms }: Compared): string => `${time_ms} ${String(terms?.[0])}`;
      const inRun = (side: 'only_a' | 'only_b'): string[] =>
        compared
          .filter((each) => each.in === 'both' || each.in === side)
          .map(told)
          .toSorted();
      expect(inRun('only_a')).toEqual(a.alerts.map((alert) => String(alert['told'])).toSorted());
      expect(inRun('only_b')).toEqual(b.alerts.map((alert) => String(alert['told'])).toSorted());

      const seenAt = (host: string, timeMs: number): number => {
        const event = given.find(({ minutes, host: own }) => own === host && START + minutes * MINUTE === timeMs);
        return timeMs + (event?.delay ?? 0) * MINUTE;
      };
      const before = (host: string, timeMs: number): number =>
        Math.max(
          ...given
            .filter(({ minutes, host: own }) => own === host && START + minutes * MINUTE < timeMs)
            .map(({ minutes }) => START + minutes * MINUTE),
        );
      for (const { in: side, time_ms: timeMs, terms, ticks, reason } of compared) {
        const host = String(terms?.[0]);
        const tick = ticks.b ?? 0;
        const holds: Partial<Record<string, boolean>> = {
          late: side === 'only_a' && seenAt(host, timeMs) > lastTick(timeMs),
          cut: side === 'only_a' && most === 1 && seenAt(host, timeMs) <= lastTick(timeMs),
          forgotten: side === 'only_b' && before(host, timeMs) < tick - HISTORY,
          not_arrived: side === 'only_b' && before(host, timeMs) >= tick - HISTORY,
        };
        expect(side === 'both' ? reason === null : holds[reason?.code ?? '']).toBe(true);
        if (reason?.code === 'not_arrived') {
          const earlier = given.filter(({ minutes, host: own }) => own === host && START + minutes * MINUTE < timeMs);
          const isInHistory = ({ minutes }: Given): boolean => START + minutes * MINUTE >= tick - HISTORY;
          for (const { minutes, delay } of earlier.filter(isInHistory))
            expect(START + (minutes + delay) * MINUTE).toBeGreaterThan(tick);
        }
      }
      const sentence = describeComparison(comparison.rules, liveSide(a.run.question, b.run.question));
      const missed = compared.filter((each) => each.in === 'only_a').length;
      expect(sentence).toContain(compared.length === 0 ? '0 of 0' : ` ${missed} of ${a.alerts.length} alert`);
    }),
    { numRuns: 30 },
  );
});

it('gives in mode both, in one pass, what each mode gives alone', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.constantFrom(undefined, 'event.ingested'),
      fc.constantFrom<Rule['type']>('new_terms', 'query', 'threshold'),
      fc.constantFrom(null, 30),
      async (given, override, type, from) => {
        const iso = (ms: number): string => new Date(ms).toISOString();
        const rule = buildRule({
          type,
          history_window_start: 'now-30m',
          threshold: buildThreshold({ value: 2 }),
          ...(override === undefined ? {} : { timestamp_override: override }),
        });
        const body = given.map(({ minutes, host, delay }) => {
          const timeMs = START + minutes * MINUTE;
          const event = delay === 1 ? {} : { event: { ingested: iso(timeMs + delay * MINUTE) } };
          return `${JSON.stringify({ '@timestamp': iso(timeMs), process: { name: 'aws' }, host: { id: host }, ...event })}\n`;
        });
        const bodies = { 'a.ndjson': body.join('') };
        const rules = [compileRule(rule, { fieldTypes: createFieldTypes() })];
        const hunt = (mode: Question['mode']): Promise<HuntedShards> =>
          huntShards(bodies, cutObjects(bodies, [[0.4]]), {
            question: buildQuestion([rule], { mode, from: from === null ? null : iso(START + from * MINUTE) }),
            rules,
            listedAt: iso(START + 86_400_000),
            buildAlert,
          });
        const [both, complete, parity] = [await hunt('both'), await hunt('complete'), await hunt('parity')];
        const run = buildRun(
          buildQuestion([rule], { mode: 'both', from: from === null ? null : iso(START + from * MINUTE) }),
        );
        await reduceLiveSide({ ...both, run, buildAlert });
        const text = (hunted: HuntedShards, path: string): string =>
          Buffer.from(hunted.store.files.get(path) ?? []).toString();
        expect(text(both, 'alerts.ndjson')).toBe(text(complete, 'alerts.ndjson'));
        expect(text(both, 'live/alerts.ndjson')).toBe(text(parity, 'alerts.ndjson'));
        expect(both.done.rules).toEqual(complete.done.rules);
      },
    ),
    { numRuns: 40 },
  );
});

it('tells in mode both, from the alerts that differ, what the decisions of two whole runs tell', async () => {
  await fc.assert(
    fc.asyncProperty(
      events,
      fc.constantFrom<Rule['type']>('new_terms', 'query', 'threshold'),
      fc.constantFrom(1, 100),
      fc.constantFrom(0, 100_000),
      fc.constantFrom(undefined, { group_by: ['host.id'], missing_fields_strategy: 'suppress' as const }),
      async (given, type, most, memoryChars, suppression) => {
        const iso = (ms: number): string => new Date(ms).toISOString();
        const rule = buildRule({
          type,
          history_window_start: 'now-30m',
          max_signals: most,
          threshold: buildThreshold({ value: 2 }),
          ...(suppression === undefined || type === 'threshold' ? {} : { alert_suppression: suppression }),
        });
        const body = given.map(({ minutes, host, delay }) => {
          const timeMs = START + minutes * MINUTE;
          return `${JSON.stringify({ '@timestamp': iso(timeMs), process: { name: 'aws' }, host: { id: host }, event: { ingested: iso(timeMs + delay * MINUTE) } })}\n`;
        });
        const bodies = { 'a.ndjson': body.join('') };
        const question = buildQuestion([rule], { mode: 'both', from: iso(START + 30 * MINUTE) });
        const [run, rules] = [buildRun(question), compileQuestionRules(question)];
        const listedAt = iso(START + 86_400_000);
        const hunted = await huntShards(bodies, cutObjects(bodies, []), { question, rules, listedAt, buildAlert });
        const { store, plan } = hunted;
        const alerts = new SideAlerts(store, memoryChars);
        await reduceHunt({ run, rules, store, plan, buildAlert, onAlert: (alert) => alerts.add('a', alert) });
        await reduceLiveSide({ ...hunted, run, buildAlert, onAlert: (alert) => alerts.add('b', alert) });
        await compareSides({ run, store, plan, alerts, memoryChars });
        const [a, b] = [
          { run: sideOf(run, 'complete'), store, plan },
          { run: sideOf(run, 'parity'), store, plan },
        ];
        let expected = '';
        for await (const batch of compareRuns({ a, b, scratch: createMemoryStore() }))
          for (const each of batch) expected += `${stringifyDocument(encodeCompared(each))}\n`;
        expect(Buffer.from(store.files.get('live/compare.ndjson') ?? []).toString()).toBe(expected);
        expect([...store.files.keys()].filter((path) => path.includes('spill'))).toEqual([]);
      },
    ),
    { numRuns: 40 },
  );
});
