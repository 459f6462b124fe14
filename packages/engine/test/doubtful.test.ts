// What a hunt cannot vouch for, through all its stages: waived objects and lines, clocks that were moved, hours that are missing.

import { gzipSync } from 'node:zlib';
import { sha256Hex, type Document } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { runHunt } from '../src/hunt/run-hunt.ts';
import { runIdOf, type ArchiveQuestion, type RunOptions, type Waiver } from '../src/question/output.ts';
import type { Coverage } from '../src/reduce/output.ts';
import type { SummaryFile } from '../src/report/output.ts';
import { scanShard } from '../src/scan/scan-shard.ts';
import { verifyRun } from '../src/verify/verify-run.ts';
import { buildQuestion, buildRule, buildRun } from './build-match.ts';
import { compileEquality } from './equality-rule.ts';
import { createMemorySource, uriOf, type Content } from './memory-source.ts';
import { createMemoryStore } from './memory-store.ts';

const rule = buildRule({ type: 'query' });
const rules = [compileEquality(rule)];
const listedAt = '2026-03-01T00:00:00.000Z';

interface Asked {
  readonly options?: Partial<RunOptions>;
  readonly archive?: Partial<ArchiveQuestion>;
  readonly from?: string;
  readonly to?: string;
}

interface Found {
  readonly coverage: Coverage;
  readonly summary: SummaryFile;
  readonly alerts: readonly Document[];
  readonly skewed: readonly Document[];
}

/** Hunts, and holds the run against itself. */
async function hunt(objects: Readonly<Record<string, Content>>, asked: Asked = {}): Promise<Found> {
  const plain = buildQuestion([rule]);
  const question = buildQuestion([rule], {
    from: asked.from ?? null,
    to: asked.to ?? null,
    archives: plain.archives.map((archive) => ({ ...archive, ...asked.archive })),
    options: { ...plain.options, max_skew_ms: 86_400_000, ...asked.options },
  });
  const run = { ...buildRun(question), run_id: runIdOf(question) };
  const store = createMemoryStore();
  const sources = [createMemorySource(objects)];
  const { coverage, summary } = await runHunt({
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.parse(listedAt),
    runShards: async (work) => {
      for await (const shard of work.shards()) await scanShard(shard, { run, rules, sources, store, listedAt });
    },
  });
  const findings: unknown[] = [];
  const tell = (finding: unknown): void => void findings.push(finding);
  await verifyRun({ run, rules, store, sources, scratch: createMemoryStore(), tell });
  expect(findings).toEqual([]);
  const linesOf = (path: string): Document[] =>
    Buffer.from(store.files.get(path) ?? [])
      .toString()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Document);
  return { coverage, summary, alerts: linesOf('alerts.ndjson'), skewed: linesOf('skewed.ndjson') };
}

function event(time: string, over: Record<string, unknown> = {}): string {
  return `${JSON.stringify({ '@timestamp': time, 'process.name': 'aws', 'host.id': 'h1', ...over })}\n`;
}

const good = event('2026-02-01T00:00:00Z');
const who = { reason: 'torn by the outage', name: 'Jane Doe', expires: '2026-12-31T00:00:00Z' };

describe('a waiver', () => {
  const torn = '{"half": ';
  const objects = {
    'a.ndjson': `${good}${torn}\n${torn}\n${good}`,
    'b.gz': gzipSync(good.repeat(50)).subarray(0, 20),
  };
  const line: Waiver = { line: sha256Hex('{"half":'), ...who };
  const object: Waiver = { uri: uriOf('b.gz'), etag: 'e', ...who };

  it('is needed: without one coverage is incomplete, and the lines are told with their hash', async () => {
    const { coverage } = await hunt(objects);
    expect(coverage).toMatchObject({ state: 'incomplete', lines: { malformed: 2 } });
    expect(coverage.malformed_samples[0]).toMatchObject({ sha256: line.line });
    expect(coverage.waived).toBeUndefined();
  });

  it('of all that is bad makes coverage complete with waivers, and is told by name', async () => {
    const { coverage, summary } = await hunt(objects, { options: { waivers: [line, object] } });
    expect(coverage).toMatchObject({ state: 'complete_with_waivers', complete: true, objects: { failed: 1 } });
    expect(coverage.waived).toEqual([
      { ...object, what: 'failed (GZIP_CORRUPT)' },
      { ...line, what: 'malformed lines', lines: 2 },
    ]);
    expect(summary.verdict).toContain('but for what is waived');
    expect(summary.verdict).toContain('b.gz, failed (GZIP_CORRUPT), by Jane Doe until 2026-12-31 (torn by the outage)');
  });

  it.each<[string, readonly Waiver[]]>([
    ['of the object alone', [object]],
    ['of the line alone', [line]],
    ['of another version', [line, { ...object, etag: 'f' }]],
    ['that has expired', [line, { ...object, expires: '2026-02-28T00:00:00Z' }]],
  ])('%s leaves coverage incomplete', async (_what, waivers) => {
    expect((await hunt(objects, { options: { waivers } })).coverage.state).toBe('incomplete');
  });

  it('that has expired is told', async () => {
    const waivers = [{ ...object, expires: '2026-02-28T00:00:00Z' }];
    const { coverage } = await hunt(objects, { options: { waivers } });
    expect(coverage.warnings.join('\n')).toContain('by Jane Doe expired at 2026-02-28T00:00:00Z and counts no more');
  });

  it('of an object covers its malformed lines', async () => {
    const waivers = [{ uri: uriOf('a.ndjson'), etag: 'e', ...who }];
    const { coverage } = await hunt({ 'a.ndjson': objects['a.ndjson'] }, { options: { waivers } });
    expect(coverage.state).toBe('complete_with_waivers');
    expect(coverage.waived).toMatchObject([{ what: 'malformed lines', lines: 2 }]);
  });
});

