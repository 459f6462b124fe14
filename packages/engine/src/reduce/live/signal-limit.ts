// The executions of one live rule one after the other: which candidates each raises. What an execution leaves out stays a candidate as
// long as a window holds it; what one has raised no later one raises again (semantics.md 2.6 and 2.7).

import type { Rule } from '@coldhunt/rules';
import { alertUuid } from '../alert/alert-uuid.ts';
import type { RaisedAlert } from '../raised-alert.ts';
import type { RuleSchedule } from './schedules-of.ts';
import { survivalOrderOf, type Candidate, type SurvivalOrder } from './survival-order.ts';

/** Kibana's own limit of alerts of an execution (`xpack.alerting.rules.run.alerts.max`), whatever a rule asks for. */
export const ALERTS_MOST = 1_000;
/** What is left out is gone through anew when there is more of it than this many times what could still be raised. */
const SLACK = 4;
const HELD_FEW = 10_000;

/** An alert with its execution, and the number of its candidate. */
export interface RaisedCandidate {
  readonly number: number;
  readonly alert: RaisedAlert;
  readonly tickMs: number;
}

/** An execution: what it raises, and what it leaves out. */
export interface Executed {
  readonly tickMs: number;
  readonly raised: readonly RaisedCandidate[];
  readonly leftOut: number;
}

/** Takes the candidates of one rule by the execution that sees them first, those of one execution in the order of survival. */
export class SignalLimit {
  readonly #rule: Rule;
  readonly #schedule: RuleSchedule['schedule'];
  readonly #order: SurvivalOrder;
  readonly #most: number;
  /** Whether the search itself is cut, before what was raised earlier is taken out. */
  readonly #cutsFirst: boolean;
  /** Candidates that wait for the next execution, in the order of survival. */
  #waiting: Candidate[] = [];
  #next: Candidate[] = [];
  #nextLimit = HELD_FEW;
  /** Ids with the execution from which on no window holds the event. */
  readonly #raised = new Map<string, number>();
  #raisedLimit = HELD_FEW;
  #tick: number | null = null;
  #at = 0;
  #taken = 0;
  #leftOut = 0;
  #found: RaisedCandidate[] = [];

  /** `isGrouped`: the rule's alerts are grouped, and Kibana limits their groups instead. */
  constructor(rule: Rule, { schedule, isGrouped }: Pick<RuleSchedule, 'schedule' | 'isGrouped'>) {
    this.#rule = rule;
    this.#schedule = schedule;
    this.#order = survivalOrderOf(rule);
    this.#most = isGrouped ? Number.POSITIVE_INFINITY : Math.min(rule.max_signals, ALERTS_MOST);
    this.#cutsFirst = rule.type === 'eql';
  }

  /** How many candidates are held. */
  get held(): number {
    return this.#waiting.length + this.#next.length;
  }

  /** Gives the executions before that of the candidate. */
  *take(candidate: Candidate): Generator<Executed> {
    const { firstTick } = candidate.span;
    if (this.#tick !== firstTick) {
      yield* this.#runUntil(firstTick);
      this.#begin(firstTick);
    }
    this.#considerWaiting(candidate);
    this.#consider(candidate);
  }

  *finish(): Generator<Executed> {
    yield* this.#runUntil(Number.POSITIVE_INFINITY);
  }

  *#runUntil(endTick: number): Generator<Executed> {
    if (this.#tick === null) return;
    let ended = this.#end();
    yield ended;
    for (let tick = ended.tickMs + this.#schedule.intervalMs; tick < endTick; tick += this.#schedule.intervalMs) {
      if (this.#waiting.length === 0) return;
      this.#begin(tick);
      ended = this.#end();
      yield ended;
      // Where windows never end, nothing changes any more.
      if (ended.raised.length === 0 && this.#waiting.every(({ span }) => !Number.isFinite(span.lastTick))) return;
    }
  }

  #begin(tick: number): void {
    this.#tick = tick;
    this.#at = 0;
    this.#taken = 0;
    this.#leftOut = 0;
    this.#found = [];
    this.#next = [];
    this.#forget(tick);
  }

  #forget(tick: number): void {
    if (this.#raised.size <= this.#raisedLimit) return;
    for (const [id, leavesAt] of this.#raised) if (leavesAt <= tick) this.#raised.delete(id);
    this.#raisedLimit = Math.max(HELD_FEW, SLACK * this.#raised.size);
  }

  #end(): Executed {
    this.#considerWaiting(null);
    const executed = { tickMs: this.#tick ?? 0, raised: this.#found, leftOut: this.#leftOut };
    this.#waiting = this.#next;
    this.#next = [];
    return executed;
  }

  /** Those that come before the candidate; null: all that are left. */
  #considerWaiting(candidate: Candidate | null): void {
    for (; this.#at < this.#waiting.length; this.#at += 1) {
      const waiting = this.#waiting[this.#at] as Candidate;
      if (candidate !== null && this.#order(waiting, candidate) >= 0) return;
      this.#consider(waiting);
    }
  }

  #consider(candidate: Candidate): void {
    const { number, alert, span } = candidate;
    const tick = this.#tick ?? 0;
    if (span.lastTick < tick) return;
    const id = alertUuid({ match: alert.match, bucket: alert.bucket, group: alert.group?.values ?? null }, this.#rule);
    const wasRaised = this.#raised.has(id);
    if (wasRaised && !this.#cutsFirst) return;
    if (this.#taken >= this.#most) {
      if (!wasRaised) this.#leftOut += 1;
      this.#keep(candidate);
      return;
    }
    this.#taken += 1;
    if (this.#cutsFirst) this.#keep(candidate);
    if (wasRaised) return;
    this.#raised.set(id, this.#schedule.leaveOf(alert.match.time_ms));
    this.#found.push({ number, alert, tickMs: tick });
  }

  #keep(candidate: Candidate): void {
    if (candidate.span.lastTick <= (this.#tick ?? 0)) return;
    this.#next.push(candidate);
    if (this.#next.length <= this.#nextLimit) return;
    this.#next = this.#couldBeRaised(this.#next);
    this.#nextLimit = Math.max(HELD_FEW, SLACK * this.#next.length);
  }

  /**
   * The candidates that some later execution would take if none came any more. Those that come only take places: what is left out without
   * them is left out with them.
   */
  #couldBeRaised(candidates: readonly Candidate[]): Candidate[] {
    const taken = new Set<Candidate>();
    let left = candidates;
    for (let tick = (this.#tick ?? 0) + this.#schedule.intervalMs; left.length > 0; tick += this.#schedule.intervalMs) {
      left = left.filter(({ span }) => span.lastTick >= tick);
      const now = left.slice(0, this.#most);
      for (const candidate of now) taken.add(candidate);
      if (left.every(({ span }) => !Number.isFinite(span.lastTick))) {
        if (!this.#cutsFirst) for (const candidate of left) taken.add(candidate);
        break;
      }
      if (!this.#cutsFirst) left = left.slice(this.#most);
    }
    return candidates.filter((candidate) => taken.has(candidate));
  }
}
