import { describe, expect, it } from 'vitest';
import {
  SEMANTICS_REVISION,
  openSeal,
  sealJson,
  stringifyDocument,
  type Document,
  type DocumentValue,
} from '@coldhunt/core';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource, shardOf, type Content } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import type { Plan, PlanDone, PlanLine, Shard } from '../plan/output.ts';
import type { Question, RunFile } from '../question/output.ts';
import { scanShard } from '../scan/scan-shard.ts';
import { createAlertBuilder } from './alert/build-alert-document.ts';
import { decisions } from './decisions.ts';
import type { AlertBuilder, Decision } from './output.ts';
import { reduceHunt, reduceOnePartition, type ReduceOptions, type Reduction } from './reduce-hunt.ts';

const DAY = 86_400_000;
const START = Date.UTC(2026, 1, 1);
const rule = buildRule();
const query = buildRule({ rule_id: 'query', type: 'query' });
const compiled = [compileEquality(rule), compileEquality(query, { exceptUser: 'root' })];

const buildAlert: AlertBuilder = ({ match, document, copies, copy_count, baseline }) => ({
  rule: match.rule_id,
  time: match.time_ms,
  terms: match.terms as DocumentValue,
  uri: match.evidence.uri,
  copies: copies.map(({ uri }) => uri),
  copy_count,
  baseline,
  n: document['n'] ?? null,
});

interface Given {
  readonly days: number;
  readonly host?: string | null;
  readonly [field: string]: unknown;
}

function lines(...events: Given[]): string {
  return events
    .map(({ days, host = 'h1', ...rest }) => {
      const time = new Date(START + days * DAY).toISOString();
      return `${JSON.stringify({ '@timestamp': time, 'process.name': 'aws', 'host.id': host, ...rest })}\n`;
    })
    .join('');
}

interface Scanned {
  readonly store: MemoryStore;
  readonly run: RunFile;
  readonly plan: Plan;
  readonly shards: readonly Shard[];
  readonly scan: (shard: Shard) => Promise<unknown>;
}

/** Every object a shard of its own. */
function prepare(
  objects: Record<string, Content>,
  options: Partial<Question['options']> = {},
  from: Question['from'] = null,
): Scanned {
  const store = createMemoryStore();
  const base = buildQuestion([rule, query]);
  const run = buildRun({ ...base, from, options: { ...base.options, ...options } });
  const shards = Object.entries(objects).map(([key, content], sequence) => ({
    ...shardOf({ [key]: content }),
    id: String(sequence).padStart(32, '0'),
    sequence,
  }));
  const bytes = shards.reduce((sum, shard) => sum + shard.bytes, 0);
  const done: PlanDone = {
    format: 1,
    run_id: run.run_id,
    semantics_revision: SEMANTICS_REVISION,
    parts: [],
    listed_at: new Date(START + 60 * DAY).toISOString(),
    shards: shards.length,
    listed: { objects: shards.length, bytes },
    selected: { objects: shards.length, bytes },
    skipped: {},
    warnings: [],
  };
  const plan: Plan = {
    done,
    async *lines(): AsyncGenerator<PlanLine> {
      for (const shard of shards) yield { kind: 'shard', shard };
    },
  };
  const scan = (shard: Shard): Promise<unknown> =>
    scanShard(shard, { run, rules: compiled, sources: [createMemorySource(objects)], store, listedAt: done.listed_at });
  return { store, run, plan, shards, scan };
}

function reduceOptions({ run, store, plan }: Scanned, over: Partial<ReduceOptions> = {}): ReduceOptions {
  return { run, store, plan, rules: compiled, buildAlert, ...over };
}

async function hunt(
  objects: Record<string, Content>,
  over: Partial<ReduceOptions> & { readonly options?: Partial<Question['options']>; readonly from?: string } = {},
): Promise<Reduction & Scanned & { readonly alerts: Document[]; readonly unkeyed: Document[] }> {
  const { options, from, ...reduceOver } = over;
  const scanned = prepare(objects, options, from);
  for (const shard of scanned.shards) await scanned.scan(shard);
  const reduction = await reduceHunt(reduceOptions(scanned, reduceOver));
  return {
    ...scanned,
    ...reduction,
    alerts: read(scanned.store, 'alerts.ndjson'),
    unkeyed: read(scanned.store, 'unkeyed.ndjson'),
  };
}

