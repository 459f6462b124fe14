// reduce/: alerts in the total order, and the coverage that their baseline rests on.

import type { Document } from '@coldhunt/core';
import type { GroupValue, Rule } from '@coldhunt/rules';
import type { RunFile, Waiver } from '../question/output.ts';
import type { Evidence, Match, RuleMatchCounts, Unevaluated } from '../scan/output.ts';

export type Baseline = 'complete' | 'partial' | 'cold';

/** What a rule's memory decided on one match: kept for `coldhunt matches`. */
export interface Decision {
  readonly match: Match;
  /** The matches file or ledger record that keeps its event. */
  readonly source: string;
  /**
   * Of a threshold rule: `alert`, the last event that an alert counts; `counted`, any other that one counts (that of a match in the
   * range may lie after it: then it is the next hunt's); `below`, no execution that sees it has enough events. `excepted` and, but for
   * new terms in the range, `unkeyed`: no memory saw it. `suppressed`: it would be an alert, and another one holds it.
   * In mode `parity`: `late`, it arrived after the last execution that would have looked at it; `unseen`, no execution looks at its
   * time; `cut`, `max_signals` left it out at every execution that would have raised it.
   */
  readonly verdict:
    | 'excepted'
    | 'alert'
    | 'suppressed'
    | 'known'
    | 'copy'
    | 'history'
    | 'unkeyed'
    | 'counted'
    | 'below'
    | 'late'
    | 'unseen'
    | 'cut';
  /** Mode `parity`: the execution that raised its alert. Absent: none did, or in mode `complete`. */
  readonly tick_ms?: number;
  /** The match just before it of the same rule and terms, if any was seen; of a copy the one that it copies. */
  readonly before: { readonly time_ms: number; readonly evidence: Evidence } | null;
  /**
   * Of an alert that alert suppression groups: what it is grouped by, and the alert that holds it (null: it holds others), whose `place`
   * is history where it lies before the range. Else null.
   */
  readonly suppression: {
    readonly values: readonly GroupValue[];
    readonly held_by: {
      readonly uuid: string;
      readonly time_ms: number;
      readonly place: Match['place'];
      readonly evidence: Evidence;
    } | null;
  } | null;
}

/** What an execution of a threshold rule counted together when it raised an alert. */
export interface Bucket {
  /** When it ran. */
  readonly tick_ms: number;
  /** The first event that counts. */
  readonly first_ms: number;
  readonly events: number;
  /** Different values of the rule's cardinality field; null: it asks for none. */
  readonly distinct: number | null;
  /** How many of the events stand in other buckets too (decision 014). Absent: none. */
  readonly multi_valued?: number;
  /** Of the first 1,000 events, in the total order. */
  readonly evidence: readonly Evidence[];
}

/** What an alert holds of its group: those that it suppresses. */
export interface AlertSuppressed {
  /** What it is grouped by, in the order of the rule's fields. */
  readonly values: readonly GroupValue[];
  readonly count: number;
  /** The time of the last event of any of them, or of the alert that holds them. */
  readonly end_ms: number;
  /** Mode `parity`: the last execution that held one, or raised the alert. Absent: in mode `complete`. */
  readonly last_tick_ms?: number;
}

/** An alert before it is written: all that the document needs. */
export interface Alert {
  /** The first evidence in the total order. `id` and `index` are a copy's where the first has none. */
  readonly match: Match;
  readonly document: Document;
  /** The first 1,000 of the other copies, in the total order. */
  readonly copies: readonly Evidence[];
  /** How many other copies there are. */
  readonly copy_count: number;
  /** Of a threshold rule; `match` is then the last event that counts. Else null. */
  readonly bucket: Bucket | null;
  /** null: the rule suppresses none, or not this one. */
  readonly suppression: AlertSuppressed | null;
  /** Mode `parity`: the execution that raised it. Absent: in mode `complete`. */
  readonly tick_ms?: number;
  readonly baseline: Baseline;
  /** Why the baseline is not complete; null when it is. */
  readonly baseline_reason: string | null;
}

/** An alert -> the document that stands in alerts.ndjson. */
export type AlertBuilder = (alert: Alert, context: { readonly rule: Rule; readonly run: RunFile }) => Document;

/** What the live rule misses, and what is not known of it. Matches and alerts in the range. */
export interface LiveResult {
  /** Arrived after the last execution that would have looked at them. */
  readonly late: number;
  /** At no time that an execution looks at. */
  readonly unseen: number;
  /** Candidates that `max_signals` left out for good, and the first execution that left any out. */
  readonly cut: number;
  readonly first_cut: string | null;
  /** Nothing says when they arrived: taken as there at their effective time. */
  readonly arrival_unknown: number;
}

