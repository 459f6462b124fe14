// Which fields give an event's effective time for a rule: one for all rules in mode `complete`, each rule's own in `parity`
// (semantics.md 1.2).

import { parseFieldPath, type FieldPath } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { Question } from './output.ts';

export interface RuleTime {
  readonly primary: FieldPath;
  /** Where the primary field is absent; null: the rule does not see such an event. */
  readonly secondary: FieldPath | null;
}

/** `--time-field` stands for `@timestamp`. */
export function compileRuleTime(rule: Rule, { mode, options }: Pick<Question, 'mode' | 'options'>): RuleTime {
  const override = mode === 'parity' ? rule.timestamp_override : undefined;
  if (override === undefined || override === '@timestamp') {
    return { primary: parseFieldPath(options.time_field), secondary: null };
  }
  const isStrict = rule.timestamp_override_fallback_disabled === true;
  return { primary: parseFieldPath(override), secondary: isStrict ? null : parseFieldPath(options.time_field) };
}
