import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { SEMANTICS_REVISION, sealJson, type ListedObject } from '@coldhunt/core';
import { createQuestion, type ArchiveInput, type Question } from '../../src/question/output.ts';
import { RANGE_BYTES } from '../../src/plan/cut-shards.ts';
import { planHunt, readPlan, type Plan, type PlanLine, type Shard } from '../../src/plan/output.ts';
import { buildRule } from '../build-match.ts';
import { createMemoryStore, type MemoryStore } from '../memory-store.ts';
import { ARCHIVE_URI, createListing, listed } from './listing.ts';

const NOW = Date.UTC(2026, 2, 1);
const RANGE = { from: '2026-02-10T00:00:00.000Z', to: '2026-02-12T00:00:00.000Z' };
const SHORT = buildRule({ rule_id: 'short', history_window_start: 'now-1d' });
const LONG = buildRule({ rule_id: 'long', history_window_start: 'now-7d' });
const QUERY = buildRule({
  rule_id: 'query',
  type: 'query',
  new_terms_fields: undefined,
  history_window_start: undefined,
});

function ask(archive: Partial<ArchiveInput> = {}, range: Pick<Question, 'from' | 'to'> = RANGE): Question {
  return createQuestion({ range, archives: [{ uri: ARCHIVE_URI, ...archive }], rules: [SHORT, LONG, QUERY] });
}

function plan(
  objects: Iterable<ListedObject>,
  question = ask(),
  store = createMemoryStore(),
  pageSize = 1_000,
): Promise<Plan> {
  return planHunt({ question, sources: [createListing(objects, { pageSize })], store, nowMs: NOW });
}

async function linesOf(made: Plan): Promise<PlanLine[]> {
  return Array.fromAsync(made.lines());
}

async function shardsOf(made: Plan): Promise<Shard[]> {
  return (await linesOf(made)).flatMap((line) => (line.kind === 'shard' ? [line.shard] : []));
}

