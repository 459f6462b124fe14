// What a shard keeps of the matches of a threshold rule.

import { compileRule, createFieldTypes, type Threshold } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildMatch, buildQuestion, buildRule, buildRun, buildThreshold } from '../../test/build-match.ts';
import { createMemorySource, shardOf } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { decodeMatch, encodeMatch } from './match-codec.ts';
import type { Match, ShardRecord } from './output.ts';
import { parseShardRecord } from './record-codec.ts';
import { scanShard } from './scan-shard.ts';

const NOON = '2026-02-01T12:00:00.000Z';

async function scan(threshold: Threshold, ...events: readonly object[]): Promise<ShardRecord> {
  const rule = buildRule({ type: 'threshold', query: '*', from: 'now-10m', threshold });
  const objects = {
    'a.ndjson': events.map((event) => `${JSON.stringify({ '@timestamp': NOON, ...event })}\n`).join(''),
  };
  const store = createMemoryStore();
  const { path } = await scanShard(shardOf(objects), {
    run: buildRun(buildQuestion([rule], { from: NOON, to: '2026-02-01T13:00:00.000Z' })),
    rules: [compileRule(rule, { fieldTypes: createFieldTypes() })],
    sources: [createMemorySource(objects)],
    store,
    listedAt: '2026-03-01T00:00:00.000Z',
  });
  return parseShardRecord(store.files.get(path) ?? new Uint8Array(), path);
}

function kept({ stored }: ShardRecord): readonly Match[] {
  if (stored.kind !== 'inline') throw new Error('the matches are not inline');
  return stored.matches.filter(({ aside }) => aside === undefined);
}

describe('matches of a threshold rule', () => {
  it('lie in every bucket of their values, with the values that are counted, typed and each once', async () => {
    const threshold = buildThreshold({
      field: ['host.id', 'process.pid'],
      cardinality: [{ field: 'source.ip', value: 2 }],
    });
    const event = {
      'host.id': ['b', 'a', 'b'],
      process: { pid: 7 },
      source: { ip: ['fe80::1', 'fe80:0::1', '10.0.0.1'] },
    };
    const record = await scan(threshold, event);
    expect(kept(record).map(({ terms, distinct }) => [terms, distinct])).toEqual([
      [
        ['a', 7],
        ['fe80::1', '10.0.0.1'],
      ],
      [
        ['b', 7],
        ['fe80::1', '10.0.0.1'],
      ],
    ]);
    expect(record.stored).toMatchObject({ events: [{ event: 0 }] });
  });

  it('are in the one bucket of a rule without fields, whatever they hold', async () => {
    const record = await scan(buildThreshold({ field: [] }), { a: 1 }, { 'host.id': 'h' });
    expect(kept(record).map(({ terms, term_key, distinct }) => [terms, term_key, distinct])).toEqual([
      [[], '', null],
      [[], '', null],
    ]);
  });

  it('are counted and in no bucket where a field has no value', async () => {
    const record = await scan(buildThreshold({ field: ['host.id', 'user.id'] }), { 'host.id': 'h' });
    expect(kept(record)).toEqual([]);
    expect(record.matches['rule-1']).toMatchObject({ total: 1, in_range: 1 });
  });

  it('around the range are kept without their events', async () => {
    const times = ['11:49:59', '11:50:00', '12:00:00', '13:09:59', '13:10:00'].map((time) => `2026-02-01T${time}.000Z`);
    const record = await scan(buildThreshold(), ...times.map((time) => ({ '@timestamp': time, 'host.id': 'h' })));
    expect(kept(record).map(({ place, event }) => [place, event])).toEqual([
      ['history', null],
      ['range', 0],
      ['history', null],
    ]);
    expect(record.matches['rule-1']).toMatchObject({ total: 5, in_history: 2, in_range: 1, outside: 2 });
  });

  it('with more combinations than memory bears are in no bucket, with a warning', async () => {
    const many = Array.from({ length: 400 }, (_, number) => `v${number}`);
    const threshold = buildThreshold({ field: ['host.id'], cardinality: [{ field: 'user.id', value: 1 }] });
    const record = await scan(threshold, { 'host.id': many, 'user.id': many });
    expect(kept(record)).toEqual([]);
    expect(record.warnings).toEqual([expect.stringMatching(/more than 100000 combinations.*is in no bucket$/)]);
  });

  it('keep the types of their values on the way, and may lack them in files of before', () => {
    const big = 9_007_199_254_740_993n;
    const match = buildMatch({ time_ms: 0, distinct: [big, true, 1.5] });
    expect(decodeMatch(encodeMatch(match)).distinct).toEqual([big, true, 1.5]);
    const old = JSON.parse(encodeMatch(buildMatch({ time_ms: 0 }))) as Record<string, unknown>;
    delete old['distinct'];
    expect(decodeMatch(JSON.stringify(old)).distinct).toBeNull();
    expect(() => decodeMatch(JSON.stringify({ ...old, distinct: 'x' }))).toThrow(/not a match/);
  });
});
