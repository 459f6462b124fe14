import type { SummaryFile } from '@coldhunt/engine';
import { expect, it } from 'vitest';
import { describeRuleEffort } from './describe-rule-effort.ts';

function summaryOf(seconds: readonly number[]): Pick<SummaryFile, 'rules' | 'effort'> {
  const rules = seconds.map((_, number) => ({
    rule_id: `id-${number}`,
    name: `Rule ${number}`,
    matches: { total: number * 1_000 },
  }));
  const efforts = seconds.map((each, number) => ({ rule_id: `id-${number}`, candidates: 12_345, seconds: each }));
  const effort = { rules: efforts, rules_seconds: seconds.reduce((sum, each) => sum + each, 0) };
  return { rules, effort } as unknown as Pick<SummaryFile, 'rules' | 'effort'>;
}

it('gives each rule a line with its time, events and matches', () => {
  const text = describeRuleEffort(summaryOf([2, 1, 1]));
  expect(text).toContain('    2.00 s         12,345            0  Rule 0');
  expect(text).toContain('    1.00 s         12,345        2,000  Rule 2');
  expect(text).not.toContain('far more');
});

it('names a rule that takes far more than the rest', () => {
  expect(describeRuleEffort(summaryOf([30, 1, 1, 1]))).toContain('Rule 0 takes 91 % of it: far more than the rest');
  expect(describeRuleEffort(summaryOf([0.3, 0.01, 0.01, 0.01]))).not.toContain('far more');
  expect(describeRuleEffort(summaryOf([30]))).not.toContain('far more');
});

it('says so when nothing was looked at', () => {
  expect(describeRuleEffort(summaryOf([]))).toBe('rules: no event was looked at for any rule\n');
});
