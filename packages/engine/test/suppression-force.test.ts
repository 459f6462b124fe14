// Brute force for alert suppression over the stages together: random events in random objects, cut at random bytes into shards, reduced
// in any number of partitions and any memory, against a direct reading of what each rule raises and what its groups hold.

import { viewDocument, type Document, type DocumentValue } from '@coldhunt/core';
import { compileRule, createFieldTypes, type Rule } from '@coldhunt/rules';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { windowOf, type RuleWindow } from '../src/question/rule-window.ts';
import { decisions } from '../src/reduce/decisions.ts';
import type { AlertBuilder } from '../src/reduce/output.ts';
import { copyHash } from '../src/scan/copy-hash.ts';
import { buildQuestion, buildRule, buildRun, buildThreshold } from './build-match.ts';
import { anyWork, cutObjects, huntShards } from './hunt-shards.ts';
import { readThreshold } from './read-threshold.ts';

const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 31, 23);
const HISTORY_MINUTES = 20;

interface Given {
  readonly object: number;
  readonly halfMinutes: number;
  readonly name: 'aws' | 'sh';
  readonly hosts: readonly string[];
  readonly users: readonly string[];
  readonly pid: number | null;
}

const events = fc.array(
  fc.record({
    object: fc.integer({ min: 0, max: 2 }),
    halfMinutes: fc.integer({ min: 0, max: 120 }),
    name: fc.constantFrom('aws', 'aws', 'aws', 'sh'),
    hosts: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 2 }),
    users: fc.uniqueArray(fc.constantFrom('x', 'y'), { maxLength: 2 }),
    pid: fc.constantFrom(1, 2, null),
  }) as fc.Arbitrary<Given>,
  { minLength: 1, maxLength: 40 },
);

const how = fc.record({
  ...anyWork,
  type: fc.constantFrom<Rule['type']>('query', 'query', 'eql', 'new_terms', 'threshold'),
  group_by: fc.constantFrom<readonly string[]>(['user.name'], ['user.name', 'process.pid'], ['host.id']),
  missing_fields_strategy: fc.constantFrom('suppress' as const, 'doNotSuppress' as const),
  minutes: fc.constantFrom(null, 1, 5, 17, 120),
  from: fc.constantFrom(null, 20, 33),
  to: fc.constantFrom(null, 50, 55),
});

type How = typeof how extends fc.Arbitrary<infer T> ? T : never;

function toDocument({ halfMinutes, name, hosts, users, pid }: Given): Document {
  return {
    '@timestamp': new Date(timeOf({ halfMinutes })).toISOString(),
    process: { name, ...(pid === null ? {} : { pid }) },
    host: { id: [...hosts] },
    user: { name: [...users] },
  };
}

function timeOf({ halfMinutes }: Pick<Given, 'halfMinutes'>): number {
  return START + (halfMinutes * MINUTE) / 2;
}

function ruleOf({ type, group_by, missing_fields_strategy, minutes }: How): Rule {
  const value = minutes ?? (type === 'threshold' ? 5 : null);
  return buildRule({
    type,
    language: type === 'eql' ? 'eql' : 'kuery',
    query: type === 'eql' ? 'any where process.name == "aws"' : 'process.name: "aws"',
    history_window_start: `now-${HISTORY_MINUTES}m`,
    interval: '4m',
    from: 'now-6m',
    threshold: buildThreshold({ value: 2 }),
    alert_suppression: {
      group_by: type === 'threshold' ? [] : group_by,
      missing_fields_strategy,
      ...(value === null ? {} : { duration: { value, unit: 'm' as const } }),
    },
  });
}

/** An alert as its rule raises it; with `group` null it is raised for itself. */
interface Raised {
  readonly group: readonly DocumentValue[] | null;
  readonly term: string;
  readonly timeMs: number;
  readonly atMs: number;
  readonly hash: string;
}

const compare = (a: Raised, b: Raised): number =>
  a.atMs - b.atMs || a.timeMs - b.timeMs || order(a.term, b.term) || order(a.hash, b.hash) || order(key(a), key(b));
