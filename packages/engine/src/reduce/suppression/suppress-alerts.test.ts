import type { RunStore } from '@coldhunt/core';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule, buildRun } from '../../../test/build-match.ts';
import { cutObjects, huntShards } from '../../../test/hunt-shards.ts';
import { createMemoryStore } from '../../../test/memory-store.ts';
import type { Suppression } from '../../question/output.ts';
import type { RaisedAlert } from '../raised-alert.ts';
import { reduceHunt } from '../reduce-hunt.ts';
import { SPILL_PREFIX } from '../spill-sorter.ts';
import { toAlertGroup } from './alert-groups.ts';
import { suppressAlerts } from './suppress-alerts.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 1, 1);

const hourly: Suppression = {
  sinceMs: Number.NEGATIVE_INFINITY,
  mayHoldFromBefore: () => false,
  skipsCovered: false,
  lastHeld: (atMs) => atMs + HOUR,
};

function raise(timeMs: number, host: string | null): RaisedAlert {
  return {
    kind: 'alert',
    source: 's',
    match: buildMatch({ time_ms: timeMs, terms: null }),
    copies: [],
    copyCount: 0,
    bucket: null,
    spans: null,
    tickMs: null,
    group: host === null ? null : toAlertGroup([host]),
    held: null,
  };
}

describe('alerts that are suppressed', () => {
  it('leave one for each group and hour, in the total order, whatever the memory', async () => {
    const store = createMemoryStore();
    const all = async function* (): AsyncGenerator<readonly RaisedAlert[]> {
      for (let i = 0; i < 4_000; i += 1) yield [raise(START + i * 1_000, i % 8 === 0 ? null : `host-${i % 100}`)];
    };
    const suppressions = new Map([['rule-1', hourly]]);
    const found = await suppressAlerts(all, { store, suppressions, memoryChars: 50_000 });
    const told: string[] = [];
    // Read more than once, as the writer of alerts does.
    for (let round = 0; round < 2; round += 1) {
      told.length = 0;
      for await (const batch of found.raised()) {
        for (const { match, group, held } of batch)
          told.push(`${match.time_ms} ${group?.key ?? '-'} ${held?.count ?? '-'}`);
      }
    }
    const times = told.map((line) => Number(line.split(' ')[0]));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(told.filter((line) => line.endsWith('- -'))).toHaveLength(500);
    const held = told.filter((line) => !line.endsWith('-'));
    // The last event is 3,999 seconds after the first: each host opens a second group.
    expect(held).toHaveLength(200);
    const sum = held.reduce((total, line) => total + Number(line.split(' ').at(-1)) + 1, 0);
    expect(sum).toBe(3_500);
    expect(found.counts.get('rule-1')).toEqual({ suppressed: 3_300, suppressed_by_earlier: 0 });
    await found.clear();
    expect([...store.files.keys()].filter((path) => path.startsWith(SPILL_PREFIX))).toEqual([]);
  });

  it('are passed on as they are where no rule suppresses', async () => {
    const all = (): AsyncIterable<readonly RaisedAlert[]> => {
      throw new Error('nothing is read');
    };
    const found = await suppressAlerts(all, { store: createMemoryStore(), suppressions: new Map() });
    expect(found.raised).toBe(all);
    await found.clear();
  });
});

it('are the same however often the reduction dies between, and when it is done again', async () => {
  const rule = buildRule({
    type: 'query',
    query: '*',
    alert_suppression: {
      group_by: ['host.name'],
      duration: { value: 1, unit: 'h' },
      missing_fields_strategy: 'suppress',
    },
  });
  const lines = Array.from({ length: 60 }, (_, i) => {
    const time = new Date(START + i * 300_000).toISOString();
    return `${JSON.stringify({ '@timestamp': time, 'host.name': i % 2 === 0 ? 'a' : ['b', 'a'] })}\n`;
  });
  const bodies = { 'a.ndjson': lines.slice(0, 30).join(''), 'b.ndjson': lines.slice(30).join('') };
  const question = buildQuestion([rule], { from: new Date(START + HOUR).toISOString() });
  const rules = [compileRule(rule, { fieldTypes: createFieldTypes() })];
  const listedAt = '2026-03-01T00:00:00.000Z';
  const { store, plan, alerts } = await huntShards(bodies, cutObjects(bodies, []), { question, rules, listedAt });
  expect(alerts.length).toBeGreaterThan(5);
  const whole = store.files.get('alerts.ndjson');
  const scanned = [...store.files].filter(([path]) => path.startsWith('scan/'));

  let writes = 0;
  for (let dies = 1; ; dies += 1) {
    store.files.clear();
    for (const [path, bytes] of scanned) store.files.set(path, bytes);
    writes = 0;
    const failing: RunStore = {
      ...store,
      putStream(path, body) {
        writes += 1;
        return writes === dies ? Promise.reject(new Error('it dies')) : store.putStream(path, body);
      },
    };
    const options = { run: buildRun(question), plan, rules, partitions: 2, memoryChars: 12_000 };
    const died = await reduceHunt({ ...options, store: failing }).then(
      () => false,
      () => true,
    );
    const { done } = await reduceHunt({ ...options, store });
    expect(store.files.get('alerts.ndjson')).toEqual(whole);
    expect(done.rules[0]?.suppressed).toBeGreaterThan(20);
    expect([...store.files.keys()].filter((path) => path.startsWith(SPILL_PREFIX))).toEqual([]);
    if (!died) break;
  }
  expect(writes).toBeGreaterThan(10);
});