describe('a plan', () => {
  it('says of every object that it is read or why it is not', async () => {
    const made = await plan(
      [
        listed('a.ndjson'),
        listed('b.ndjson', { size: 0 }),
        listed('c/', { size: 0 }),
        listed('d_$folder$', { size: 0 }),
        listed('_SUCCESS', { size: 0 }),
        listed('e.ndjson.crc'),
        listed('table/_delta_log/00000.json'),
        listed('f.ndjson', { isArchived: true, storageClass: 'GLACIER', size: 5_000 }),
        listed('g.tmp'),
        listed('h.json'),
        listed('hunts/a/alerts.ndjson', { passedOver: 'run-folder' }),
        listed('latest.ndjson', { passedOver: 'symbolic-link', size: 0 }),
        listed('latest.tmp', { passedOver: 'symbolic-link', size: 0 }),
        listed('pipe.ndjson', { passedOver: 'special-file', size: 0 }),
      ],
      ask({ include_keys: ['*.ndjson*', '*.tmp'], exclude_keys: ['*.tmp'] }),
    );
    const skipped = (await linesOf(made)).flatMap((line) =>
      line.kind === 'skipped' ? [[line.object.uri.slice(ARCHIVE_URI.length + 1), line.object.reason]] : [],
    );
    expect(Object.fromEntries(skipped)).toEqual({
      'b.ndjson': 'empty',
      'c/': 'folder-marker',
      d_$folder$: 'folder-marker',
      _SUCCESS: 'not-events',
      'e.ndjson.crc': 'not-events',
      'table/_delta_log/00000.json': 'not-events',
      'f.ndjson': 'archived',
      'g.tmp': 'excluded',
      'h.json': 'not-included',
      'hunts/a/alerts.ndjson': 'run-folder',
      'latest.ndjson': 'symbolic-link',
      'latest.tmp': 'excluded',
      'pipe.ndjson': 'special-file',
    });
    expect(made.done).toMatchObject({ listed: { objects: 14 }, selected: { objects: 1, bytes: 1_000 }, shards: 1 });
    expect(made.done.skipped.archived).toEqual({ objects: 1, bytes: 5_000 });
  });

  it('reads history for the rules that look back so far, and nothing before', async () => {
    const days = ['2026-02-02', '2026-02-03', '2026-02-08', '2026-02-09', '2026-02-10', '2026-02-11', '2026-02-12'];
    const made = await plan(
      days.map((day) => listed(`${day}/x.ndjson`)),
      ask({ layout: '%Y-%m-%d/*', layout_time: 'event' }),
    );
    const rules = (await shardsOf(made)).map(({ objects, rules: names }) => [
      objects.map(({ uri }) => uri.slice(ARCHIVE_URI.length + 1, -9)),
      names,
    ]);
    expect(rules).toEqual([
      [['2026-02-03', '2026-02-08'], ['long']],
      [['2026-02-09'], ['long', 'short']],
      [['2026-02-10', '2026-02-11'], null],
    ]);
    expect(made.done.skipped.time).toEqual({ objects: 2, bytes: 2_000 });
    expect((await shardsOf(made))[0]?.objects[0]?.key_time).toEqual({
      from: Date.UTC(2026, 1, 3),
      to: Date.UTC(2026, 1, 4),
    });
  });

  it('reads keys that fit no layout, and warns of them once', async () => {
    const made = await plan(
      [listed('2026-01-01/x'), ...Array.from({ length: 9 }, (_, index) => listed(`odd/${index}`))],
      ask({ layout: '%Y-%m-%d/*' }),
    );
    expect(made.done.selected.objects).toBe(9);
    expect(made.done.warnings).toHaveLength(1);
    expect(made.done.warnings[0]).toMatch(/^9 of 10 keys .*"odd\/0", "odd\/1", "odd\/2"$/);
  });

  it('warns of an archive without objects and of a layout that leaves nothing out', async () => {
    expect((await plan([])).done.warnings).toEqual([`the archive ${ARCHIVE_URI} holds no objects`]);
    const made = await plan([listed('2026-02-10/x')], ask({ layout: '%Y-%m-%d/*' }));
    expect(made.done.warnings[0]).toMatch(
      /every key of \S+ lies in the range or its history: nothing to leave out, all \d+ objects are read/,
    );
  });

  it('is made once: a second planner takes the plan that stands, without a listing', async () => {
    const store = createMemoryStore();
    const first = await plan([listed('a')], ask(), store);
    const second = await plan([listed('b')], ask(), store);
    expect(second.done).toEqual(first.done);
    expect(await linesOf(second)).toEqual(await linesOf(first));
  });

  it('is refused when it is that of another run', async () => {
    const store = createMemoryStore();
    await plan([listed('a')], ask(), store);
    await expect(plan([listed('a')], ask({ layout: '%Y' }), store)).rejects.toMatchObject({ code: 'RUN_INVALID' });
  });

  it('is the winner of two that raced', async () => {
    const store = createMemoryStore();
    const [a, b] = await Promise.all([plan([listed('a')], ask(), store), plan([listed('b')], ask(), store)]);
    expect(a.done).toEqual(b.done);
    expect(await linesOf(a)).toEqual(await linesOf(await readPlan(store)));
  });

  it('refuses archives that turn out to overlap', async () => {
    const question = createQuestion({
      range: { from: null, to: null },
      archives: [{ uri: 's3://logs/app' }, { uri: 's3://logs/app-old' }],
      rules: [QUERY],
    });
    const sources = question.archives.map(({ uri }) =>
      createListing([listed('x', { uri: 's3://logs/app-old/x' })], { uri }),
    );
    await expect(planHunt({ question, sources, store: createMemoryStore() })).rejects.toMatchObject({
      code: 'URI_INVALID',
    });
  });

  it('ends when it is stopped', async () => {
    const stop = new AbortController();
    const making = planHunt({
      question: ask(),
      sources: [createListing([listed('a'), listed('b')], { pageSize: 1 })],
      store: createMemoryStore(),
      signal: stop.signal,
      progress: () => stop.abort(),
    });
    await expect(making).rejects.toThrow(/abort/i);
  });
});

