// Brute force for mode `parity` over the stages together: random rules, schedules and clocks, random events in random objects, cut at
// random bytes into shards, scanned in any order, reduced in any number of partitions and any memory, against a direct simulation of
// every execution.

import { viewDocument, type Document } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  compileLiveSchedule,
  firstExecution,
  heldFor,
  whyNotLive,
  windowOf,
  type Question,
} from '../src/question/output.ts';
import { decisions } from '../src/reduce/decisions.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { copyHash } from '../src/scan/copy-hash.ts';
import { buildQuestion, buildRule, buildRun } from './build-match.ts';
import { anyWork, cutObjects, huntShards } from './hunt-shards.ts';
import { readLive, type LiveAlert, type LiveRead } from './read-live.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 31, 23);

interface Given {
  readonly object: number;
  readonly halfMinutes: number;
  readonly off: number;
  readonly name: 'aws' | 'sh';
  readonly hosts: readonly string[];
  readonly pid: number;
  readonly created: number | null;
  readonly delay: number | null;
}

const events = fc.array(
  fc.record({
    object: fc.integer({ min: 0, max: 2 }),
    halfMinutes: fc.integer({ min: 0, max: 160 }),
    off: fc.constantFrom(0, 0, 0, 1, -1),
    name: fc.constantFrom('aws', 'aws', 'aws', 'sh'),
    hosts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 2 }),
    pid: fc.integer({ min: 1, max: 3 }),
    created: fc.constantFrom(null, 0, 0, 3, -4),
    delay: fc.constantFrom(null, 0, 0, 1, 1, 2, 9, 25, 60, -1),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 40 },
);

const how = fc.record({
  ...anyWork,
  type: fc.constantFrom('new_terms', 'new_terms', 'query', 'eql'),
  fields: fc.constantFrom(['host.id'], ['host.id', 'process.pid'], ['process.pid']),
  history: fc.constantFrom('now-20m', 'now-45m', 'now-1h/h', '2026-01-31T23:05:00Z', 'now-1M'),
  schedule: fc.constantFrom(
    ['5m', 'now-9m', 'now'],
    ['5m', 'now-5m', 'now'],
    ['10m', 'now-8m', 'now'],
    ['7m', 'now-16m', 'now'],
    ['1m', 'now-12m', 'now-2m'],
    ['5m', 'now-10m', 'now+3m'],
    ['5m', '2026-01-31T23:20:00Z', 'now'],
  ),
  offsetSeconds: fc.constantFrom(0, 0, 30, 137),
  override: fc.constantFrom(undefined, 'event.ingested', 'event.created'),
  isStrict: fc.boolean(),
  most: fc.constantFrom(100, 100, 1, 2, 3),
  suppress: fc.constantFrom(null, null, 'execution', 6, 25),
  isMissingHeld: fc.boolean(),
  from: fc.constantFrom(null, 30, 41),
  to: fc.constantFrom(null, 55, 60),
});

type How = typeof how extends fc.Arbitrary<infer T> ? T : never;

const timestampOf = ({ halfMinutes, off }: Given): number => START + (halfMinutes * MINUTE) / 2 + off;
const seenOf = (event: Given): number | null =>
  event.delay === null ? null : timestampOf(event) + event.delay * MINUTE;
const createdOf = (event: Given): number | null =>
  event.created === null ? null : timestampOf(event) + event.created * MINUTE;

function toDocument(event: Given): Document {
  const seenMs = seenOf(event);
  const createdMs = createdOf(event);
  return {
    '@timestamp': new Date(timestampOf(event)).toISOString(),
    process: { name: event.name, pid: event.pid },
    host: { id: [...event.hosts] },
    event: {
      ...(seenMs === null ? {} : { ingested: new Date(seenMs).toISOString() }),
      ...(createdMs === null ? {} : { created: new Date(createdMs).toISOString() }),
    },
  };
}

function ruleOf({ type, fields, history, schedule, override, isStrict, most, suppress, isMissingHeld }: How): Rule {
  const [interval = '5m', from = 'now-9m', to = 'now'] = schedule;
  return buildRule({
    type: type as Rule['type'],
    language: type === 'eql' ? 'eql' : 'kuery',
    query: type === 'eql' ? 'any where process.name == "aws"' : 'process.name: "aws"',
    new_terms_fields: fields,
    history_window_start: history,
    interval,
    from,
    to,
    max_signals: most,
    ...(override === undefined ? {} : { timestamp_override: override }),
    ...(suppress === null
      ? {}
      : {
          alert_suppression: {
            group_by: ['host.id'],
            missing_fields_strategy: isMissingHeld ? ('suppress' as const) : ('doNotSuppress' as const),
            ...(typeof suppress === 'number' ? { duration: { value: suppress, unit: 'm' as const } } : {}),
          },
        }),
    ...(isStrict ? { timestamp_override_fallback_disabled: true } : {}),
  });
}