function read(store: MemoryStore, path: string): Document[] {
  const text = Buffer.from(store.files.get(path) ?? []).toString();
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Document);
}

describe('reduceHunt', () => {
  it('writes alerts in the total order, each with its own event', async () => {
    const { alerts, done } = await hunt({
      'b.ndjson': lines({ days: 3, host: 'h2', n: 1 }, { days: 1, n: 2 }, { days: 2, n: 3 }),
      'a.ndjson': lines({ days: 2, host: 'h3', n: 4 }, { days: 20, n: 5 }),
    });
    expect(alerts.map(({ rule: id, terms, n }) => [id, terms, n])).toEqual([
      ['query', null, 2],
      ['rule-1', ['h1'], 2],
      ['query', null, expect.any(Number)],
      ['query', null, expect.any(Number)],
      ['rule-1', ['h3'], 4],
      ['query', null, 1],
      ['rule-1', ['h2'], 1],
      ['query', null, 5],
      ['rule-1', ['h1'], 5],
    ]);
    expect(done.rules).toMatchObject([
      {
        rule_id: 'rule-1',
        alerts: 4,
        known: 1,
        first_alert: '2026-02-02T00:00:00.000Z',
        last_alert: '2026-02-21T00:00:00.000Z',
      },
      { rule_id: 'query', alerts: 5 },
    ]);
    expect(done.alerts.count).toBe(9);
  });

  it('counts apart the copies that no _id tells', async () => {
    const source = JSON.parse(lines({ days: 1 })) as Document;
    const sourced = (_id: string): string => `${JSON.stringify({ _index: 'i', _id, _source: source })}\n`;
    const { done } = await hunt({
      'a.ndjson': sourced('a') + sourced('b'),
      'b.ndjson': sourced('a') + sourced('b') + sourced('b'),
      'c.ndjson': lines({ days: 1 }),
    });
    const told = done.rules.map(({ rule_id, copies, copies_by_value }) => [rule_id, copies, copies_by_value]);
    // Of the new-terms rule the second event of the same instant is known.
    expect(told).toEqual([
      ['rule-1', 4, 1],
      ['query', 4, 1],
    ]);
  });

  it.each([0, undefined])(
    'gives every alert of a copy an id of its own, with %s characters of memory',
    async (memoryChars) => {
      const text = lines({ days: 1 }, { days: 2 });
      const { alerts } = await hunt(
        { 'a.ndjson': text + text, 'b.ndjson': text },
        {
          options: { dedupe: false },
          buildAlert: createAlertBuilder(),
          ...(memoryChars === undefined ? {} : { memoryChars }),
        },
      );
      const uuids = alerts.map((alert) => alert['kibana.alert.uuid']);
      // Of the query rule each of the six; of the new-terms rule the first.
      expect([uuids.length, new Set(uuids).size]).toEqual([7, 7]);
    },
  );

  it('raises one alert for copies, wherever they lie', async () => {
    const event = lines({ days: 1, n: 1 });
    const { alerts, done } = await hunt({ 'b.ndjson': event, 'a.ndjson': event, 'c.ndjson': event + event });
    expect(alerts).toHaveLength(2);
    expect(alerts[0]).toMatchObject({
      uri: 'memory:///archive/a.ndjson',
      copies: ['memory:///archive/b.ndjson', 'memory:///archive/c.ndjson', 'memory:///archive/c.ndjson'],
      copy_count: 3,
    });
    expect(done.rules.map(({ copies, copies_by_value }) => [copies, copies_by_value])).toEqual([
      [3, 3],
      [3, 3],
    ]);
  });

  it('keeps the first alerts of each rule when asked to, and counts the rest', async () => {
    const body = lines(...Array.from({ length: 9 }, (_, i) => ({ days: i, host: `h${i}`, n: i })));
    const { alerts, done } = await hunt({ 'a.ndjson': body }, { options: { max_alerts: 2 } });
    expect(alerts.map(({ rule: id, n }) => [id, n])).toEqual([
      ['query', 0],
      ['rule-1', 0],
      ['query', 1],
      ['rule-1', 1],
    ]);
    expect(done.rules.map(({ alerts: kept, cut_by_max_alerts: cut }) => [kept, cut])).toEqual([
      [2, 7],
      [2, 7],
    ]);
  });

  it('puts matching events without terms into unkeyed.ndjson', async () => {
    const { unkeyed, done, coverage } = await hunt({ 'a.ndjson': lines({ days: 1, host: null, n: 7 }) });
    expect(unkeyed).toMatchObject([{ rule_id: 'rule-1', event: { n: 7 }, evidence: { offset: 0 }, copies: [] }]);
    expect(done.rules[0]).toMatchObject({ alerts: 0, unkeyed: 1 });
    expect(coverage.complete).toBe(true);
  });

  it('warns of a term that stands for several hosts, with their names', async () => {
    const { done } = await hunt({
      'a.ndjson': lines(
        { days: 1, 'host.name': 'alpha' },
        { days: 2, 'host.name': 'beta' },
        { days: 2, host: 'h2', 'host.name': 'gamma' },
      ),
    });
    expect(done.rules[0]?.warnings).toEqual([
      expect.stringMatching(/h1 stands for several hosts: host.name alpha, beta/),
    ]);
  });

  it('gives the same bytes for any number of partitions, any memory, and any way of sharing them', async () => {
    const objects = Object.fromEntries(
      Array.from({ length: 6 }, (_, object) => [
        `${object}.ndjson`,
        lines(
          ...Array.from({ length: 40 }, (__, i) => ({
            days: (i * 7 + object * 3) % 30,
            host: i % 5 === 0 ? null : `h${i % 4}`,
            'host.name': `name-${(i + object) % 6}`,
            'event.id': String(i % 11),
            padding: 'x'.repeat(object === 0 ? 4_000 : 0),
          })),
        ),
      ]),
    );
    const files = ['alerts.ndjson', 'unkeyed.ndjson', 'reduce/done.json'];
    const first = await hunt(objects);
    const bytes = files.map((path) => Buffer.from(first.store.files.get(path) ?? []).toString());
    expect(first.alerts.length).toBeGreaterThan(50);
    for (const over of [{ partitions: 3 }, { partitions: 2, memoryChars: 3_000 }, { memoryChars: 0 }]) {
      const other = await hunt(objects, over);
      expect(files.map((path) => Buffer.from(other.store.files.get(path) ?? []).toString())).toEqual(bytes);
      expect(other.coverage).toEqual(first.coverage);
    }
    const shared = prepare(objects);
    for (const shard of shared.shards.toReversed()) await shared.scan(shard);
    for (const number of [2, 0]) await reduceOnePartition(reduceOptions(shared), { number, of: 3 });
    await reduceHunt(reduceOptions(shared, { partitions: 3 }));
    expect(files.map((path) => Buffer.from(shared.store.files.get(path) ?? []).toString())).toEqual(bytes);
  });

  it('tells every decision with the match before it', async () => {
    const { run, store, plan } = await hunt({
      'a.ndjson': lines({ days: 1 }, { days: 2 }, { days: 2, host: null }, { days: 20 }) + lines({ days: 20 }),
    });
    const found: Decision[] = [];
    for await (const batch of decisions({ run, store, plan })) found.push(...batch);
    const told = found
      .filter(({ match }) => match.rule_id === 'rule-1')
      .map(({ match, verdict, before }) => [
        (match.time_ms - START) / DAY,
        verdict,
        before && (before.time_ms - START) / DAY,
      ]);
    expect(told).toEqual([
      [1, 'alert', null],
      [2, 'known', 1],
      [20, 'alert', 2],
      [20, 'copy', 20],
      [2, 'unkeyed', null],
    ]);
  });

  it('tells what no memory sees among the rest, and lets it change nothing', async () => {
    const seen = lines({ days: 1 }, { days: 3 });
    const aside = lines({ days: 2, 'user.name': 'root' }, { days: -1, host: null });
    const { run, store, plan, alerts } = await hunt(
      { 'a.ndjson': seen, 'b.ndjson': aside },
      { from: '2026-02-01T00:00:00.000Z' },
    );
    const found: Decision[] = [];
    for await (const batch of decisions({ run, store, plan })) found.push(...batch);
    const told = found.map(({ match, verdict }) => `${match.rule_id} ${(match.time_ms - START) / DAY} ${verdict}`);
    expect(told.filter((line) => line.startsWith('rule-1'))).toEqual([
      'rule-1 1 alert',
      'rule-1 2 known',
      'rule-1 3 known',
      'rule-1 -1 unkeyed',
    ]);
    expect(told.filter((line) => line.startsWith('query'))).toEqual([
      'query 1 alert',
      'query 2 excepted',
      'query 3 alert',
    ]);
    expect(alerts.map((alert) => alert['rule'])).toEqual(['query', 'rule-1', 'query']);
    expect(read(store, 'unkeyed.ndjson')).toEqual([]);
  });

  it('refuses while shards have no record, unless told that no more will come', async () => {
    const scanned = prepare({ 'a.ndjson': lines({ days: 1 }), 'b.ndjson': lines({ days: 2 }) });
    await scanned.scan(scanned.shards[0] as Shard);
    await expect(reduceHunt(reduceOptions(scanned))).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
    const { coverage } = await reduceHunt(reduceOptions(scanned, { isFinal: true }));
    expect(coverage).toMatchObject({
      state: 'incomplete',
      objects: { listed: 2, selected: 2, scanned: 1, failed: 1 },
      failed: [{ uri: 'memory:///archive/b.ndjson', code: 'SHARD_GAVE_UP' }],
    });
  });

  it('holds to the records that it wrote down: a later success counts in a new generation only', async () => {
    const scanned = prepare({ 'a.ndjson': lines({ days: 1 }), 'b.ndjson': lines({ days: 2, host: 'h2' }) });
    await scanned.scan(scanned.shards[0] as Shard);
    await reduceHunt(reduceOptions(scanned, { isFinal: true }));
    const before = Buffer.from(scanned.store.files.get('alerts.ndjson') ?? []).toString();
    await scanned.scan(scanned.shards[1] as Shard);
    await reduceHunt(reduceOptions(scanned));
    expect(Buffer.from(scanned.store.files.get('alerts.ndjson') ?? []).toString()).toBe(before);
    const next = { ...scanned, run: { ...scanned.run, generation: 1 } };
    const { coverage, done } = await reduceHunt(reduceOptions(next));
    expect(coverage.complete).toBe(true);
    expect(done.alerts.count).toBe(4);
  });

  it('refuses a record that is not the one it began with', async () => {
    const scanned = prepare({ 'a.ndjson': lines({ days: 1 }) });
    await scanned.scan(scanned.shards[0] as Shard);
    await reduceHunt(reduceOptions(scanned));
    const path = [...scanned.store.files.keys()].find((name) => name.endsWith('.ledger.json')) ?? '';
    const record = JSON.parse(openSeal(scanned.store.files.get(path) ?? Buffer.of(), path)) as Document;
    await scanned.store.put(path, sealJson(stringifyDocument({ ...record, warnings: ['changed'] })));
    await expect(reduceHunt(reduceOptions(scanned))).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('names a damaged matches file', async () => {
    const body = lines(...Array.from({ length: 40 }, (_, i) => ({ days: i / 10, n: i, padding: 'x'.repeat(4_000) })));
    const scanned = prepare({ 'a.ndjson': body });
    await scanned.scan(scanned.shards[0] as Shard);
    const path = [...scanned.store.files.keys()].find((name) => name.endsWith('.matches.zst')) ?? '';
    const bytes = Buffer.from(scanned.store.files.get(path) ?? []);
    bytes[bytes.length - 9] = (bytes[bytes.length - 9] ?? 0) ^ 1;
    await scanned.store.put(path, bytes);
    await expect(reduceHunt(reduceOptions(scanned))).rejects.toMatchObject({
      code: 'RUN_DAMAGED',
      message: expect.stringContaining(path) as string,
    });
  });
});
