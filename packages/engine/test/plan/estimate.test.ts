import { describe, expect, it } from 'vitest';
import { InputError, type ListedObject } from '@coldhunt/core';
import { createQuestion, type ArchiveInput } from '../../src/question/output.ts';
import {
  BUILT_IN_PRICES,
  ESTIMATE_PATH,
  parsePrices,
  planHunt,
  previewPlan,
  type EstimateInput,
  type PlanPreview,
} from '../../src/plan/output.ts';
import { buildRule } from '../build-match.ts';
import { createMemoryStore } from '../memory-store.ts';
import { ARCHIVE_URI, createListing, listed } from './listing.ts';

const GB = 1_000_000_000;
const RANGE = { from: '2026-02-10T00:00:00.000Z', to: '2026-02-12T00:00:00.000Z' };
const RULES = [
  buildRule({ rule_id: 'two-days', history_window_start: 'now-2d' }),
  buildRule({ rule_id: 'week', history_window_start: 'now-7d' }),
];

function ask(archive: Partial<ArchiveInput> = {}): ReturnType<typeof createQuestion> {
  return createQuestion({ range: RANGE, archives: [{ uri: ARCHIVE_URI, ...archive }], rules: RULES });
}

function preview(
  objects: readonly ListedObject[],
  archive: Partial<ArchiveInput> = {},
  input: EstimateInput = {},
): Promise<PlanPreview> {
  return previewPlan({
    question: ask(archive),
    sources: [createListing(objects)],
    nowMs: Date.UTC(2026, 2, 1),
    ...input,
  });
}