function effectiveOf(event: Given, { override, isStrict }: How): number | null {
  if (override === undefined) return timestampOf(event);
  const own = override === 'event.ingested' ? seenOf(event) : createdOf(event);
  return own ?? (isStrict ? null : timestampOf(event));
}

function termsOf({ hosts, pid }: Given, { type, fields }: How): LiveRead['terms'] {
  if (type !== 'new_terms') return [[]];
  if (fields.length === 2) return hosts.map((host) => [host, pid]);
  return fields[0] === 'host.id' ? hosts.map((host) => [host]) : [[pid]];
}

/** By `host.id`: query rules have a group for each value, others one for all; null: none. */
function groupsOf(hosts: readonly string[], { type, isMissingHeld }: How): readonly (string | null)[] {
  if (hosts.length === 0) return [isMissingHeld ? 'none' : null];
  return type === 'query' ? hosts : [hosts.toSorted().join()];
}

const order = (a: LiveRead, b: LiveRead): number => a.timeMs - b.timeMs || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The events that match, as a hunt knows them: each once, there since its first copy arrived. */
function readEvents(given: readonly Given[], options: How, rule: Rule, question: Question): LiveRead[] {
  const window = windowOf(rule, question);
  const found = new Map<string, LiveRead>();
  for (const event of given) {
    const timeMs = effectiveOf(event, options);
    if (event.name !== 'aws' || timeMs === null) continue;
    if (timeMs < window.historyFromMs || timeMs >= window.readToMs) continue;
    const id = copyHash(viewDocument(toDocument(event)), timeMs);
    const known = found.get(id);
    const seenMs = Math.min(seenOf(event) ?? timeMs, known?.seenMs ?? Number.POSITIVE_INFINITY);
    const isFallback =
      options.override !== undefined &&
      (options.override === 'event.ingested' ? seenOf(event) : createdOf(event)) === null;
    // Of copies the first in the archive is the one that is raised.
    found.set(id, {
      ...(known ?? { id, timeMs, isFallback, timestampMs: timestampOf(event), terms: termsOf(event, options) }),
      seenMs,
    });
  }
  return [...found.values()];
}

const buildAlert: AlertBuilder = ({ match, tick_ms, suppression }) => ({
  told: [
    tick_ms ?? 0,
    match.time_ms,
    match.copy_hash,
    JSON.stringify(match.terms ?? []),
    suppression === null ? '' : `${String(suppression.values)} ${suppression.count} ${suppression.end_ms}`,
  ].join(' '),
});

interface OpenGroup {
  readonly told: readonly (number | string)[];
  readonly isReported: boolean;
  readonly tickMs: number;
  readonly group: string;
  count: number;
  endMs: number;
}

/** Execution by execution: the first of a group is raised, as long as none before it lasts; what a group has counted it counts once. */
function readSuppressed(
  raised: readonly LiveAlert[],
  options: How,
  {
    hostsOf,
    isInRange,
  }: { readonly hostsOf: (id: string) => readonly string[]; readonly isInRange: (event: LiveRead) => boolean },
): readonly string[] {
  const found: string[] = [];
  const opened: OpenGroup[] = [];
  const lastOf = new Map<string, OpenGroup>();
  const durationMs = typeof options.suppress === 'number' ? options.suppress * MINUTE : null;
  for (const tickMs of new Set(raised.map((alert) => alert.tickMs))) {
    const ended = new Map([...lastOf].map(([group, { endMs }]) => [group, endMs]));
    const now = raised
      .filter((alert) => alert.tickMs === tickMs)
      .toSorted((a, b) => order(a.event, b.event) || (JSON.stringify(a.terms) < JSON.stringify(b.terms) ? -1 : 1));
    for (const { id, terms, event } of now) {
      const told = [tickMs, event.timeMs, id, JSON.stringify(terms)];
      for (const group of groupsOf(hostsOf(id), options)) {
        if (group === null) {
          if (isInRange(event)) found.push([...told, ''].join(' '));
          continue;
        }
        const open = lastOf.get(group);
        const isCovered = event.timeMs <= (ended.get(group) ?? Number.NEGATIVE_INFINITY);
        const isHeld =
          open !== undefined && (tickMs <= open.tickMs + (durationMs ?? 0) || (durationMs === null && isCovered));
        if (open === undefined || !isHeld) {
          const next = { told, isReported: isInRange(event), tickMs, group, count: 0, endMs: event.timeMs };
          lastOf.set(group, next);
          opened.push(next);
        } else if (!isCovered && isInRange(event)) {
          open.count += 1;
          open.endMs = Math.max(open.endMs, event.timeMs);
        }
      }
    }
  }
  const reported = opened.filter(({ isReported }) => isReported);
  const words = (group: string): string => (group === 'none' ? '' : group);
  return [
    ...found,
    ...reported.map(({ told, group, count, endMs }) => [...told, `${words(group)} ${count} ${endMs}`].join(' ')),
  ];
}

