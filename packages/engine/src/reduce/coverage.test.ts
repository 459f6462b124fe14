import { NO_REQUIREMENT, SEMANTICS_REVISION } from '@coldhunt/core';
import { compileRule, createFieldTypes, type CompiledRule } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule } from '../../test/build-match.ts';
import type { PlanDone } from '../plan/output.ts';
import type { ObjectRecord, RuleMatchCounts, ShardRecord } from '../scan/output.ts';
import { baselineAt } from './baseline.ts';
import { Census } from './evaluable.ts';
import { CoverageCollector, type CollectedCoverage } from './coverage.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 1, 1);
const rule = buildRule();
const neededFields = [['host.os.type'], ['a', 'b']];
const compiled = { rule, requirement: NO_REQUIREMENT, neededFields } as unknown as CompiledRule;

function buildObject(over: Partial<ObjectRecord> = {}): ObjectRecord {
  const size = over.size ?? 100;
  return {
    uri: 's3://b/a',
    etag: 'e',
    version_id: null,
    archive: 0,
    bytes: size,
    size,
    range: null,
    state: 'scanned',
    reason: null,
    message: null,
    compression: 'none',
    framing: 'ndjson',
    envelopes: {},
    columns: {},
    decompressed_bytes: size,
    lines: { read: 0, searched: 0, parsed: 0, malformed: 0, blank: 0 },
    events: { read: 0, without_time: 0, in_history: 0, in_range: 0, outside: 0 },
    malformed_samples: [],
    key_time: null,
    covers: { from: START, to: START + HOUR - 1 },
    implausible_times: 0,
    census: {},
    ...over,
  };
}

function collect(
  objects: readonly ObjectRecord[],
  over: { matches?: Record<string, RuleMatchCounts>; skipped?: [string, number][]; options?: object } = {},
): CollectedCoverage {
  const skipped = over.skipped ?? [];
  const whole = new Map(objects.map(({ uri, size }) => [uri, size]));
  const bytes = [...whole.values(), ...skipped.map(([, size]) => size)].reduce((sum, size) => sum + size, 0);
  const plan: PlanDone = {
    format: 1,
    run_id: 'f',
    semantics_revision: SEMANTICS_REVISION,
    parts: [],
    listed_at: '2026-03-01T00:00:00.000Z',
    shards: 1,
    listed: { objects: whole.size + skipped.length, bytes },
    selected: { objects: whole.size, bytes },
    skipped: {},
    warnings: [],
  };
  const base = buildQuestion([rule]);
  const collector = new CoverageCollector({ ...base, options: { ...base.options, ...over.options } }, [compiled], plan);
  for (const [reason, size] of skipped)
    collector.addSkipped({ uri: `s3://b/${reason}`, reason: reason as 'time', bytes: size });
  const record: ShardRecord = {
    format: 1,
    semantics_revision: SEMANTICS_REVISION,
    shard_id: 'ab',
    sequence: 0,
    state: 'ok',
    objects,
    matches: over.matches ?? {},
    excepted: {},
    without_time_samples: [],
    warnings: [],
    stored: { kind: 'inline', matches: [], events: [] },
  };
  collector.addRecord(record);
  return collector.finish();
}

