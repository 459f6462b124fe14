import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { buildCoverage, buildRuleSummary } from '../../../test/build-report.ts';
import type { RunFile } from '../../question/output.ts';
import type { SummaryFile } from '../output.ts';
import { elasticFile } from './elastic.ts';
import { code, markdownFile } from './markdown.ts';
import { navigatorFile } from './navigator.ts';
import { parquetFile } from './parquet.ts';
import { timesketchFile } from './timesketch.ts';

const HOSTILE = '`` | \n# x\u202e <img src=x> @all [a](javascript:1)';
const ALERTS = [
  {
    '@timestamp': '2026-02-01T00:00:00.123Z',
    'kibana.alert.uuid': 'u1',
    'kibana.alert.reason': 'why',
    'kibana.alert.rule.rule_id': 'r1',
    'kibana.alert.rule.name': HOSTILE,
    'kibana.alert.risk_score': 47,
    'kibana.alert.new_terms': ['a', HOSTILE],
    'kibana.alert.rule.threat': [
      {
        tactic: { name: 'Initial Access' },
        technique: [{ id: 'T1059', subtechnique: [{ id: 'T1059.004' }] }, { id: '"><x>' }],
      },
    ],
    'coldhunt.evidence': { uri: 's3://b/k', offset: 9_007_199_254_740_991, row: null },
    host: { name: HOSTILE },
    message: 'own message',
  },
  { '@timestamp': 'no time', 'kibana.alert.uuid': 'u2', 'kibana.alert.risk_score': 'high', host: { name: 'b' } },
];

async function* lines(alerts: readonly unknown[] = ALERTS): AsyncGenerator<string> {
  for (const alert of alerts) yield JSON.stringify(alert);
}

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(chunks));
}

const SUMMARY = {
  run_id: 'r'.repeat(64),
  verdict: HOSTILE,
  complete: false,
  archives: [HOSTILE],
  range: { from: null, to: null },
  listed_at: '2026-02-02T00:00:00.000Z',
  rules: [buildRuleSummary({ name: HOSTILE, alerts: 2 })],
  alerts: { count: 2 },
} as unknown as SummaryFile;

describe('elastic', () => {
  it('is an action and the document as it stands, for each alert', async () => {
    const written = (await bytesOf(elasticFile(lines(), 'mine'))).toString().trimEnd().split('\n');
    expect(written.filter((_, index) => index % 2 === 0).map((line) => JSON.parse(line) as unknown)).toEqual([
      { create: { _index: 'mine', _id: 'u1' } },
      { create: { _index: 'mine', _id: 'u2' } },
    ]);
    expect(written.filter((_, index) => index % 2 === 1)).toEqual(await Array.fromAsync(lines()));
  });
});

describe('timesketch', () => {
  it('has its three fields, and none of the alert is lost to them', async () => {
    const [first = '', second = ''] = (await bytesOf(timesketchFile(lines()))).toString().split('\n');
    expect(JSON.parse(first)).toMatchObject({
      message: 'why',
      datetime: '2026-02-01T00:00:00.123+00:00',
      'alert.message': 'own message',
      'host.name': HOSTILE,
      'kibana.alert.new_terms': ['a', HOSTILE],
      'coldhunt.evidence.offset': '9007199254740991',
    });
    expect(JSON.parse(second)).toMatchObject({ message: 'alert', timestamp_desc: 'coldhunt alert:' });
  });
});