describe('the files of a plan', () => {
  async function made(): Promise<MemoryStore> {
    const store = createMemoryStore();
    await plan(
      Array.from({ length: 300 }, (_, index) => listed(`k${index}`)),
      ask(),
      store,
    );
    return store;
  }
  const partOf = (store: MemoryStore): string => [...store.files.keys()].find((path) => path.endsWith('.zst')) ?? '';

  it('are refused when a part is gone, damaged or another', async () => {
    for (const change of ['gone', 'damaged', 'other'] as const) {
      const store = await made();
      const other = createMemoryStore();
      await plan([listed('z')], ask(), other);
      const path = partOf(store);
      if (change === 'gone') store.files.delete(path);
      else if (change === 'other') store.files.set(path, other.files.get(partOf(other)) ?? new Uint8Array());
      else store.files.set(path, Buffer.from('no zstd'));
      await expect(linesOf(await readPlan(store))).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
    }
  });

  it('are refused when a newer version wrote them, or when they are broken', async () => {
    const store = await made();
    const { seal: _seal, ...done } = JSON.parse(
      Buffer.from(store.files.get('plan/done.json') ?? []).toString(),
    ) as Record<string, unknown>;
    for (const [change, code] of [
      [{ format: 2 }, 'RUN_FORMAT_NEWER'],
      [{ semantics_revision: SEMANTICS_REVISION + 1 }, 'RUN_REVISION'],
      [{ parts: ['../x'] }, 'RUN_INVALID'],
    ] as const) {
      store.files.set('plan/done.json', sealJson(JSON.stringify({ ...done, ...change })));
      await expect(readPlan(store)).rejects.toMatchObject({ code });
    }
    await expect(readPlan(createMemoryStore())).rejects.toMatchObject({ code: 'RUN_UNFINISHED' });
  });
});

const objects = fc
  .uniqueArray(
    fc.record({
      key: fc.stringMatching(/^[a-c]{1,3}\/(?:2026-0[12]-[0-2][1-8]\/)?[a-z_]{1,6}(?:\.crc)?$/),
      size: fc.oneof(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 5 * RANGE_BYTES }),
        fc.constantFrom(RANGE_BYTES, RANGE_BYTES + 1, 2 * RANGE_BYTES, 0),
      ),
      isArchived: fc.boolean(),
    }),
    { selector: ({ key }) => key, maxLength: 60 },
  )
  .map((found) => found.map(({ key, ...over }) => listed(key, over)).toSorted((a, b) => (a.key < b.key ? -1 : 1)));

it('does not depend on the pages of the listing', async () => {
  const question = ask({ layout: '%Y-%m-%d', layout_time: 'event' });
  await fc.assert(
    fc.asyncProperty(objects, fc.integer({ min: 1, max: 70 }), async (found, pageSize) => {
      const whole = await plan(found, question);
      const paged = await plan(found, question, createMemoryStore(), pageSize);
      expect(paged.done).toEqual(whole.done);
    }),
    { numRuns: 100 },
  );
});

it('gives every byte of every selected object to exactly one shard, and adds up', async () => {
  await fc.assert(
    fc.asyncProperty(objects, async (found) => {
      const made = await plan(found, ask({ layout: '%Y-%m-%d', exclude_keys: ['a/**'] }));
      const left = new Map(found.map((object) => [object.uri, object]));
      const ranges = new Map<string, [number, number][]>();
      let bytes = 0;
      for (const [index, line] of (await linesOf(made)).filter(({ kind }) => kind === 'shard').entries()) {
        if (line.kind !== 'shard') continue;
        expect(line.shard.sequence).toBe(index);
        bytes += line.shard.bytes;
        for (const { uri, range, size } of line.shard.objects) {
          const known = ranges.get(uri) ?? [];
          ranges.set(uri, [...known, [range?.from ?? 0, range?.to ?? size]]);
        }
      }
      for (const line of await linesOf(made)) {
        if (line.kind === 'skipped') expect(left.delete(line.object.uri)).toBe(true);
      }
      expect([...ranges.keys()].toSorted()).toEqual([...left.keys()].toSorted());
      for (const [uri, owned] of ranges) {
        let at = 0;
        for (const [from, to] of owned) {
          expect(from).toBe(at);
          expect(to - from).toBeGreaterThan(0);
          expect(to - from).toBeLessThanOrEqual(RANGE_BYTES);
          at = to;
        }
        expect(at).toBe(left.get(uri)?.size);
      }
      const { listed: all, selected, skipped } = made.done;
      const sum = (name: 'objects' | 'bytes'): number =>
        selected[name] + Object.values(skipped).reduce((total, sums) => total + sums[name], 0);
      expect([sum('objects'), sum('bytes')]).toEqual([all.objects, all.bytes]);
      expect(bytes).toBe(selected.bytes);
    }),
    { numRuns: 100 },
  );
});