describe('coverage', () => {
  it('adds up, and is complete when everything was examined', () => {
    const { coverage } = collect([buildObject(), buildObject({ uri: 's3://b/b', size: 50 })], {
      skipped: [
        ['time', 7],
        ['empty', 0],
      ],
    });
    expect(coverage).toMatchObject({
      state: 'complete',
      complete: true,
      objects: { listed: 4, selected: 2, scanned: 2, skipped: 2, failed: 0 },
      bytes: { listed: 157, selected: 150, scanned: 150, skipped: 7, failed: 0 },
      hours: [{ hour: '2026-02-01T00', objects: 2, bytes: 150 }],
      gaps: [],
    });
  });

  it.each([
    ['incomplete', buildObject({ state: 'failed', reason: 'GZIP_CORRUPT', message: 'm' }), {}, []],
    ['incomplete', buildObject({ state: 'skipped', reason: 'archived' }), {}, []],
    ['incomplete', buildObject({ state: 'skipped', reason: 'refused: avro' }), {}, []],
    ['complete', buildObject({ state: 'skipped', reason: 'empty' }), {}, []],
    ['incomplete', buildObject({ lines: { read: 2, searched: 0, parsed: 1, malformed: 1, blank: 0 } }), {}, []],
    [
      'complete_with_waivers',
      buildObject({ lines: { read: 2, searched: 0, parsed: 1, malformed: 1, blank: 0 } }),
      { max_malformed: 1 },
      [],
    ],
    ['complete_with_waivers', buildObject(), {}, [['excluded', 3]]],
    ['incomplete', buildObject(), {}, [['archived', 3]]],
  ] as const)('is %s', (state, object, options, skipped) => {
    const { coverage } = collect([object], { options, skipped: skipped.map(([reason, size]) => [reason, size]) });
    expect(coverage.state).toBe(state);
    expect(coverage.complete).toBe(state !== 'incomplete');
  });

  it('is incomplete when a matching event has no usable time', () => {
    const counts = { total: 1, in_history: 0, in_range: 0, outside: 0, without_time: 1, other_index: 0, excepted: 0 };
    expect(collect([buildObject()], { matches: { 'rule-1': counts } }).coverage).toMatchObject({
      state: 'incomplete',
      matches: counts,
    });
  });

  it('counts an object with a failed part as failed, once, with all its bytes', () => {
    const part = (from: number, to: number, over: Partial<ObjectRecord> = {}): ObjectRecord =>
      buildObject({ size: 100, bytes: to - from, range: { from, to }, ...over });
    const { coverage } = collect([
      part(0, 60),
      part(60, 100, { state: 'failed', reason: 'OBJECT_CHANGED', message: 'm' }),
    ]);
    expect(coverage.failed).toEqual([{ uri: 's3://b/a', code: 'OBJECT_CHANGED', message: 'm', bytes: 100 }]);
    expect(coverage.objects).toEqual({ listed: 1, selected: 1, scanned: 0, skipped: 0, failed: 1 });
  });

  it.each([
    ['lines', buildObject({ lines: { read: 1, searched: 0, parsed: 0, malformed: 0, blank: 0 } })],
    ['events', buildObject({ events: { read: 1, without_time: 0, in_history: 0, in_range: 0, outside: 0 } })],
    ['bytes', buildObject({ bytes: 10, range: { from: 0, to: 10 } })],
  ])('names the object whose %s do not add up', (_, object) => {
    expect(() => collect([object])).toThrow(
      expect.objectContaining({ code: 'INVARIANT', message: expect.stringContaining('s3://b/a') }),
    );
  });

  it('shows hours without anything between two that have some as gaps', () => {
    const at = (hours: number, uri: string): ObjectRecord =>
      buildObject({ uri, covers: { from: START + hours * HOUR, to: START + (hours + 1) * HOUR + 1 } });
    const { coverage } = collect([at(0, 'a'), at(5, 'b')]);
    expect(coverage.hours.map(({ hour, objects, bytes }) => [hour, objects, bytes])).toEqual([
      ['2026-02-01T00', 1, 50],
      ['2026-02-01T01', 1, 50],
      ['2026-02-01T05', 1, 50],
      ['2026-02-01T06', 1, 50],
    ]);
    expect(coverage.gaps).toEqual([{ from: '2026-02-01T02:00:00.000Z', to: '2026-02-01T05:00:00.000Z' }]);
  });
});