describe('a clock that was moved', () => {
  const ingested = '2026-02-01T00:05:00Z';
  const asked = { from: '2026-02-01T00:00:00.000Z', to: '2026-02-02T00:00:00.000Z' };

  it('does not hide an event from the range', async () => {
    const moved = event('2025-11-01T00:00:00Z', { 'event.ingested': ingested });
    const { skewed, alerts, coverage, summary } = await hunt({ a: moved }, asked);
    expect(alerts).toEqual([]);
    expect(coverage).toMatchObject({ matches: { total: 1, outside: 1 }, skewed: { 'rule-1': 1 } });
    expect(skewed).toMatchObject([
      { rule_id: 'rule-1', time: '2025-11-01T00:00:00.000Z', why: 'ingested', event: { 'process.name': 'aws' } },
    ]);
    expect(skewed[0]).toMatchObject({ evidence: { offset: 0, sha256: sha256Hex(moved.trimEnd()) } });
    expect(summary.verdict).toContain(
      '1 match has a time that is implausible, or far from when the event was ingested',
    );
  });

  it.each([
    ['long before its ingestion', event('2026-01-01T00:00:00Z', { 'event.ingested': ingested }), 'ingested'],
    ['long after it', event('2026-02-10T00:00:00Z', { 'event.ingested': ingested }), 'ingested'],
    ['before 2000', event('1970-01-01T00:00:00Z'), 'implausible'],
    ['after the listing', event('2027-01-01T00:00:00Z'), 'implausible'],
  ])('is told where a match lies %s', async (_what, text, why) => {
    expect((await hunt({ a: text })).skewed).toMatchObject([{ why }]);
  });

  it.each([
    ['near its ingestion', event('2026-02-01T00:00:00Z', { 'event.ingested': ingested })],
    ['as far as is allowed', event('2026-01-31T00:05:00Z', { 'event.ingested': ingested })],
    ['at any time, where nothing else tells one', good],
    ['anywhere and is no match', event('1970-01-01T00:00:00Z', { 'process.name': 'ls' })],
  ])('is not told where an event lies %s', async (_what, text) => {
    const { skewed, coverage } = await hunt({ a: text });
    expect(skewed).toEqual([]);
    expect(coverage.skewed).toBeUndefined();
  });

  it.each(['event', 'arrival'] as const)('is seen against a key that tells of %s time', async (layout_time) => {
    const archive = { layout: '%Y/%m/%d/*', layout_time, layout_slack_ms: 7_200_000 };
    const moved = event('2026-01-01T00:00:00Z');
    const { skewed } = await hunt({ '2026/02/01/a': moved, '2026/01/01/b': moved }, { archive });
    expect(skewed).toMatchObject([{ why: 'key', evidence: { uri: uriOf('2026/02/01/a') } }]);
  });

  it('leaves alerts as they are, beside what it tells of them, in the total order', async () => {
    const late = event('2026-02-01T00:00:00Z', { 'event.ingested': '2026-02-20T00:00:00Z' });
    const { alerts, skewed } = await hunt({ b: late, a: `${good}${late.replace('h1', 'h2')}` });
    expect(alerts).toHaveLength(2);
    expect(skewed.map((each) => (each['event'] as Document)['host.id']).toSorted()).toEqual(['h1', 'h2']);
  });
});

describe('an archive that is expected to hold events', () => {
  const objects = {
    a: `${event('2026-02-01T00:10:00Z')}${event('2026-02-01T01:50:00Z')}`,
    b: event('2026-02-01T03:00:00Z'),
  };
  const range = { from: '2026-02-01T00:00:00.000Z', to: '2026-02-01T04:00:00.000Z' };

  it('makes coverage incomplete with a gap', async () => {
    const { coverage, summary } = await hunt(objects, { ...range, archive: { expect: 'hourly' } });
    expect(coverage.state).toBe('incomplete');
    expect(coverage.expected).toMatchObject([
      { expect: 'hourly', missing: [{ from: '2026-02-01T02:00:00.000Z', to: '2026-02-01T03:00:00.000Z' }] },
    ]);
    expect(summary.verdict).toContain('1 gap where events were expected');
    expect(summary.verdict).toContain('Events were expected hourly in memory:///archive/');
  });

  it('is complete without one', async () => {
    const { coverage } = await hunt(objects, { archive: { expect: 'daily' } });
    expect(coverage).toMatchObject({ state: 'complete', expected: [{ missing: [] }] });
    expect((await hunt(objects, range)).coverage.state).toBe('complete');
  });
});