/** As the Navigator's description of layer files, version 4.5, has it. */
const LAYER = z.strictObject({
  name: z.string(),
  versions: z.strictObject({ layer: z.literal('4.5') }),
  domain: z.enum(['enterprise-attack', 'mobile-attack', 'ics-attack']),
  description: z.string(),
  sorting: z.number().int().min(0).max(3),
  hideDisabled: z.boolean(),
  techniques: z.array(
    z.strictObject({
      techniqueID: z.string().regex(/^T\d{4}(\.\d{3})?$/),
      tactic: z
        .string()
        .regex(/^[a-z-]+$/)
        .optional(),
      score: z.number(),
      enabled: z.boolean(),
      comment: z.string(),
      showSubtechniques: z.boolean(),
      metadata: z.array(z.strictObject({ name: z.string(), value: z.string() })),
    }),
  ),
  gradient: z.strictObject({
    colors: z.array(z.string().regex(/^#[0-9a-f]{6}$/)).min(2),
    minValue: z.number(),
    maxValue: z.number(),
  }),
  metadata: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  selectTechniquesAcrossTactics: z.boolean(),
  selectSubtechniquesWithParent: z.boolean(),
});

describe('navigator', () => {
  it('counts alerts by technique and tactic, takes no technique that is none, and tells of alerts without', async () => {
    const layer = LAYER.parse(JSON.parse((await bytesOf(navigatorFile(lines(), SUMMARY))).toString()));
    expect(layer.techniques.map(({ techniqueID, tactic, score }) => [techniqueID, tactic, score])).toEqual([
      ['T1059', 'initial-access', 1],
      ['T1059.004', 'initial-access', 1],
    ]);
    expect(layer.metadata).toContainEqual({ name: 'alerts without a technique', value: '1' });
  });

  it('is a layer without any alert too', async () => {
    expect(LAYER.parse(JSON.parse((await bytesOf(navigatorFile(lines([]), SUMMARY))).toString())).techniques).toEqual(
      [],
    );
  });
});

describe('md', () => {
  it('shows what was read in code alone', async () => {
    const run = { run_id: 'r' } as RunFile;
    const coverage = buildCoverage({ failed: [{ uri: HOSTILE, code: 'GZIP_CORRUPT', message: HOSTILE, bytes: 5 }] });
    const text = (await bytesOf(markdownFile({ run, summary: SUMMARY, coverage, lines: lines() }))).toString();
    expect(text).toContain('## coldhunt: 2 alerts, **incomplete**');
    expect(text).toContain('| 5 |');
    expect(text).not.toMatch(/\u202e|^# x/m);
    const rows = text.split('\n').filter((line) => line.startsWith('|'));
    const cells = (line: string): number => line.replaceAll(String.raw`\|`, '').split('|').length;
    expect(rows.slice(0, 3).map(cells)).toEqual([7, 7, 7]);
    expect(text.replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, '')).not.toMatch(/<img|@all|javascript/);
  });

  it('ends no code before its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', 'a', ' ', '|', '\n') }), (text) => {
        const span = code(text);
        const fence = /^`+/.exec(span)?.[0] ?? '';
        if (span !== '—') expect(span.slice(fence.length, -fence.length).match(/`+/g) ?? []).not.toContain(fence);
      }),
    );
  });
});

describe('parquet', () => {
  it('holds typed columns and every document, and is read back by another reader', async () => {
    const bytes = await bytesOf(parquetFile(lines()));
    const file = new Uint8Array(bytes).buffer;
    const rows = await parquetReadObjects({ file });
    expect(rows).toHaveLength(2);
    expect(rows[0]).toMatchObject({
      timestamp: new Date('2026-02-01T00:00:00.123Z'),
      risk_score: 47,
      evidence_offset: 9_007_199_254_740_991n,
      host_name: HOSTILE,
      new_terms: `a\n${HOSTILE}`,
    });
    expect(rows[1]).toMatchObject({ timestamp: null, risk_score: null, host_name: 'b' });
    expect(rows.map(({ document }) => document)).toEqual(await Array.fromAsync(lines()));
  });

  it('is a file without rows where there is no alert, and several row groups where there are many', async () => {
    for (const [count, groups] of [
      [0, 0],
      [20_001, 3],
    ] as const) {
      const bytes = await bytesOf(parquetFile(lines(Array.from({ length: count }, (_, number) => ({ n: number })))));
      const file = new Uint8Array(bytes).buffer;
      const metadata = await parquetMetadataAsync(file);
      expect([Number(metadata.num_rows), metadata.row_groups.length]).toEqual([count, groups]);
      if (count > 0)
        expect((await parquetReadObjects({ file, rowStart: 20_000, rowEnd: 20_001 }))[0]).toMatchObject({
          document: '{"n":20000}',
        });
    }
  });
});
