import type { SummaryFile } from '@coldhunt/engine';
import { expect, it } from 'vitest';
import { describeRuleEffort } from './describe-rule-effort.ts';

function summaryOf(seconds: readonly number[], candidates = 12_345): Pick<SummaryFile, 'rules' | 'effort'> {
  const rules = seconds.map((_, number) => ({ rule_id: `id-${number}`, name: `Rule ${number}` }));
  const works = seconds.map((each, number) => ({
    rule_id: `id-${number}`,
    candidates,
    seconds: each,
    matches: number * 1_000,
  }));
  const effort = { rules: works, rules_seconds: seconds.reduce((sum, each) => sum + each, 0) };
  return { rules, effort } as unknown as Pick<SummaryFile, 'rules' | 'effort'>;
}

it('gives each rule a line with its milliseconds, candidates and matches', () => {
  const text = describeRuleEffort(summaryOf([2, 1, 0.0104]));
  expect(text).toContain(' milliseconds     candidates        matches  rule\n');
  expect(text).toContain('       2000.0         12,345              0  Rule 0\n');
  expect(text).toContain('         10.4         12,345          2,000  Rule 2\n');
});

it('names the rules that take far more than the rest', () => {
  const share = (seconds: readonly number[]): readonly string[] =>
    describeRuleEffort(summaryOf(seconds))
      .split('\n')
      .filter((line) => line.includes('far more'));
  expect(share([30, 1, 1, 1])).toEqual(["  Rule 0 takes 91 % of the rules' time: far more than the rest"]);
  expect(share([30, 20, 0.1, 0.1])).toHaveLength(2);
  for (const seconds of [[0.3, 0.01, 0.01, 0.01], [30], [30, 30], [2, 1, 1]]) expect(share(seconds)).toEqual([]);
});

it('tells the twenty costliest and where the others are', () => {
  const text = describeRuleEffort(summaryOf(Array.from({ length: 1_095 }, () => 0.1)));
  expect(text).toContain('  Rule 19\n');
  expect(text).not.toContain('Rule 20\n');
  expect(text).toContain('  1,075 more in summary.json: effort.rules\n');
});

it('says so when nothing was looked at', () => {
  expect(describeRuleEffort(summaryOf([]))).toBe('rules: no event was looked at for any rule\n');
  expect(describeRuleEffort(summaryOf([0, 0], 0))).toBe('rules: no event was looked at for any rule\n');
});