const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const key = ({ group }: Pick<Raised, 'group'>): string => JSON.stringify(group);

function groupsOf({ users, pid, hosts }: Given, { type, group_by, missing_fields_strategy }: How): Raised['group'][] {
  const lists = group_by.map((field): readonly DocumentValue[] => {
    const values = field === 'user.name' ? users : field === 'host.id' ? hosts : pid === null ? [] : [pid];
    if (values.length === 0) return [null];
    return type === 'query' ? values : [[...values].toSorted()];
  });
  if (missing_fields_strategy === 'doNotSuppress' && lists.some(([first]) => first === null)) return [null];
  return lists.reduce<DocumentValue[][]>((all, list) => all.flatMap((each) => list.map((v) => [...each, v])), [[]]);
}

/**
 * All that the rule raises, each event once; the first of the total order where several are equal. What a threshold rule counted before
 * the time that is read decides on its next alerts, and is not known (decision 014).
 */
function readRaised(given: readonly Given[], options: How, rule: Rule, window: RuleWindow): Raised[] {
  const matches = new Map(
    given
      .filter(({ name }) => name === 'aws')
      .map((event) => [copyHash(viewDocument(toDocument(event)), timeOf(event)), event] as const),
  );
  const inOrder = [...matches]
    .map(([hash, event]) => ({ hash, event, timeMs: timeOf(event) }))
    .toSorted((a, b) => a.timeMs - b.timeMs || order(a.hash, b.hash));
  if (options.type === 'threshold') {
    return ['a', 'b', 'c'].flatMap((host) => {
      const bucket = inOrder.filter(
        ({ event, timeMs }) => event.hosts.includes(host) && timeMs >= window.historyFromMs && timeMs < window.readToMs,
      );
      return readThreshold(
        rule,
        bucket.map(({ timeMs }) => ({ timeMs, values: [] })),
      ).map(({ tickMs, lastMs }) => ({ group: [host], term: `"${host}"`, timeMs: lastMs, atMs: tickMs, hash: '' }));
    });
  }
  return inOrder.flatMap(({ hash, event, timeMs }, at) => {
    const terms =
      options.type !== 'new_terms'
        ? ['']
        : event.hosts
            .filter(
              (host) =>
                !inOrder
                  .slice(0, at)
                  .some(
                    (before) => before.event.hosts.includes(host) && before.timeMs >= timeMs - HISTORY_MINUTES * MINUTE,
                  ),
            )
            .map((host) => `"${host}"`);
    return terms.flatMap((term) =>
      groupsOf(event, options).map((group) => ({ group, term, timeMs, atMs: timeMs, hash })),
    );
  });
}

// Of three events the first lies before the time that is read: with it the other two would not alert together.
const BUSY_BEFORE_THE_RANGE: Given[] = [52, 61, 66].map((halfMinutes) => ({
  object: 0,
  halfMinutes,
  name: 'aws',
  hosts: ['c'],
  users: [],
  pid: 1,
}));
const AT_THE_WINDOWS_EDGE: How = {
  cuts: [[], [], []],
  partitions: 1,
  memoryChars: 0,
  order: [],
  isTwice: false,
  type: 'threshold',
  group_by: ['user.name'],
  missing_fields_strategy: 'suppress',
  minutes: 1,
  from: 33,
  to: null,
};

const buildAlert: AlertBuilder = ({ match, bucket, suppression }) => ({
  told: JSON.stringify([
    suppression?.values ?? null,
    match.term_key,
    match.time_ms,
    bucket?.tick_ms ?? match.time_ms,
    suppression?.count ?? 0,
    suppression?.end_ms ?? match.time_ms,
  ]),
});

