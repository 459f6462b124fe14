import { describe, expect, it } from 'vitest';
import { describeAllLeftOut } from './rules-left-out.ts';

const leftOut = (rule_id: string | null, reason: string, state: 'unsupported' | 'invalid' = 'unsupported') => ({
  file: `${rule_id ?? 'x'}.toml`,
  rule_id,
  name: rule_id === null ? null : `Rule ${rule_id}`,
  state,
  reason,
});

describe('rules that are left out', () => {
  it('are named each, those with one reason in one line, and summed up', () => {
    expect(
      describeAllLeftOut([
        leftOut('a', 'uses a sequence'),
        leftOut('b', 'severity: missing', 'invalid'),
        leftOut('c', 'uses a sequence'),
        leftOut(null, 'uses a sequence'),
      ]),
    ).toEqual([
      '3 rules unsupported: uses a sequence: a, c, x.toml',
      'b.toml: Rule b: invalid: severity: missing',
      '4 rules left out: 3 unsupported, 1 invalid',
    ]);
  });

  it('need no sum where they are few', () => {
    expect(describeAllLeftOut([leftOut('a', 'uses a sequence')])).toEqual([
      'a.toml: Rule a: unsupported: uses a sequence',
    ]);
    expect(describeAllLeftOut([])).toEqual([]);
  });
});
