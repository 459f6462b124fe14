import { expect, it } from 'vitest';
import { createFieldTypes, loadRules } from '@coldhunt/rules';
import { describeRuleSet } from './describe-rule-set.ts';

const file = (name: string, keys: string, metadata = ''): { name: string; text: string } => ({
  name,
  text: `[metadata]\n${metadata}\n[rule]\nname = "N"\ndescription = "D"\nseverity = "low"\nrisk_score = 1\n${keys}\n`,
});

it('tells reasons by number, with the jobs of machine learning as one, and the lives of rules', () => {
  const loaded = loadRules(
    [
      file('rules/a.toml', 'rule_id = "a"\ntype = "query"\nquery = "a:1"', 'maturity = "production"'),
      file('rules/_deprecated/b.toml', 'rule_id = "b"\ntype = "esql"', 'maturity = "deprecated"'),
      file('rules/m.toml', 'rule_id = "m"\ntype = "machine_learning"\nmachine_learning_job_id = ["j1", "j2"]'),
      file('rules/n.toml', 'rule_id = "n"\ntype = "machine_learning"\nmachine_learning_job_id = ["j3", "j4"]'),
      file('rules_building_block/c.toml', 'rule_id = "c"\ntype = "query"', 'min_stack_version = "9.3.0"'),
      file('rules/d.toml', 'rule_id = "d"\ntype = "query"'),
      file('rules/e.toml', 'rule_id = "d"\ntype = "query"\nquery = "b:1"'),
      file('rules/f.toml', 'rule_id = "a"\ntype = "query"\nquery = "a:1"'),
    ],
    createFieldTypes(),
  );
  expect(loaded[2]?.reason).toBe('needs one of the machine-learning jobs j1, j2 in Elasticsearch');
  expect(describeRuleSet(loaded)).toBe(
    [
      '7 rules: 2 ready, 3 unsupported, 2 invalid',
      '  esql              1 unsupported',
      '  machine_learning  2 unsupported',
      '  query             2 ready, 2 invalid',
      'unsupported because:',
      '  2  needs one of the machine-learning jobs',
      '  1  ES|QL rules need Elasticsearch',
      'maturity: deprecated 1, production 1',
      'deprecated: 1, which Elastic ships no more',
      'building blocks: 1, whose alerts are material for other rules',
      'made for a version of the stack or later: 9.3.0 1',
      '1 rule id more than once: none of these rules is used',
      '1 rule in several copies: each counts once',
      '',
    ].join('\n'),
  );
});
