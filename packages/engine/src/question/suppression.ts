// Which alerts of a rule hold others of their group (semantics.md 5.3), and from when on they must be known for an answer about a range.

import { parseInterval, type AlertSuppression, type Rule } from '@coldhunt/rules';
import type { Question, RunOptions } from './output.ts';
import { compileTicks } from './ticks.ts';

const UNIT_MS = { s: 1_000, m: 60_000, h: 3_600_000 } as const;

export interface Suppression {
  /** The first instant of alerts that can hold one in the range; of those before it nothing is known, and no group is taken as open. */
  readonly sinceMs: number;
  /** Whether an alert raised at `atMs` for an event of `timeMs` lies before the range, and may hold one in it. */
  mayHoldFromBefore(timeMs: number, atMs: number): boolean;
  /**
   * Whether an alert of a later execution for an event that lies before the end of a group adds nothing to it: mode `parity`, where Kibana
   * takes it as counted.
   */
  readonly skipsCovered: boolean;
  /**
   * The last instant of alerts that one at `atMs` holds: in mode `parity` and of threshold rules instants are those of executions, of others of events. Without
   * a duration it is the execution that sees the event.
   */
  lastHeld(atMs: number): number;
}

/** What of a question decides on suppression. */
export type SuppressionQuestion = Pick<Question, 'from'> &
  Partial<Pick<Question, 'mode' | 'watch'>> & {
    readonly options: Pick<RunOptions, 'ignore_suppression'>;
  };

/** null: every alert of the rule is raised. */
export function suppressionOf(rule: Rule, question: SuppressionQuestion): Suppression | null {
  const asked = rule.alert_suppression;
  if (asked === undefined || question.options.ignore_suppression) return null;
  const fromMs = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const durationMs = durationOf(asked);
  if (question.mode === 'parity') {
    return {
      sinceMs: Number.NEGATIVE_INFINITY,
      mayHoldFromBefore: () => true,
      skipsCovered: true,
      lastHeld: (atMs) => atMs + (durationMs ?? 0),
    };
  }
  const intervalMs = parseInterval(rule.interval);
  // The first execution at or after an event sees it, when all went well.
  const tickOf = (ms: number): number => Math.ceil(ms / intervalMs) * intervalMs;
  // A night of a watch works alerts out from further back than it reports them.
  const base = question.watch?.bases?.[rule.rule_id]?.from;
  const baseMs = base === undefined ? fromMs : Date.parse(base);
  const firstMs =
    rule.type === 'threshold' && Number.isFinite(baseMs) ? compileTicks(rule).firstReaching(baseMs) : baseMs;
  const sinceMs = durationMs === null ? tickOf(firstMs) - intervalMs + 1 : firstMs - durationMs;
  return {
    sinceMs,
    skipsCovered: false,
    mayHoldFromBefore: (timeMs, atMs) => timeMs < fromMs && atMs >= sinceMs,
    lastHeld: durationMs === null ? tickOf : (atMs) => atMs + durationMs,
  };
}

/** How long alerts of the rule hold others; 0 where they hold those of their own execution alone, or none. Milliseconds. */
export function heldFor(rule: Rule, { options }: Pick<SuppressionQuestion, 'options'>): number {
  if (rule.alert_suppression === undefined || options.ignore_suppression) return 0;
  return durationOf(rule.alert_suppression) ?? 0;
}

function durationOf({ duration }: AlertSuppression): number | null {
  return duration === undefined ? null : duration.value * UNIT_MS[duration.unit];
}