describe('evaluable', () => {
  const day = (fields: Record<string, number>, all: boolean): ObjectRecord['census'][string] => ({
    events: 10,
    fields,
    all,
  });

  it('is no only where the absence is proved, else unknown with the size of the sample', () => {
    const census = {
      '2026-02-01': day({ 'host.os.type': 0, a: 1, b: 0 }, true),
      '2026-02-02': day({ 'host.os.type': 0, a: 1, b: 0 }, true),
      '2026-02-03': day({ 'host.os.type': 0, a: 1, b: 0 }, false),
      '2026-02-04': day({ 'host.os.type': 2, a: 0, b: 1 }, false),
      '2026-02-05': day({ 'host.os.type': 2, a: 0, b: 0 }, true),
    };
    const { coverage } = collect([buildObject({ census, covers: { from: START, to: START + 5 * DAY - 1 } })]);
    expect(
      coverage.rules[0]?.evaluable.map(({ from, to, state, missing, events }) => [
        from.slice(0, 10),
        to.slice(0, 10),
        state,
        missing,
        events,
      ]),
    ).toEqual([
      ['2026-02-01', '2026-02-03', 'no', ['host.os.type'], 20],
      ['2026-02-03', '2026-02-04', 'unknown', ['host.os.type'], 10],
      ['2026-02-04', '2026-02-05', 'yes', [], 10],
      ['2026-02-05', '2026-02-06', 'no', ['a', 'b'], 10],
    ]);
  });

  it('looks for events of the kind and index of a rule, and for its fields among those', () => {
    const asked = compileRule(
      buildRule({ type: 'query', query: 'event.category: process and process.name: a', index: ['logs-*'] }),
      { fieldTypes: createFieldTypes() },
    );
    const fields = { 'event.category': 4, 'process.name': 1 };
    const whole = (index: string | null, category: string | null, has: string): ObjectRecord['census'][string] => ({
      events: 4,
      fields,
      all: true,
      classes: [{ index, kind: category === null ? null : { 'event.category': [category] }, events: 4, has }],
    });
    const said = (found: ObjectRecord['census'][string]): unknown => {
      const census = new Census(buildQuestion([asked.rule]));
      census.add(buildObject({ census: { '2026-02-01': found } }));
      const [span] = census.evaluate(asked, { fromMs: START, toMs: START + DAY });
      return [span?.state, span?.wants ?? span?.missing];
    };
    expect(said(whole('logs-x', 'process', '11'))).toEqual(['yes', []]);
    expect(said(whole(null, 'process', '11'))).toEqual(['yes', []]);
    expect(said(whole('logs-x', null, '11'))).toEqual(['yes', []]);
    expect(said(whole('logs-x', 'file', '11'))).toEqual(['no', 'event.category process']);
    expect(said(whole('winlog-x', 'process', '11'))).toEqual(['no', 'in an index of logs-*']);
    const untold = { ...whole('logs-x', null, '01'), fields: { 'event.category': 0, 'process.name': 4 } };
    const kindless = { index: 'logs-x', kind: {}, events: 4, has: '01' };
    expect(said({ ...untold, classes: [kindless] })).toEqual(['no', ['event.category']]);
    // Another kind of event has the field.
    expect(said(whole('logs-x', 'process', '10'))).toEqual(['no', ['process.name']]);
    expect(said({ ...whole('logs-x', 'file', '11'), all: false })).toEqual(['unknown', 'event.category process']);
  });

  it('proves nothing where lines were passed over or an object was not read', () => {
    const census = { '2026-02-01': day({ 'host.os.type': 0, a: 1 }, true) };
    const searched = buildObject({ uri: 'b', lines: { read: 1, searched: 1, parsed: 0, malformed: 0, blank: 0 } });
    expect(collect([buildObject({ census }), searched]).coverage.rules[0]?.evaluable[0]?.state).toBe('unknown');
    const failed = buildObject({ uri: 'b', state: 'failed', reason: 'OBJECT_DENIED', covers: null });
    expect(collect([buildObject({ census }), failed]).coverage.rules[0]?.evaluable[0]?.state).toBe('unknown');
  });

  it('takes a column that a Parquet file does not have as proof', () => {
    const census = { '2026-02-01': day({ 'host.os.type': 0, a: 1 }, false) };
    const parquet = { framing: 'parquet', census, lines: { read: 10, searched: 9, parsed: 1, malformed: 0, blank: 0 } };
    const without = buildObject({ ...parquet, columns: { 'host.os.type': null, a: 'a' } });
    expect(collect([without]).coverage.rules[0]?.evaluable[0]?.state).toBe('no');
    const having = buildObject({ ...parquet, columns: { 'host.os.type': 'host.os.type', a: 'a' } });
    expect(collect([having]).coverage.rules[0]?.evaluable[0]?.state).toBe('unknown');
  });
});

