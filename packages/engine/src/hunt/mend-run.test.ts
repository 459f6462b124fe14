import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule, buildRun } from '../../test/build-match.ts';
import { compileEquality } from '../../test/equality-rule.ts';
import { createMemorySource } from '../../test/memory-source.ts';
import { createMemoryStore, type MemoryStore } from '../../test/memory-store.ts';
import { runIdOf } from '../question/output.ts';
import { runHunt, type HuntOptions } from './run-hunt.ts';
import { scanAll } from '../../test/scan-all.ts';

const rule = buildRule();
const rules = [compileEquality(rule)];
const RESULTS = ['alerts.ndjson', 'unkeyed.ndjson', 'coverage.json'];

function event(host: string, padding = ''): string {
  return `${JSON.stringify({ '@timestamp': '2026-02-01T00:00:00Z', 'process.name': 'aws', 'host.id': host, padding })}\n`;
}

const objects = {
  // Enough matches for a file of their own.
  a: Array.from({ length: 40 }, (_, i) => event(`h${i}`, 'x'.repeat(4_000))).join(''),
  b: event('h2'),
};

function huntIn(store: MemoryStore): HuntOptions {
  const question = buildQuestion([rule]);
  const run = { ...buildRun(question), run_id: runIdOf(question) };
  const sources = [createMemorySource(objects)];
  return {
    run,
    rules,
    store,
    sources,
    startedAtMs: Date.UTC(2026, 2, 1),
    runShards: scanAll({ rules, sources, store }),
  };
}

function copyOf(store: MemoryStore): MemoryStore {
  const copy = createMemoryStore();
  for (const [path, bytes] of store.files) if (path !== 'summary.json') copy.files.set(path, bytes);
  return copy;
}

const whole = createMemoryStore();
await runHunt(huntIn(whole));
const between = [...whole.files.keys()].filter((path) => /^(?:scan|reduce|plan)\/.*\.(?:json|zst)$/.test(path));
const madeAgain = between.filter((path) => path !== 'plan/done.json' && path !== 'plan/estimate.json');

describe('a hunt with a damaged file', () => {
  it('meets every kind of file', () => {
    for (const kind of [
      /ledger\.json$/,
      /matches\.zst$/,
      /records-\d\.zst$/,
      /part-.*\.json$/,
      /part-.*alerts\.zst$/,
      /plan\/[0-9a-f]{64}/,
    ]) {
      expect(
        madeAgain.some((path) => kind.test(path)),
        String(kind),
      ).toBe(true);
    }
  });

  for (const path of madeAgain) {
    const bytes = whole.files.get(path) ?? new Uint8Array();
    const name = path.replace(/[0-9a-f]{16,}/, '…');
    it.each([
      ['empty', () => new Uint8Array()],
      ['cut short', () => bytes.subarray(0, bytes.length - 5)],
      ['altered', () => bytes.map((byte, at) => (at === bytes.length >> 1 ? byte ^ 1 : byte))],
    ])(`finds ${name} %s, makes it again, and gives the same answer`, async (_how, damage) => {
      const store = copyOf(whole);
      store.files.set(path, damage());
      const { coverage } = await runHunt(huntIn(store));
      expect(coverage.complete).toBe(true);
      for (const result of [...RESULTS, ...madeAgain]) {
        expect(Buffer.from(store.files.get(result) ?? []).equals(whole.files.get(result) ?? Buffer.of()), result).toBe(
          true,
        );
      }
    });
  }

  it('does not list again what plan/done.json pinned', async () => {
    const store = copyOf(whole);
    store.files.set('plan/done.json', Buffer.from('{"format":1'));
    await expect(runHunt(huntIn(store))).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  });

  it('tells of a part of the plan that the archive gives no more', async () => {
    const store = copyOf(whole);
    store.files.set(madeAgain.find((path) => path.startsWith('plan/')) ?? '', Buffer.from('x'));
    const hunt = huntIn(store);
    const source = createMemorySource({ ...objects, c: event('h3') });
    await expect(runHunt({ ...hunt, sources: [source] })).rejects.toMatchObject({ code: 'RUN_DAMAGED' });
  });
});
