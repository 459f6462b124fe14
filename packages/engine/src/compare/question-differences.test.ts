import { RuleNames } from '@coldhunt/rules';
import { describe, expect, it } from 'vitest';
import { buildQuestion, buildRule } from '../../test/build-match.ts';
import type { Question } from '../question/output.ts';
import { questionDifferences } from './question-differences.ts';

const RULES = [buildRule(), buildRule({ rule_id: 'rule-2', name: 'Rule two' })];
const NAMES = new RuleNames(RULES);
const base = buildQuestion(RULES);

describe('two questions', () => {
  it.each<[string, Partial<Question>, readonly string[]]>([
    ['of two modes', { mode: 'parity' }, []],
    [
      'about two ranges',
      { from: '2026-02-01T00:00:00.000Z' },
      ['other ranges: the beginning to the end and 2026-02-01T00:00:00.000Z to the end'],
    ],
    [
      'about two archives',
      { archives: base.archives.map((archive) => ({ ...archive, uri: 's3://other/' })) },
      ['other archives: memory:///archive/ and s3://other/'],
    ],
    [
      'with other layouts',
      { archives: base.archives.map((archive) => ({ ...archive, layout: '%Y' })) },
      ['other settings of archives (layout, index or keys)'],
    ],
    ['with fewer rules', { rules: base.rules.slice(0, 1) }, ['only the first has Rule two']],
    [
      'with another version',
      { rules: base.rules.map((rule) => ({ ...rule, hash: rule.rule.rule_id })) },
      ['other versions of Rule one, Rule two'],
    ],
    ['with an exception', { exceptions: { lists: [], items: [{}], value_lists: {} } }, ['other exceptions']],
    ['with other options', { options: { ...base.options, dedupe: false } }, ['other options: dedupe']],
  ])('%s', (_name, over, expected) => {
    expect(questionDifferences(base, { ...base, ...over }, NAMES)).toEqual(expected);
  });
});