describe('baseline', () => {
  const hoursFrom = (from: number, to: number, uri = `s3://b/${from}`): ObjectRecord =>
    buildObject({ uri, covers: { from: START + from * HOUR, to: START + to * HOUR - 1 } });
  const at = (hours: number): number => START + hours * HOUR + 60_000;
  const week = 7 * 24;

  it.each([
    ['complete', [hoursFrom(0, 400)], at(week)],
    ['partial', [hoursFrom(0, 400)], at(week - 1)],
    ['cold', [hoursFrom(10, 400)], START + 10 * HOUR],
    ['cold', [hoursFrom(10, 400)], START],
    ['partial', [hoursFrom(10, 400)], START + 10 * HOUR + 1],
    ['complete', [hoursFrom(0, 100), hoursFrom(124, 400)], at(week)],
    ['partial', [hoursFrom(0, 100), hoursFrom(125, 400)], at(week)],
    ['complete', [hoursFrom(0, 100), hoursFrom(125, 400)], at(125 + week)],
    ['partial', [hoursFrom(0, 400)], at(400 + 24)],
    [
      'partial',
      [hoursFrom(0, 400), buildObject({ uri: 'x', state: 'failed', reason: 'OBJECT_DENIED', covers: null })],
      at(week),
    ],
    [
      'partial',
      [hoursFrom(0, 400), buildObject({ uri: 'x', state: 'skipped', reason: 'archived', covers: null })],
      at(week),
    ],
    [
      'complete',
      [hoursFrom(0, 400), buildObject({ uri: 'x', state: 'skipped', reason: 'empty', covers: null })],
      at(week),
    ],
    [
      'complete',
      [
        hoursFrom(0, 400),
        buildObject({
          uri: 'x',
          state: 'failed',
          reason: 'OBJECT_DENIED',
          covers: null,
          key_time: { from: START + 300 * HOUR, to: START + 301 * HOUR },
        }),
      ],
      at(week),
    ],
  ] as const)('is %s', (baseline, objects, timeMs) => {
    expect(baselineAt(rule, timeMs, collect([...objects]).examined).baseline).toBe(baseline);
  });

  const keyTime = { from: START + 50 * HOUR, to: START + 51 * HOUR };
  it.each([
    [[hoursFrom(0, 400)], at(week), null],
    [[hoursFrom(10, 400)], START, 'no event before it was examined'],
    [
      [hoursFrom(0, 400)],
      at(week - 1),
      'the window begins at 2026-01-31T23:01:00.000Z, the first event examined is of 2026-02-01T00:00:00.000Z',
    ],
    [
      [hoursFrom(0, 100), hoursFrom(125, 400)],
      at(week),
      'no event was examined from 2026-02-05T04:00:00.000Z to 2026-02-06T05:00:00.000Z, longer than --max-gap',
    ],
    [
      [hoursFrom(0, 400), buildObject({ uri: 'x', state: 'failed', reason: 'OBJECT_DENIED', covers: null })],
      at(week),
      'x failed (OBJECT_DENIED), and nothing says when its events lie',
    ],
    [
      [
        hoursFrom(0, 400),
        buildObject({ uri: 'x', state: 'skipped', reason: 'archived', covers: null, key_time: keyTime }),
      ],
      at(week),
      'x was skipped (archived), with events from 2026-02-03T02:00:00.000Z to 2026-02-03T03:00:00.000Z by its key',
    ],
  ] as const)('tells why it is not complete', (objects, timeMs, reason) => {
    expect(baselineAt(rule, timeMs, collect([...objects]).examined).reason).toBe(reason);
  });

  it('bears a quiet start where keys pruned what lies before', () => {
    const { examined } = collect([hoursFrom(10, 400)], { skipped: [['time', 1]] });
    expect(baselineAt(rule, at(week), examined).baseline).toBe('complete');
    expect(baselineAt(rule, at(week - 20), examined).baseline).toBe('partial');
  });

  it('is complete for a rule that looks back on nothing', () => {
    expect(baselineAt(buildRule({ type: 'query' }), START, collect([]).examined).baseline).toBe('complete');
  });
});
