// An alert (or an unkeyed event) on its way to the total order: the first of its copies, and where the others lie.

import { InputError, compareText, isObject, parseJson, stringifyDocument, type Document } from '@coldhunt/core';
import type { GroupValue } from '@coldhunt/rules';
import type { Suppression } from '../question/output.ts';
import { encodeMatch, toGroup, toMatch, type Evidence, type Match } from '../scan/output.ts';
import type { DecidedMatch } from './decide.ts';
import { decodeSpans, encodeSpans, type CandidateSpan } from './live/candidate-span.ts';
import type { Bucket } from './output.ts';
import { compareInTotal, type SourcedMatch } from './sourced-match.ts';
import { toAlertGroup, type AlertGroup } from './suppression/alert-groups.ts';

const COPIES_KEPT = 1_000;
const NONE: readonly RaisedAlert[] = [];

/** The alerts that another one suppresses. */
export interface HeldAlerts {
  readonly count: number;
  /** The time of the last event of any of them, or of the alert that holds them. */
  readonly end_ms: number;
  /** Mode `parity`: the last execution that held one, or raised the alert. Absent: in mode `complete`. */
  readonly last_tick_ms?: number;
}

/** `match.place` is history of an alert before the range: it is not reported, but may hold others. */
export interface RaisedAlert extends SourcedMatch {
  readonly kind: 'alert' | 'unkeyed';
  readonly copies: readonly Evidence[];
  readonly copyCount: number;
  /** Of a threshold rule: what was counted; else null. */
  readonly bucket: Bucket | null;
  /** Mode `parity`, until `max_signals` is applied: the executions at which it is a candidate. Else null. */
  readonly spans: readonly CandidateSpan[] | null;
  /** Mode `parity`: the execution that raised it. Else null. */
  readonly tickMs: number | null;
  /** The group of alert suppression that it is in; null: it is raised for itself. */
  readonly group: AlertGroup | null;
  /** null: groups are not known yet, or it is in none. */
  readonly held: HeldAlerts | null;
}

/** The total order; of alerts that end with the same event the execution decides, or the group. */
export function compareRaised(a: RaisedAlert, b: RaisedAlert): number {
  return (
    compareInTotal(a, b) ||
    (a.bucket?.tick_ms ?? 0) - (b.bucket?.tick_ms ?? 0) ||
    compareText(a.group?.key ?? '', b.group?.key ?? '')
  );
}

export function encodeRaised({ match, group, spans, ...alert }: RaisedAlert): string {
  const listed = { ...alert, group: group?.values ?? null, spans: encodeSpans(spans) };
  const rest = stringifyDocument(listed as unknown as Document);
  return `{"match":${encodeMatch(match)},${rest.slice(1)}`;
}

/** Throws InputError RUN_INVALID when the line is none. */
export function decodeRaised(line: string): RaisedAlert {
  const value = parseJson(line);
  if (
    !isObject(value) ||
    !isObject(value['match']) ||
    typeof value['source'] !== 'string' ||
    !Array.isArray(value['copies'])
  ) {
    throw new InputError('RUN_INVALID', 'a line of a reduce file is no alert');
  }
  const raised = value as unknown as RaisedAlert;
  const { group } = value;
  return {
    ...raised,
    match: toMatch(value['match']),
    bucket: raised.bucket ?? null,
    spans: decodeSpans(raised.spans ?? null),
    tickMs: raised.tickMs ?? null,
    group: Array.isArray(group) ? toAlertGroup(toGroup(group)) : null,
    held: raised.held ?? null,
  };
}

/** An alert of a live rule is a candidate at the execution that counted its bucket. */
function ofBucket(alert: RaisedAlert, bucket: Bucket): RaisedAlert {
  if (alert.spans === null) return { ...alert, bucket };
  const { tick_ms: tickMs, events } = bucket;
  return { ...alert, bucket, spans: [{ firstTick: tickMs, lastTick: tickMs, events }] };
}

/** Gathers the copies that follow an alert. */
export class AlertGatherer {
  readonly #suppressions: ReadonlyMap<string, Suppression>;
  #first: SourcedMatch | null = null;
  #kind: RaisedAlert['kind'] = 'alert';
  #id: Pick<Match, 'id' | 'index'> = { id: null, index: null };
  #copies: Evidence[] = [];
  #copyCount = 0;
  #buckets: readonly Bucket[] = [];
  #spans: readonly CandidateSpan[] | null = null;
  #tickMs: number | null = null;

  /** By rule id: which rules' alerts are grouped. */
  constructor(suppressions: ReadonlyMap<string, Suppression>) {
    this.#suppressions = suppressions;
  }

  /** Takes the next decision, and gives the alerts that it completes. */
  take(decided: DecidedMatch & { readonly tickMs?: number | null }): readonly RaisedAlert[] {
    const { entry, verdict, buckets, spans, isEarlier, tickMs = null } = decided;
    if (verdict === 'copy') {
      if (this.#first !== null) this.#addCopy(entry.match);
      return NONE;
    }
    const complete = this.finish();
    if (verdict === 'alert' || verdict === 'unkeyed' || isEarlier) {
      this.#first = entry;
      this.#kind = verdict === 'unkeyed' ? verdict : 'alert';
      this.#id = { id: entry.match.id, index: entry.match.index };
      this.#buckets = buckets;
      this.#spans = spans;
      this.#tickMs = tickMs;
    }
    return complete;
  }

  finish(): readonly RaisedAlert[] {
    const first = this.#first;
    if (first === null) return NONE;
    const { groups, ...match } = first.match;
    const raised: RaisedAlert = {
      kind: this.#kind,
      source: first.source,
      match: { ...match, ...this.#id },
      copies: this.#copies,
      copyCount: this.#copyCount,
      bucket: null,
      spans: this.#spans,
      tickMs: this.#tickMs,
      group: null,
      held: null,
    };
    const grouped = this.#eachGroup(raised, groups ?? []);
    const buckets = this.#buckets;
    this.#first = null;
    this.#copies = [];
    this.#copyCount = 0;
    return buckets.length === 0
      ? grouped
      : grouped.flatMap((alert) => buckets.map((bucket) => ofBucket(alert, bucket)));
  }

  /** An alert for each of its groups. Those of threshold rules are grouped by their bucket. */
  #eachGroup(raised: RaisedAlert, groups: readonly (readonly GroupValue[])[]): readonly RaisedAlert[] {
    const { match, kind } = raised;
    if (kind === 'unkeyed' || !this.#suppressions.has(match.rule_id)) return [raised];
    const own = this.#buckets.length > 0 ? [match.terms ?? []] : groups;
    return own.length === 0 ? [raised] : own.map((values) => ({ ...raised, group: toAlertGroup(values) }));
  }

  #addCopy(match: Match): void {
    this.#copyCount += 1;
    if (this.#copies.length < COPIES_KEPT) this.#copies.push(match.evidence);
    // The id of an alert does not depend on the format: a copy's `_id` and index stand for one that has none.
    if (this.#id.id === null && match.id !== null) this.#id = { id: match.id, index: match.index ?? this.#id.index };
    else if (this.#id.index === null && match.index !== null) this.#id = { ...this.#id, index: match.index };
  }
}
