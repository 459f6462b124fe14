// What a shard keeps of the matches of a rule with alert suppression: their groups, also of those before the range.

import { compileRule, createFieldTypes, type AlertSuppression, type Rule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { createMemorySource, shardOf } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { decodeMatch, encodeMatch } from './match-codec.ts';
import type { Match, ShardRecord } from './output.ts';
import { parseShardRecord } from './record-codec.ts';
import { scanShard } from './scan-shard.ts';

const HOURLY: AlertSuppression = {
  group_by: ['host.name', 'process.pid'],
  duration: { value: 1, unit: 'h' },
  missing_fields_strategy: 'suppress',
};

async function scan(over: Partial<Rule>, ...events: readonly object[]): Promise<ShardRecord> {
  const rule = buildRule({ type: 'query', query: '*', alert_suppression: HOURLY, ...over });
  const objects = {
    'a.ndjson': events
      .map((event) => `${JSON.stringify({ '@timestamp': '2026-02-01T12:00:00.000Z', ...event })}\n`)
      .join(''),
  };
  const store = createMemoryStore();
  const { path } = await scanShard(shardOf(objects), {
    run: buildRun(buildQuestion([rule], { from: '2026-02-01T12:00:00.000Z' })),
    rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
    sources: [createMemorySource(objects)],
    store,
    listedAt: '2026-03-01T00:00:00.000Z',
  });
  return parseShardRecord(store.files.get(path) ?? new Uint8Array(), path);
}

function groups({ stored }: ShardRecord): readonly (readonly [Match['place'], Match['groups']])[] {
  if (stored.kind !== 'inline') throw new Error('the matches are not inline');
  return stored.matches.map((match) => [match.place, match.groups]);
}

describe('matches of a rule with suppression', () => {
  it('have their groups, typed', async () => {
    const event = { host: { name: ['a', 'b'] }, process: { pid: 7 } };
    expect(groups(await scan({}, event))).toEqual([
      [
        'range',
        [
          ['a', 7],
          ['b', 7],
        ],
      ],
    ]);
    expect(groups(await scan({ type: 'eql', language: 'eql', query: 'any where true' }, event))).toEqual([
      ['range', [[['a', 'b'], [7]]]],
    ]);
    const terms = { type: 'new_terms', new_terms_fields: ['host.name'] } as const;
    expect(groups(await scan(terms, event))).toEqual([
      ['range', [[['a', 'b'], [7]]]],
      ['range', [[['a', 'b'], [7]]]],
    ]);
  });

  it('are kept where they lie up to the duration before the range', async () => {
    const record = await scan(
      {},
      { '@timestamp': '2026-02-01T10:59:59.999Z', 'host.name': 'a' },
      { '@timestamp': '2026-02-01T11:00:00.000Z', 'host.name': 'a' },
    );
    expect(groups(record)).toEqual([['history', [['a', null]]]]);
    expect(record.matches['rule-1']).toMatchObject({ outside: 1, in_history: 1 });
    expect(record.stored).toMatchObject({ events: [] });
  });

  it('have none where a field is missing that must not be', async () => {
    const alert_suppression = { ...HOURLY, missing_fields_strategy: 'doNotSuppress' } as const;
    expect(groups(await scan({ alert_suppression }, { 'host.name': 'a' }))).toEqual([['range', undefined]]);
  });

  it('have none where there are too many, with a warning', async () => {
    const record = await scan({}, { 'host.name': Array.from({ length: 1_001 }, (_, number) => `host-${number}`) });
    expect(groups(record)).toEqual([['range', undefined]]);
    expect(record.warnings).toEqual([
      'rule rule-1: an event is in more than 1000 groups of alert_suppression; its alert is raised for itself',
    ]);
  });

  it('keep the types of their groups on the way, and are refused when they are damaged', () => {
    const given = [
      ['a', null, [9_007_199_254_740_993n, true, 1.5]],
      [2, 'b', []],
    ];
    const text = encodeMatch(buildMatch({ time_ms: 0, groups: given }));
    expect(decodeMatch(text).groups).toEqual(given);
    const plain = JSON.parse(encodeMatch(buildMatch({ time_ms: 0 }))) as object;
    for (const damaged of ['x', ['x'], [[{}]], [[['a', null]]]]) {
      expect(() => decodeMatch(JSON.stringify({ ...plain, groups: damaged }))).toThrow(/is not a/);
    }
  });
});
