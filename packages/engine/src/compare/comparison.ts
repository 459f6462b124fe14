// What a comparison adds up to: alerts in both, in one only and why, by rule; and the sentence that says it.

import { countOf } from '@coldhunt/core';
import type { Question } from '../question/output.ts';
import { REASON_WORDS } from '../report/differences.ts';
import type { Compared } from './compare-runs.ts';
import type { ReasonCode } from './why-not.ts';

export interface RuleComparison {
  readonly rule_id: string;
  both: number;
  only_a: number;
  only_b: number;
  /** By reason, why the other run lacks them. */
  readonly why_only_a: Partial<Record<ReasonCode, number>>;
  readonly why_only_b: Partial<Record<ReasonCode, number>>;
}

/** Counts as alerts come. */
export class Comparison {
  readonly #rules = new Map<string, RuleComparison>();

  add({ in: side, rule_id, reason }: Pick<Compared, 'in' | 'rule_id' | 'reason'>): void {
    let rule = this.#rules.get(rule_id);
    if (rule === undefined) {
      rule = { rule_id, both: 0, only_a: 0, only_b: 0, why_only_a: {}, why_only_b: {} };
      this.#rules.set(rule_id, rule);
    }
    rule[side] += 1;
    if (side === 'both' || reason === null) return;
    const why = side === 'only_a' ? rule.why_only_a : rule.why_only_b;
    why[reason.code] = (why[reason.code] ?? 0) + 1;
  }

  /** By rule id. */
  get rules(): readonly RuleComparison[] {
    return [...this.#rules.values()];
  }
}

/** Which of the two runs is the live one; null: neither, or both. */
export function liveSide(a: Pick<Question, 'mode'>, b: Pick<Question, 'mode'>): 'a' | 'b' | null {
  const isLive = [a, b].map(({ mode }) => mode === 'parity');
  return isLive[0] === isLive[1] ? null : isLive[0] === true ? 'a' : 'b';
}

const WORDS: Readonly<Record<ReasonCode, string>> = REASON_WORDS;

/** One or two sentences, plain text. `live`: which run is of mode `parity`. */
export function describeComparison(rules: readonly RuleComparison[], live: 'a' | 'b' | null): string {
  const sum = (side: 'both' | 'only_a' | 'only_b'): number => rules.reduce((total, rule) => total + rule[side], 0);
  const [both, onlyA, onlyB] = [sum('both'), sum('only_a'), sum('only_b')];
  if (live === null) {
    return `${countOf(both, 'alert')} in both runs; ${countOf(onlyA, 'alert')} only in the first${reasons(rules, 'why_only_a')}; ${countOf(onlyB, 'alert')} only in the second${reasons(rules, 'why_only_b')}.`;
  }
  const [missed, whyMissed, more, whyMore] =
    live === 'b'
      ? [onlyA, reasons(rules, 'why_only_a'), onlyB, reasons(rules, 'why_only_b')]
      : [onlyB, reasons(rules, 'why_only_b'), onlyA, reasons(rules, 'why_only_a')];
  const which = rules.length === 1 ? 'the live rule misses' : 'the live rules miss';
  const also = more === 0 ? '' : ` ${countOf(more, 'alert')} ${more === 1 ? 'is' : 'are'} only live${whyMore}.`;
  return `On an ideal schedule ${which} ${missed.toLocaleString('en-US')} of ${countOf(both + missed, 'alert')}${whyMissed}.${also}`;
}

function reasons(rules: readonly RuleComparison[], side: 'why_only_a' | 'why_only_b'): string {
  const counts = new Map<string, number>();
  for (const rule of rules) {
    for (const [code, count] of Object.entries(rule[side])) counts.set(code, (counts.get(code) ?? 0) + count);
  }
  const told = [...counts]
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${count.toLocaleString('en-US')} ${WORDS[code as ReasonCode]}`);
  return told.length === 0 ? '' : `: ${told.join(', ')}`;
}
