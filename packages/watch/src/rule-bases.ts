// Rules whose alerts depend on the ones before (threshold, suppression) are worked out from where earlier nights have settled them:
// from when on, in which time again tonight, and which reported alerts may still change.

import { edgeOf, restsOnAlerts, type Question, type RuleBase } from '@coldhunt/engine';
import type { Night } from './night-file.ts';
import type { PublishedAlert } from './published.ts';
import type { NightRange } from './schedule.ts';

export interface Settled {
  readonly rules: Night['rules'];
  /** By rule id: where alerts are worked out from. */
  readonly bases: Readonly<Record<string, RuleBase>>;
}

/** By rule id, of rules whose alerts depend on the ones before: where they are worked out from, when late events count from `fromMs` on. */
export function basesOf(question: Question, rules: Night['rules'], fromMs: number): Readonly<Record<string, RuleBase>> {
  return Object.fromEntries(
    question.rules.flatMap(({ rule }) => {
      if (!restsOnAlerts(rule, question)) return [];
      const sinceMs = Date.parse(rules[rule.rule_id]?.since ?? toIso(fromMs));
      return [[rule.rule_id, { from: toIso(Math.max(fromMs, sinceMs)), is_first: fromMs <= sinceMs }]];
    }),
  );
}

/** By rule id: the time whose alerts are raised again tonight. */
export function rescanRanges(
  question: Question,
  { hasLate, rules, range }: { readonly hasLate: boolean; readonly rules: Night['rules']; readonly range: NightRange },
): ReadonlyMap<string, { readonly fromMs: number; readonly toMs: number }> {
  const { rescan_from: rescanFrom, bases = {} } = question.watch ?? { rescan_from: toIso(range.fromMs) };
  const ranges = new Map<string, { readonly fromMs: number; readonly toMs: number }>();
  for (const { rule } of question.rules) {
    const base = bases[rule.rule_id];
    const sinceMs = Date.parse(rules[rule.rule_id]?.since ?? toIso(range.fromMs));
    if (base !== undefined) {
      const edgeMs = base.is_first ? sinceMs : edgeOf(rule, question, Date.parse(base.from)).eventsFromMs;
      ranges.set(rule.rule_id, { fromMs: Math.max(edgeMs, sinceMs), toMs: range.toMs });
    } else if (hasLate) ranges.set(rule.rule_id, { fromMs: Date.parse(rescanFrom), toMs: range.fromMs });
  }
  return ranges;
}

/** Which reported alerts later events may still change. */
export function openAfter(
  question: Question,
  { rules, bases, rescanFrom }: Settled & { readonly rescanFrom: string },
): (alert: PublishedAlert) => boolean {
  const edges = new Map(
    question.rules.flatMap(({ rule }) => {
      const base = bases[rule.rule_id];
      if (base === undefined || base.is_first) return [];
      return [[rule.rule_id, edgeOf(rule, question, Date.parse(base.from)).atMs] as const];
    }),
  );
  return ({ rule_id: id, time_ms: timeMs, at_ms: atMs }) => {
    const since = rules[id]?.since;
    if (since !== undefined && timeMs < Date.parse(since)) return false;
    if (bases[id] === undefined) return timeMs >= Date.parse(rescanFrom);
    return atMs >= (edges.get(id) ?? Number.NEGATIVE_INFINITY);
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