describe('an estimate', () => {
  it('counts objects by format and storage class', async () => {
    const { estimate } = await preview([
      listed('a.parquet', { size: 5 }),
      listed('b.json.gz', { size: 10 }),
      listed('c.txt.gz', { size: 10 }),
      listed('d.zst', { size: 1, storageClass: 'STANDARD_IA' }),
      listed('e', { size: 1 }),
    ]);
    expect(
      estimate.kinds.map(({ format, storage_class: name, objects, bytes }) => [format, name, objects, bytes]),
    ).toEqual([
      ['gzip', 'STANDARD', 2, 20],
      ['parquet', 'STANDARD', 1, 5],
      ['zstd', 'STANDARD_IA', 1, 1],
      ['unknown', 'STANDARD', 1, 1],
    ]);
    expect(estimate.selected).toEqual({ objects: 5, bytes: 27 });
  });

  it('names the rules that cause each day of history', async () => {
    const days = ['2026-02-03', '2026-02-08', '2026-02-08', '2026-02-10'];
    const { estimate } = await preview(
      days.map((day, index) => listed(`${day}/${index}`, { size: 10 })),
      { layout: '%F', layout_time: 'event' },
    );
    expect(estimate.history.days).toEqual([
      { day: '2026-02-03', objects: 1, bytes: 10, rules: ['week'] },
      { day: '2026-02-08', objects: 2, bytes: 20, rules: ['two-days', 'week'] },
    ]);
    expect(estimate.history.total).toEqual({ objects: 3, bytes: 30 });
    expect((await preview([listed('x')])).estimate.history.undated).toEqual({ objects: 1, bytes: 1_000 });
  });

  it('prices requests, retrieval, transfer by route, KMS and compute', async () => {
    const objects = Array.from({ length: 2_000 }, (_, index) =>
      listed(`${index}.json.gz`, { size: GB / 1_000, storageClass: index < 1_000 ? 'STANDARD' : 'STANDARD_IA' }),
    );
    const { estimate } = await preview(objects, {}, { workers: 4 });
    expect(estimate.requests).toMatchObject({ list: 2, get: { from: 2_000, to: 2_000 } });
    expect(estimate.cost.retrieval).toBe(0.01);
    expect(estimate.cost.transfer.map(({ route, dollars }) => [route, dollars])).toEqual([
      ['same-region', 0],
      ['vpc-endpoint', 0.02],
      ['nat-gateway', 0.09],
      ['other-region', 0.04],
      ['internet', 0.18],
    ]);
    const { requests, kms, compute, total } = estimate.cost;
    expect(requests.from).toBeGreaterThanOrEqual(0.0014);
    expect(kms.from).toBe(0);
    expect(kms.to).toBeGreaterThanOrEqual(0.006);
    expect(total.from).toBeCloseTo(requests.from + 0.01 + compute.from, 3);
    expect(total.to).toBeCloseTo(requests.to + 0.01 + kms.to + compute.to + 0.18, 3);
    expect(estimate.time.minutes.to).toBeCloseTo(estimate.time.core_minutes.to / 4, 2);
    expect(estimate.prices.date).toBe(BUILT_IN_PRICES.date);
  });

  it('says what archived objects would cost to restore, and charges nothing for files', async () => {
    const { estimate } = await preview([
      listed('a', { storageClass: 'DEEP_ARCHIVE', isArchived: true, size: GB }),
      listed('b', { storageClass: 'FILE', size: GB }),
    ]);
    expect(estimate.archived).toMatchObject({
      total: { objects: 1, bytes: GB },
      restore: { from: 0.0025, to: 0.0201 },
    });
    expect(estimate.cost.transfer.every(({ dollars }) => dollars === 0)).toBe(true);
    const files = await preview([listed('b', { storageClass: 'FILE', size: GB })]);
    expect(files.estimate.requests).toEqual({ list: 0, get: { from: 0, to: 0 }, put: { from: 0, to: 0 } });
  });

  it('counts the route that was given alone', async () => {
    const objects = [listed('a', { size: 100 * GB })];
    const [near, far] = [await preview(objects, {}, { route: 'same-region' }), await preview(objects)];
    expect(far.estimate.cost.total.to - near.estimate.cost.total.to).toBeCloseTo(9, 3);
    await expect(preview(objects, {}, { route: 'pigeon' })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  it('takes the rate of a sample for the slow end', async () => {
    const sample = [
      {
        format: 'gzip',
        storage_class: 'STANDARD',
        objects: 1,
        stored_bytes: 1_000_000,
        decompressed_bytes: 9_000_000,
        events: 9,
        seconds: 1,
      },
    ];
    const { estimate } = await preview([listed('a.gz', { size: 60_000_000 })], {}, { sample });
    expect(estimate.time.core_minutes.to).toBe(1);
    expect(estimate.time.core_minutes.from).toBeLessThan(0.1);
    expect(estimate.sample).toEqual(sample);
  });
});

describe('limits', () => {
  const objects = [listed('a', { size: 2 * GB })];
  it('refuse a larger plan, and leave nothing of it', async () => {
    for (const limits of [{ maxBytes: GB }, { maxCost: 0.01 }]) {
      const store = createMemoryStore();
      const making = planHunt({ question: ask(), sources: [createListing(objects)], store, limits });
      await expect(making).rejects.toMatchObject({ code: 'PLAN_TOO_LARGE', details: { bytes: 2 * GB } });
      expect([...store.files.keys()]).toEqual([]);
    }
  });

  it('say so also where nothing may be taken away', async () => {
    const store = {
      ...createMemoryStore(),
      remove: () => Promise.reject(new InputError('STORAGE_DENIED', 'no right to remove')),
    };
    const making = planHunt({ question: ask(), sources: [createListing(objects)], store, limits: { maxBytes: GB } });
    await expect(making).rejects.toMatchObject({ code: 'PLAN_TOO_LARGE' });
  });

  it('let a plan within them pass, and its estimate stands beside it', async () => {
    const store = createMemoryStore();
    await planHunt({
      question: ask(),
      sources: [createListing(objects)],
      store,
      limits: { maxBytes: 2 * GB, maxCost: 9 },
    });
    const estimate = JSON.parse(Buffer.from(store.files.get(ESTIMATE_PATH) ?? []).toString()) as object;
    expect(estimate).toMatchObject({ selected: { objects: 1, bytes: 2 * GB } });
  });
});

describe('a price file', () => {
  it('replaces ours', () => {
    const prices = parsePrices(JSON.stringify({ ...BUILT_IN_PRICES, date: '2027-01-01' }), 'mine.json');
    expect(prices.date).toBe('2027-01-01');
  });

  it.each([
    ['{', /not JSON/],
    ['{}', /date/],
    [JSON.stringify({ ...BUILT_IN_PRICES, kms_per_10000_requests: -1 }), /kms_per_10000_requests/],
    [JSON.stringify({ ...BUILT_IN_PRICES, more: 1 }), /more/],
    [
      JSON.stringify({ ...BUILT_IN_PRICES, compute: { ...BUILT_IN_PRICES.compute, core_hour: { from: 2, to: 1 } } }),
      /that is not above/,
    ],
  ])('is refused when it is wrong: %s', (text, message) => {
    expect(() => parsePrices(text, 'mine.json')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('a proposed layout', () => {
  const hour = (index: number): string => new Date(Date.UTC(2026, 1, 1, index)).toISOString();
  it.each([
    ['hive', (at: string) => `t/dt=${at.slice(0, 10)}/x.gz`],
    ['matano', (at: string) => `lake/t/data/ts_hour=${at.slice(0, 13).replace('T', '-')}/x.parquet`],
    [
      'logstash',
      (at: string) => `ls.s3.312bc026-2f5d-49bc-ae9f-5940cf4ad9a6.${at.slice(0, 16).replace(':', '.')}.part0.txt`,
    ],
    ['folders', (at: string) => `logs/${at.slice(0, 10).replaceAll('-', '/')}/${at.slice(11, 13)}/x.gz`],
    [
      'firehose',
      (at: string) =>
        `${at.slice(0, 13).replace(/[-T]/g, '/')}/s-1-${at.slice(0, 19).replace(/[T:]/g, '-')}-8c5d0e1e-3f0b-4a2c-8f0f-0123456789ab`,
    ],
    ['fluentd', (at: string) => `logs/${at.slice(0, 10).replaceAll('-', '')}-${at.slice(11, 13)}_0.gz`],
  ])('is %s', async (name, toKey) => {
    const keys = Array.from({ length: 200 }, (_, index) =>
      listed(index % 10 === 0 ? `odd-${index}` : toKey(hour(index))),
    );
    const [archive] = (await preview(keys)).archives;
    expect(archive?.proposals[0]).toMatchObject({ layout: name, match_rate: 0.9, keys_tried: 200 });
  });

  it('is none where most keys carry no time, or where a layout was given', async () => {
    expect((await preview([listed('a'), listed('b')])).archives[0]?.proposals).toEqual([]);
    expect((await preview([listed('2026/02/10/x')], { layout: '%Y/%m/%d' })).archives[0]?.proposals).toEqual([]);
  });
});