it('raises what a simulation of every execution raises, however the work is cut', async () => {
  await fc.assert(
    fc.asyncProperty(events, how, async (given, options) => {
      const { cuts, from, to, offsetSeconds, partitions, memoryChars, order: shardOrder, isTwice } = options;
      const inObjects = given.toSorted((a, b) => a.object - b.object);
      const bodies: Record<string, string> = {};
      for (const event of inObjects) {
        const key = `${event.object}.ndjson`;
        bodies[key] = `${bodies[key] ?? ''}${JSON.stringify(toDocument(event))}\n`;
      }
      const rule = ruleOf(options);
      fc.pre(whyNotLive(rule) === null);
      const base = buildQuestion([rule], {
        mode: 'parity',
        from: from === null ? null : new Date(START + from * MINUTE).toISOString(),
        to: to === null ? null : new Date(START + to * MINUTE).toISOString(),
      });
      const offsetMs = offsetSeconds * 1_000;
      const question = { ...base, options: { ...base.options, schedule_offset_ms: offsetMs } };
      const { alerts, done, store, plan } = await huntShards(bodies, cutObjects(bodies, cuts), {
        question,
        rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
        listedAt: new Date(START + 86_400_000).toISOString(),
        buildAlert,
        partitions,
        memoryChars,
        order: shardOrder,
        isTwice,
      });

      const window = windowOf(rule, question);
      const isInRange = ({ timeMs }: LiveRead): boolean => timeMs >= window.fromMs && timeMs < window.toMs;
      const read = readEvents(inObjects, options, rule, question);
      const sinceMs = firstExecution(compileLiveSchedule(rule, question), question, heldFor(rule, question));
      const unlimited = options.suppress === null ? rule : { ...rule, max_signals: 1_000 };
      const expected = readLive(unlimited, read, { sinceMs, offsetMs, order });
      const reported = expected.alerts.filter(({ event }) => isInRange(event));
      const hostsById = new Map(
        inObjects.flatMap((event) => {
          const timeMs = effectiveOf(event, options);
          return timeMs === null ? [] : [[copyHash(viewDocument(toDocument(event)), timeMs), event.hosts] as const];
        }),
      );
      const told = alerts.map((alert) => String(alert['told'])).toSorted();
      if (options.suppress !== null) {
        const hostsOf = (id: string): readonly string[] => hostsById.get(id) ?? [];
        const suppressed = readSuppressed(expected.alerts, options, { hostsOf, isInRange });
        expect(told).toEqual(suppressed.toSorted());
        return;
      }
      expect(told).toEqual(
        reported
          .map(({ tickMs, id, terms, event }) => [tickMs, event.timeMs, id, JSON.stringify(terms), ''].join(' '))
          .toSorted(),
      );
      const cut = read
        .filter(isInRange)
        .flatMap(({ id, terms }) => terms.map((each) => `${id} ${JSON.stringify(each)}`));
      const decided: string[] = [];
      for await (const batch of decisions({ run: buildRun(question), store, plan, memoryChars })) {
        for (const { match, verdict, tick_ms } of batch) {
          if (match.place !== 'range' || (verdict !== 'alert' && verdict !== 'cut')) continue;
          decided.push(`${verdict} ${tick_ms ?? ''} ${match.copy_hash} ${JSON.stringify(match.terms ?? [])}`);
        }
      }
      expect(decided.toSorted()).toEqual(
        [
          ...reported.map(({ tickMs, id, terms }) => `alert ${tickMs} ${id} ${JSON.stringify(terms)}`),
          ...cut.filter((id) => expected.cut.has(id)).map((id) => `cut  ${id}`),
        ].toSorted(),
      );
      expect(done.rules[0]?.live?.cut).toBe(cut.filter((id) => expected.cut.has(id)).length);
    }),
    { numRuns: 80 },
  );
});
