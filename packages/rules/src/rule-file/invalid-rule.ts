// A rule with problems.

import type { LoadedRule, RuleHead } from './load-rules.ts';
import { compareProblems, type RuleProblem } from './rule-problem.ts';

/** At least one problem; the first is the reason. */
export function invalidRule(head: RuleHead, found: readonly RuleProblem[]): LoadedRule {
  const problems = found.toSorted(compareProblems);
  const [first] = problems;
  const reason =
    first === undefined
      ? 'invalid'
      : `${first.path === '' ? '' : `${first.path}: `}${first.message}${problems.length > 1 ? ` (and ${problems.length - 1} more)` : ''}`;
  return {
    file: head.file,
    rule_id: head.rule_id,
    name: head.name,
    type: head.type,
    language: head.language,
    metadata: head.metadata,
    threat: head.threat,
    duplicates: [],
    state: 'invalid',
    reason,
    problems,
    warnings: [],
    rule: null,
  };
}
