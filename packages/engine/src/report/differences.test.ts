// What a report shows of the alerts that only one side of a hunt in mode both has.

import { InputError } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { buildRuleSummary } from '../../test/build-report.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import { DIFFERENCES_SHOWN, readDifferences, type SideCounts } from './differences.ts';
import { liveSection } from './html/live-section.ts';

const HOSTILE = `<script>alert(1)</script>"'\u202e`;

const lineOf = (side: string, term: unknown, over: object = {}): string =>
  JSON.stringify({
    in: side,
    rule_id: 'r1',
    time: '2026-02-01T10:00:00.000Z',
    terms: [term],
    host_names: ['h'],
    executions: { a: null, b: side === 'only_a' ? null : '2026-02-01T10:05:00.000Z' },
    reason: side === 'both' ? null : { code: 'late', words: 'it arrived late' },
    evidence: {},
    ...over,
  });

async function read(...lines: readonly string[]): ReturnType<typeof readDifferences> {
  const store = createMemoryStore();
  await store.put('live/compare.ndjson', Buffer.from(lines.map((line) => `${line}\n`).join('')));
  return readDifferences(store);
}

const COUNTS: SideCounts = {
  rule_id: 'r1',
  both: 17,
  only_a: 14,
  only_b: 1,
  why_only_a: { cut: 2, late: 12 },
  why_only_b: { forgotten: 1 },
};

describe('differences of a hunt in mode both', () => {
  it('are those of one side, what is missed before the rest', async () => {
    const found = await read(lineOf('only_b', 'x'), lineOf('both', 'y'), lineOf('only_a', 7));
    expect(found.map(({ isLive, terms, execution, reason }) => [isLive, terms, execution, reason])).toEqual([
      [false, ['7'], null, 'it arrived late'],
      [true, ['x'], '2026-02-01T10:05:00.000Z', 'it arrived late'],
    ]);
    const many = Array.from({ length: DIFFERENCES_SHOWN + 5 }, (_, at) => lineOf('only_b', at));
    const shown = await read(...many, lineOf('only_a', 'last'));
    expect([shown.length, shown[0]?.terms]).toEqual([DIFFERENCES_SHOWN, ['last']]);
    await expect(read('{')).rejects.toBeInstanceOf(InputError);
  });

  it('stand in the page with their reasons, and nothing in them is markup', async () => {
    const differences = await read(
      lineOf('only_a', HOSTILE, { host_names: [HOSTILE], rule_id: HOSTILE, time: HOSTILE, reason: { words: HOSTILE } }),
      lineOf('only_b', 'known'),
    );
    const page = liveSection([COUNTS], differences, { rules: [buildRuleSummary({ name: HOSTILE })] }).text;
    expect(page).not.toMatch(/<script|\u202e/);
    const words = page.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');
    expect(words).toContain(
      '17 14 1 missed: 12 arrived after the last execution that would have looked, 2 left out by max_signals only live: 1 forgotten between executions',
    );
    expect(words).toContain('The first 2 of 15 alerts; all stand in live/compare.ndjson.');
    expect(words).toContain('known h only live, at 2026-02-01T10:05:00.000Z it arrived late');
  });

  it('are counted alone where they may not be shown', () => {
    const page = liveSection([COUNTS], [], { rules: [] }).text;
    expect(page).toContain('They');
    expect(page.match(/<table>/g)).toHaveLength(1);
    const none = { ...COUNTS, only_a: 0, only_b: 0, why_only_a: {}, why_only_b: {} };
    expect(liveSection([none], [], { rules: [] }).text).toContain('No alert differs.');
  });
});
