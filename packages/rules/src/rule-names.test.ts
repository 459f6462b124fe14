import { describe, expect, it } from 'vitest';
import { RuleNames } from './rule-names.ts';

describe('names of rules', () => {
  it('bear the id where they are not unique', () => {
    const names = new RuleNames([
      { rule_id: 'rule-1', name: 'Rule one' },
      { rule_id: 'rule-2', name: 'Rule two' },
      { rule_id: 'rule-3', name: 'Rule one' },
      { rule_id: 'rule-3', name: 'Rule one' },
    ]);
    expect(['rule-1', 'rule-2', 'rule-3', 'rule-4'].map((id) => names.of(id))).toEqual([
      'Rule one (rule-1)',
      'Rule two',
      'Rule one (rule-3)',
      'rule-4',
    ]);
  });
});
