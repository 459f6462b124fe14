import { expect, it } from 'vitest';
import type { CoverageFile } from '@coldhunt/engine';
import { describeCoverage } from './coverage.ts';

const SUMS = { listed: 0, selected: 0, scanned: 0, skipped: 0, failed: 0 };
const COVERAGE = {
  state: 'complete',
  objects: SUMS,
  bytes: SUMS,
  lines: {},
  events: {},
  matches: {},
  failed: [],
  skipped: [],
  malformed_samples: [],
  gaps: [],
  rules: [],
  warnings: [],
} as unknown as CoverageFile;

const gap = (day: number, hours: number): { from: string; to: string } => {
  const from = Date.UTC(2026, 1, day);
  return { from: new Date(from).toISOString(), to: new Date(from + hours * 3_600_000).toISOString() };
};

it('tells the largest gaps with their length and counts the others', () => {
  const small = Array.from({ length: 20 }, (_, index) => gap(index + 1, 3));
  const lines = describeCoverage({ ...COVERAGE, gaps: [...small, gap(22, 50), gap(25, 5)] }).split('\n');
  const from = lines.findIndex((line) => line.startsWith('gaps'));
  expect(lines.slice(from, from + 4)).toEqual([
    'gaps: 22, the largest first',
    '  2026-02-22T00:00:00.000Z to 2026-02-24T02:00:00.000Z  2 d 2 h',
    '  2026-02-25T00:00:00.000Z to 2026-02-25T05:00:00.000Z  5 h',
    '  2026-02-01T00:00:00.000Z to 2026-02-01T03:00:00.000Z  3 h',
  ]);
  expect(lines[from + 11]).toBe('  and 12 more of at most 3 h (--json)');
  expect(describeCoverage({ ...COVERAGE, gaps: [gap(1, 3)] })).toContain('gaps: 1\n  2026-02-01T00:00:00.000Z');
});
