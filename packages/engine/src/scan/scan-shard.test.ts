import { gzipSync } from 'node:zlib';
import { InputError, TransientError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality, type EqualityOptions } from '../../test/equality-rule.ts';
import { createMemorySource, shardOf, uriOf, type Content } from '../../test/memory-source.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import type { Shard } from '../plan/output.ts';
import type { Question } from '../question/output.ts';
import { readEvents, readMatches } from './matches-file.ts';
import { EXCEPTED_KEPT } from './match-event.ts';
import type { ShardRecord } from './output.ts';
import { scanShard, type ScanResult } from './scan-shard.ts';

const rule = buildRule({ index: ['logs-*'] });
const FROM = '2026-02-10T00:00:00.000Z';
const TO = '2026-02-20T00:00:00.000Z';

interface Given {
  readonly time?: unknown;
  readonly [field: string]: unknown;
}

function event({ time = '2026-02-12T00:00:00Z', ...rest }: Given = {}): string {
  return JSON.stringify({ '@timestamp': time, 'process.name': 'aws', 'host.id': 'h1', 'host.name': 'alpha', ...rest });
}

function ndjson(...lines: string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

async function scan(
  objects: Record<string, Content>,
  over: {
    question?: Partial<Question>;
    options?: Partial<Question['options']>;
    shard?: Partial<Shard>;
    equality?: EqualityOptions;
    isLastAttempt?: boolean;
    store?: ReturnType<typeof createMemoryStore>;
    rules?: (typeof rule)[];
    generation?: number;
  } = {},
): Promise<ScanResult & { store: ReturnType<typeof createMemoryStore> }> {
  const store = over.store ?? createMemoryStore();
  const rules = over.rules ?? [rule];
  const base = buildQuestion(rules, { from: FROM, to: TO, ...over.question });
  const question = { ...base, options: { ...base.options, ...over.options } };
  const result = await scanShard(shardOf(objects, over.shard), {
    run: { ...buildRun(question), generation: over.generation ?? 0 },
    rules: rules.map((one) => compileEquality(one, over.equality)),
    sources: [createMemorySource(objects)],
    store,
    listedAt: '2026-03-01T00:00:00.000Z',
    isLastAttempt: over.isLastAttempt ?? true,
  });
  return { ...result, store };
}

function inline(record: ShardRecord): Extract<ShardRecord['stored'], { kind: 'inline' }> {
  if (record.stored.kind !== 'inline') throw new Error('the matches are not inline');
  return record.stored;
}

describe('scanShard', () => {
  it('keeps matches with terms, evidence, explanation and the event', async () => {
    const line = event();
    const { record } = await scan({ 'a.ndjson': ndjson('{"x":1}', line) });
    const { matches, events } = inline(record);
    expect(matches).toMatchObject([
      {
        rule_id: 'rule-1',
        place: 'range',
        time_ms: Date.parse('2026-02-12T00:00:00Z'),
        original_time: '2026-02-12T00:00:00.000Z',
        terms: ['h1'],
        host_names: ['alpha'],
        event: 0,
        position: 8,
        evidence: { uri: uriOf('a.ndjson'), etag: 'e', coordinate: 'raw', offset: 8, length: line.length },
        explanation: [{ field: 'process.name', values: ['aws'] }],
      },
    ]);
    expect(events).toEqual([{ event: 0, document: JSON.parse(line) }]);
    expect(record.objects).toMatchObject([
      { state: 'scanned', bytes: 9 + line.length, lines: { read: 2, malformed: 0 }, framing: 'ndjson' },
    ]);
  });

  it('loses of pretty-printed documents only the torn one', async () => {
    const pretty = (name: string): string => JSON.stringify(JSON.parse(event({ 'host.name': name })), null, 2);
    const torn = pretty('torn').slice(0, 60);
    const { record } = await scan({ 'a.json': `${pretty('a')}\n${torn}${pretty('b')}\n${pretty('c')}\n` });
    expect(record.objects).toMatchObject([{ state: 'scanned', lines: { read: 4, parsed: 3, malformed: 1 } }]);
    expect(inline(record).matches.map(({ host_names }) => host_names)).toEqual([['a'], ['b'], ['c']]);
  });

  it('fails an object whose documents cannot be told apart, and keeps the matches before', async () => {
    const text = `[${event({ 'host.name': 'a' })},{"process":{"name":"torn,${event()},${event()}]`;
    const { record } = await scan({ 'a.json': text });
    expect(record.objects).toMatchObject([
      { state: 'failed', reason: 'FRAMING_LOST', lines: { parsed: 1, malformed: 1 } },
    ]);
    expect(inline(record).matches.map(({ host_names }) => host_names)).toEqual([['a']]);
  });

  it('places events by their time, and matches by the window of the rule', async () => {
    const times = ['2026-02-02T23:59:59.999Z', '2026-02-03T00:00:00Z', '2026-02-09T23:59:59.999Z', FROM, TO];
    const { record } = await scan({ 'a.ndjson': ndjson(...times.map((time) => event({ time }))) });
    expect(record.objects[0]?.events).toEqual({ read: 5, without_time: 0, in_history: 2, in_range: 1, outside: 2 });
    expect(record.matches['rule-1']).toMatchObject({ total: 5, in_history: 2, in_range: 1, outside: 2 });
    expect(inline(record).matches.map(({ place, event: kept }) => [place, kept])).toEqual([
      ['history', null],
      ['history', null],
      ['range', 0],
    ]);
  });

  it.each([
    ['excepted', { 'user.name': 'root', 'data_stream.type': 'm', 'data_stream.dataset': 'd', time: null }],
    ['other_index', { 'data_stream.type': 'metrics', 'data_stream.dataset': 'd', time: null }],
    ['without_time', { 'data_stream.type': 'logs', 'data_stream.dataset': 'd', time: 'never' }],
    ['outside', { time: '2026-03-12T00:00:00Z' }],
    ['in_history', { time: '2026-02-09T00:00:00Z' }],
    ['in_range', {}],
  ])('counts a match in the first that holds: %s', async (place, given) => {
    const { record } = await scan({ 'a.ndjson': ndjson(event(given)) }, { equality: { exceptUser: 'root' } });
    expect(record.matches['rule-1']).toMatchObject({ total: 1, [place]: 1 });
    expect(record.excepted).toEqual(place === 'excepted' ? { 'rule-1': { 'item-1': 1 } } : {});
    expect(record.without_time_samples).toHaveLength(place === 'without_time' ? 1 : 0);
  });

  it('examines every index when patterns are to be ignored', async () => {
    const other = event({ 'data_stream.type': 'metrics', 'data_stream.dataset': 'd' });
    const { record } = await scan({ 'a.ndjson': ndjson(other) }, { options: { index_patterns: 'ignore' } });
    expect(record.matches['rule-1']).toMatchObject({ in_range: 1 });
    expect(inline(record).matches[0]?.index).toBe('metrics-d-default');
  });

  it('keeps a match in range without terms, and sets one in history aside', async () => {
    const without = (time: string): string => event({ time, 'host.id': null });
    const { record } = await scan({ 'a.ndjson': ndjson(without('2026-02-09T00:00:00Z'), without(FROM)) });
    expect(record.matches['rule-1']).toMatchObject({ in_history: 1, in_range: 1 });
    const kept = inline(record).matches.map(({ place, terms, aside, event: number }) => [place, terms, aside, number]);
    expect(kept.toSorted()).toEqual([
      ['history', null, { kind: 'unkeyed' }, null],
      ['range', null, undefined, 0],
    ]);
  });

  it('sets an excepted match aside with the item, without its event, unless it lies outside', async () => {
    const excepted = (time: string): string => event({ time, 'user.name': 'root' });
    const times = ['2026-02-09T00:00:00Z', FROM, TO, 'never'];
    const { record } = await scan({ 'a.ndjson': ndjson(...times.map(excepted)) }, { equality: { exceptUser: 'root' } });
    expect(record.matches['rule-1']).toMatchObject({ total: 4, excepted: 4 });
    const { matches, events } = inline(record);
    expect(matches.map(({ place, aside, explanation, event: number }) => [place, aside, explanation, number])).toEqual([
      ['history', { kind: 'excepted', item: 'item-1' }, [], null],
      ['range', { kind: 'excepted', item: 'item-1' }, [], null],
    ]);
    expect(events).toEqual([]);
  });

  it('keeps the first excepted matches of a rule, however many there are', async () => {
    const lines = Array.from({ length: EXCEPTED_KEPT + 5 }, () => event({ 'user.name': 'root' }));
    const { record } = await scan({ 'a.ndjson': ndjson(...lines) }, { equality: { exceptUser: 'root' } });
    expect(record.matches['rule-1']).toMatchObject({ excepted: EXCEPTED_KEPT + 5 });
    const { stored } = record;
    const files = stored.kind === 'files' ? stored.files : [];
    expect(files.reduce((sum, { matches }) => sum + matches, 0)).toBe(EXCEPTED_KEPT);
  });

  it('does not expand an event into more combinations of terms than memory bears', async () => {
    const wide = { ...buildRule(), new_terms_fields: ['a', 'b', 'c'] };
    const many = Array.from({ length: 60 }, (_, i) => `v${i}`);
    const { record } = await scan({ 'a.ndjson': ndjson(event({ a: many, b: many, c: many })) }, { rules: [wide] });
    expect(inline(record).matches).toMatchObject([{ terms: null }]);
    expect(record.warnings).toEqual([expect.stringContaining('combinations')]);
  });

  it('runs only the rules that the shard names', async () => {
    const { record } = await scan({ 'a.ndjson': ndjson(event()) }, { shard: { rules: [] } });
    expect(record.matches).toEqual({});
    expect(inline(record).matches).toEqual([]);
  });

  it('takes hours and census from the lines that are always parsed, whatever the rules led to', async () => {
    const day = (n: number, name: string): string => event({ time: `2026-02-1${n}T05:00:00Z`, 'process.name': name });
    const body = ndjson(day(1, 'sh'), day(5, 'aws'), ...Array.from({ length: 5 }, () => day(3, 'sh')), day(2, 'sh'));
    const { record } = await scan({ 'a.ndjson': body });
    expect(record.objects[0]).toMatchObject({
      lines: { read: 8, searched: 5, parsed: 3 },
      covers: { from: Date.parse('2026-02-11T05:00:00Z'), to: Date.parse('2026-02-12T05:00:00Z') },
      census: {
        '2026-02-11': { events: 1, fields: { 'process.name': 1 }, all: false },
        '2026-02-12': { events: 1, fields: { 'process.name': 1 }, all: false },
      },
    });
    const whole = await scan({ 'a.ndjson': body }, { options: { validate_lines: true } });
    expect(whole.record.objects[0]).toMatchObject({ lines: { read: 8, searched: 0, parsed: 8 } });
    expect(whole.record.objects[0]?.covers).toEqual(record.objects[0]?.covers);
    expect(whole.record.objects[0]?.census['2026-02-13']).toEqual({
      events: 5,
      fields: { 'process.name': 5 },
      all: true,
      classes: [{ index: null, kind: {}, events: 5, has: '1' }],
    });
  });

  it('counts implausible times and never uses them', async () => {
    const { record } = await scan({
      'a.ndjson': ndjson(event({ time: '1999-12-31T23:59:59Z' }), event({ time: '2026-03-02T00:00:01Z' })),
    });
    expect(record.objects[0]).toMatchObject({ covers: null, implausible_times: 2, census: {} });
  });

  it('covers the time of the key where the plan says that it is event time', async () => {
    const objects = { 'a.ndjson': ndjson(event({ time: 'never' })) };
    const shard = shardOf(objects);
    const key_time = { from: 1_000, to: 2_000 };
    const { record } = await scan(objects, {
      shard: { objects: shard.objects.map((object) => ({ ...object, key_time })) },
    });
    expect(record.objects[0]).toMatchObject({ covers: { from: 1_000, to: 1_999 }, key_time });
  });

  it('counts the readable part of a corrupt object, names the rest, and goes on', async () => {
    const lines = Array.from({ length: 3_000 }, (_, i) => event({ 'host.id': `h${i}`, n: Math.sin(i) }));
    const whole = gzipSync(ndjson(...lines));
    const { record, path, store } = await scan(
      {
        'a.ndjson.gz': whole.subarray(0, Math.floor(whole.length * 0.9)),
        'b.ndjson': ndjson(event()),
      },
      { generation: 3 },
    );
    expect(path).toBe(`scan/${'ab'.repeat(16)}.failed-3.json`);
    expect([...store.files.keys()]).toContain(path);
    expect(record.state).toBe('failed');
    expect(record.objects).toMatchObject([
      { state: 'failed', reason: 'GZIP_CORRUPT', compression: 'gzip' },
      { state: 'scanned', reason: null },
    ]);
    expect(record.objects[0]?.lines.parsed).toBeGreaterThan(100);
    expect(record.matches['rule-1']?.in_range).toBe((record.objects[0]?.events.in_range ?? 0) + 1);
  });

  it.each([
    ['failed', 'OBJECT_DENIED', new InputError('OBJECT_DENIED', 'denied'), 'failed'],
    ['failed', 'OBJECT_CHANGED', new InputError('OBJECT_CHANGED', 'changed'), 'failed'],
    ['failed', 'STORAGE_UNAVAILABLE', new TransientError('STORAGE_UNAVAILABLE', 'no answer'), 'failed'],
    ['skipped', 'archived', new InputError('OBJECT_ARCHIVED', 'in an archive tier'), 'failed'],
    ['skipped', 'empty', '', 'ok'],
    ['skipped', expect.stringContaining('refused'), Buffer.from('Obj\x01avro.schema'), 'ok'],
  ] as const)('records an object as %s: %s', async (state, reason, content, shardState) => {
    const { record } = await scan({ 'a.bin': content as Content, 'b.ndjson': ndjson(event()) });
    expect(record.objects).toMatchObject([{ state, reason }, { state: 'scanned' }]);
    expect(record.state).toBe(shardState);
    expect(record.matches['rule-1']?.in_range).toBe(1);
  });

  it('throws a passing fault while there is another attempt, and any bug', async () => {
    const passing = { 'a.ndjson': new TransientError('STORAGE_THROTTLED', 'slow down') };
    await expect(scan(passing, { isLastAttempt: false })).rejects.toMatchObject({ code: 'STORAGE_THROTTLED' });
    await expect(scan({ 'a.ndjson': new TypeError('a bug') })).rejects.toThrow('a bug');
  });

  it('writes the same bytes when it is run twice, and only once', async () => {
    const objects = { 'a.ndjson': ndjson(event(), event({ 'host.id': 'h2' })) };
    const first = await scan(objects);
    const before = Buffer.from(first.store.files.get(first.path) ?? []);
    const second = await scan(objects, { store: first.store });
    expect([first.written, second.written]).toEqual(['created', 'exists']);
    const fresh = await scan(objects);
    expect(before.equals(Buffer.from(fresh.store.files.get(fresh.path) ?? []))).toBe(true);
  });

  it('writes many matches as sorted files that hold the same', async () => {
    const padding = 'x'.repeat(2_000);
    const lines = Array.from({ length: 200 }, (_, i) => event({ 'host.id': `h${i % 7}`, padding, n: i }));
    const { record, store } = await scan({ 'a.ndjson': ndjson(...lines) });
    if (record.stored.kind !== 'files') throw new Error('the matches are inline');
    const [file] = record.stored.files;
    expect(file).toMatchObject({ matches: 200, events: 200 });
    if (file === undefined) throw new Error('no file');
    const keys: string[] = [];
    for await (const batch of readMatches(store, file)) keys.push(...batch.map(({ term_key }) => term_key));
    expect(keys).toEqual(keys.toSorted());
    const numbers: unknown[] = [];
    for await (const batch of readEvents(store, file)) numbers.push(...batch.map(({ document }) => document['n']));
    expect(numbers).toEqual(Array.from({ length: 200 }, (_, i) => i));
  });

  it('stops with the reason of its signal', async () => {
    const objects = { 'a.ndjson': ndjson(event()) };
    const reason = new Error('stopped');
    await expect(
      scanShard(shardOf(objects), {
        run: buildRun(buildQuestion([rule])),
        rules: [compileEquality(rule)],
        sources: [createMemorySource(objects)],
        store: createMemoryStore(),
        listedAt: '2026-03-01T00:00:00.000Z',
        signal: AbortSignal.abort(reason),
      }),
    ).rejects.toBe(reason);
  });
});
