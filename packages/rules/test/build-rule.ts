// A rule for tests of every package, with what a test does not care about filled in.

import type { Rule } from '@coldhunt/rules';

export function buildRule(over: Partial<Rule> = {}): Rule {
  return {
    rule_id: 'rule-1',
    name: 'Rule one',
    description: 'A rule for tests',
    type: 'query',
    language: 'kuery',
    query: '',
    filters: [],
    index: ['logs-*'],
    from: 'now-9m',
    to: 'now',
    interval: '5m',
    max_signals: 100,
    severity: 'medium',
    severity_mapping: [],
    risk_score: 47,
    risk_score_mapping: [],
    exceptions_list: [],
    threat: [],
    tags: [],
    references: [],
    author: [],
    false_positives: [],
    version: 1,
    ...over,
  };
}
