// Candidates of all rules -> the executions that raise them, rule by rule in time.

import { compareText, type RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { decodeRaised, encodeRaised } from '../raised-alert.ts';
import { SpillSorter } from '../spill-sorter.ts';
import type { RuleSchedule } from './schedules-of.ts';
import { SignalLimit, type Executed } from './signal-limit.ts';
import { survivalOrderOf, type Candidate } from './survival-order.ts';

export interface ExecutionOptions {
  readonly store: RunStore;
  readonly rules: readonly Rule[];
  /** By rule id. */
  readonly schedules: ReadonlyMap<string, RuleSchedule>;
  readonly memoryChars?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Only those that leave something out or raise something matter; others may come too. */
export async function* runExecutions(
  candidates: SpillSorter<Candidate>,
  { rules, schedules, signal }: ExecutionOptions,
): AsyncGenerator<{ readonly ruleId: string; readonly executed: Executed }> {
  const byId = new Map(rules.map((rule) => [rule.rule_id, rule]));
  let ruleId = '';
  let limit: SignalLimit | null = null;
  for await (const batch of candidates.sorted()) {
    signal?.throwIfAborted();
    for (const candidate of batch) {
      const own = candidate.alert.match.rule_id;
      if (limit === null || own !== ruleId) {
        for (const executed of limit?.finish() ?? []) yield { ruleId, executed };
        ruleId = own;
        limit = new SignalLimit(byId.get(own) as Rule, schedules.get(own) as RuleSchedule);
      }
      for (const executed of limit.take(candidate)) yield { ruleId, executed };
    }
  }
  for (const executed of limit?.finish() ?? []) yield { ruleId, executed };
}

/** By rule and first execution, those of one execution in the order in which they survive. */
export function createCandidateSorter({ store, rules, memoryChars }: ExecutionOptions): SpillSorter<Candidate> {
  const orders = new Map(rules.map((rule) => [rule.rule_id, survivalOrderOf(rule)]));
  return new SpillSorter<Candidate>(store, {
    compare: (a, b) =>
      compareText(a.alert.match.rule_id, b.alert.match.rule_id) ||
      a.span.firstTick - b.span.firstTick ||
      (orders.get(a.alert.match.rule_id)?.(a, b) ?? 0),
    encode: ({ number, alert, span }) => `${number} ${encodeRaised({ ...alert, spans: [span] })}`,
    decode: decodeCandidate,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
}

function decodeCandidate(line: string): Candidate {
  const cut = line.indexOf(' ');
  const { spans, ...alert } = decodeRaised(line.slice(cut + 1));
  const [span = { firstTick: 0, lastTick: 0, events: 0 }] = spans ?? [];
  return { number: Number(line.slice(0, cut)), alert: { ...alert, spans: null }, span };
}