it('holds what a direct reading of the rule holds, however the work is cut', async () => {
  await fc.assert(
    fc.asyncProperty(events, how, async (given, options) => {
      const rule = ruleOf(options);
      const bodies: Record<string, string> = {};
      for (const event of given) {
        const name = `${event.object}.ndjson`;
        bodies[name] = `${bodies[name] ?? ''}${JSON.stringify(toDocument(event))}\n`;
      }
      const [fromMs, toMs] = [options.from ?? -1e9, options.to ?? 1e9].map((at) => START + at * MINUTE) as [
        number,
        number,
      ];
      const question = buildQuestion([rule], {
        from: options.from === null ? null : new Date(fromMs).toISOString(),
        to: options.to === null ? null : new Date(toMs).toISOString(),
      });
      const hunted = await huntShards(bodies, cutObjects(bodies, options.cuts), {
        question,
        rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
        listedAt: new Date(START + 86_400_000).toISOString(),
        buildAlert,
        ...options,
      });

      const intervalMs = 4 * MINUTE;
      const duration = rule.alert_suppression?.duration;
      const tickOf = (ms: number): number => Math.ceil(ms / intervalMs);
      const isHeldBy = (alert: Raised, opener: Raised): boolean =>
        key(alert) === key(opener) &&
        (duration === undefined
          ? tickOf(alert.atMs) === tickOf(opener.atMs)
          : alert.atMs <= opener.atMs + duration.value * MINUTE);
      const firstMs = options.type === 'threshold' ? tickOf(fromMs) * intervalMs : fromMs;
      const sinceMs =
        duration === undefined ? (tickOf(fromMs) - 1) * intervalMs + 1 : firstMs - duration.value * MINUTE;
      const openers: { readonly alert: Raised; readonly held: Raised[] }[] = [];
      const verdicts: string[] = [];
      const expected: string[] = [];
      const place = (alert: Raised): string => (alert.timeMs < fromMs ? 'history' : 'range');
      for (const alert of readRaised(given, options, rule, windowOf(rule, question)).toSorted(compare)) {
        if (alert.timeMs >= toMs || (place(alert) === 'history' && alert.atMs < sinceMs)) continue;
        if (alert.group === null) {
          if (place(alert) === 'range')
            expected.push(JSON.stringify([null, alert.term, alert.timeMs, alert.atMs, 0, alert.timeMs]));
          continue;
        }
        const group = openers.find((each) => isHeldBy(alert, each.alert));
        if (group === undefined) openers.push({ alert, held: [] });
        else group.held.push(alert);
        if (place(alert) === 'range') {
          const by = group === undefined ? '' : ` ${group.alert.timeMs} ${place(group.alert)}`;
          verdicts.push(`${alert.timeMs} ${key(alert)}${by}`);
        }
      }
      for (const { alert, held } of openers) {
        if (place(alert) !== 'range') continue;
        const end = Math.max(alert.timeMs, ...held.map(({ timeMs }) => timeMs));
        expected.push(JSON.stringify([alert.group, alert.term, alert.timeMs, alert.atMs, held.length, end]));
      }
      expect(hunted.alerts.map(({ told }) => String(told)).toSorted()).toEqual(expected.toSorted());

      const inRange = openers.flatMap(({ alert, held }) =>
        held.filter((each) => place(each) === 'range').map(() => place(alert)),
      );
      expect(hunted.done.rules).toMatchObject([
        { suppressed: inRange.length, suppressed_by_earlier: inRange.filter((each) => each === 'history').length },
      ]);

      const decided: string[] = [];
      for await (const batch of decisions({
        run: buildRun(question),
        store: hunted.store,
        plan: hunted.plan,
        memoryChars: options.memoryChars,
      })) {
        for (const { match, verdict, suppression } of batch) {
          if (suppression === null) continue;
          const { held_by: holder, values } = suppression;
          expect(verdict).toBe(holder === null ? 'alert' : 'suppressed');
          const by = holder === null ? '' : ` ${holder.time_ms} ${holder.place}`;
          decided.push(`${match.time_ms} ${JSON.stringify(values)}${by}`);
        }
      }
      expect(decided.toSorted()).toEqual(verdicts.toSorted());
    }),
    { numRuns: 150, examples: [[BUSY_BEFORE_THE_RANGE, AT_THE_WINDOWS_EDGE]] },
  );
});