export interface RuleResult {
  readonly rule_id: string;
  readonly alerts: number;
  readonly unkeyed: number;
  readonly known: number;
  readonly copies: number;
  /** Of those the ones that no `_id` tells: one of the two has none, and the fields that are compared are equal. */
  readonly copies_by_value: number;
  /** Alerts in the range that another one suppresses. */
  readonly suppressed: number;
  /** How many of those one before the range suppresses: no alert of the hunt tells of them. */
  readonly suppressed_by_earlier: number;
  readonly cut_by_max_alerts: number;
  /** Of a threshold rule: how often an event of several buckets was counted by alerts of one, told or before the range. Absent: never. */
  readonly multi_valued?: number;
  /** Mode `parity`. Absent: in mode `complete`. */
  readonly live?: LiveResult;
  readonly first_alert: string | null;
  readonly last_alert: string | null;
  readonly warnings: readonly string[];
}

/** reduce/done-<generation>.json: which ledger records were used, and the totals of the reduction. */
export interface ReduceDone {
  readonly format: number;
  readonly run_id: string;
  readonly semantics_revision: number;
  readonly generation: number;
  /** SHA-256 over the sorted (path, SHA-256) of every record used. */
  readonly records: { readonly count: number; readonly sha256: string };
  readonly rules: readonly RuleResult[];
  readonly alerts: {
    readonly count: number;
    readonly by_severity: Readonly<Record<string, number>>;
    readonly by_host: Readonly<Record<string, number>>;
    /** Absent: the run was reduced before this was counted. */
    readonly by_baseline?: Readonly<Record<string, number>>;
  };
  readonly warnings: readonly string[];
}

export interface CoverageSums {
  listed: number;
  selected: number;
  scanned: number;
  skipped: number;
  failed: number;
}

/** Whether a rule could have fired. `from` and `to` are instants, `to` exclusive. */
export interface Evaluable {
  readonly from: string;
  readonly to: string;
  readonly state: 'yes' | 'no' | 'unknown';
  /** The needed fields that never occur in this time. */
  readonly missing: readonly string[];
  /** The events that the rule asks for and of which none was seen, `event.category process`; absent: there were some. */
  readonly wants?: string;
  /** How many events were looked at. */
  readonly events: number;
}

/** The ledger of a hunt, added up. `coverage.json` is written from it. */
export interface Coverage {
  readonly state: 'complete' | 'complete_with_waivers' | 'incomplete';
  readonly complete: boolean;
  readonly objects: Readonly<CoverageSums>;
  readonly bytes: Readonly<CoverageSums>;
  readonly lines: {
    readonly read: number;
    readonly searched: number;
    readonly parsed: number;
    readonly malformed: number;
    readonly blank: number;
  };
  readonly events: {
    readonly read: number;
    readonly without_time: number;
    readonly in_history: number;
    readonly in_range: number;
    readonly outside: number;
  };
  readonly matches: Readonly<RuleMatchCounts>;
  readonly skipped: readonly { readonly uri: string; readonly reason: string; readonly bytes: number }[];
  readonly failed: readonly {
    readonly uri: string;
    readonly code: string;
    readonly message: string;
    readonly bytes: number;
  }[];
  readonly hours: readonly { readonly hour: string; readonly objects: number; readonly bytes: number }[];
  readonly gaps: readonly { readonly from: string; readonly to: string }[];
  readonly malformed_samples: readonly {
    readonly uri: string;
    readonly line: number;
    readonly offset: number;
    readonly code: string;
    readonly error: string;
    /** Of the line, where it was held: what a waiver names. */
    readonly sha256?: string;
  }[];
  /** By rule: events whose values its query could not take. Absent: none. */
  readonly unevaluated?: Readonly<Record<string, Unevaluated>>;
  readonly without_time_samples: readonly { readonly rule_id: string; readonly evidence: Evidence }[];
  /** By archive with an expectation (`--expect`): whole hours or days without an event. Absent: nothing is expected. */
  readonly expected?: readonly {
    readonly archive: string;
    readonly expect: 'hourly' | 'daily';
    readonly missing: readonly { readonly from: string; readonly to: string }[];
  }[];
  /** What was not examined and is accepted, by whom, why and until when. Absent: nothing. */
  readonly waived?: readonly (Waiver & {
    /** `failed (GZIP_CORRUPT)`, `skipped (archived)`, `malformed lines`. */
    readonly what: string;
    /** How many malformed lines. */
    readonly lines?: number;
  })[];
  /** By rule: matches whose time cannot be believed (skewed.ndjson). Absent: none. */
  readonly skewed?: Readonly<Record<string, number>>;
  readonly implausible_times: number;
  readonly rules: readonly { readonly rule_id: string; readonly evaluable: readonly Evaluable[] }[];
  readonly warnings: readonly string[];
}

export { isHarmless } from './coverage-state.ts';
export { readAhead } from './read-ahead.ts';

/** What matched and what was excepted, by rule. */
export type RuleTallies = Readonly<
  Record<string, { readonly matches: Readonly<RuleMatchCounts>; readonly excepted: Readonly<Record<string, number>> }>
>;
