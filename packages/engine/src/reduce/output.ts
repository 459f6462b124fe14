// reduce/: alerts in the total order, and the coverage that their baseline rests on.

import type { Document } from '@coldhunt/core';
import type { Evidence, Match } from '../scan/output.ts';

export type Baseline = 'complete' | 'partial' | 'cold';

/** What a rule's memory decided on one match: kept for `coldhunt matches`. */
export interface Decision {
  readonly match: Match;
  readonly verdict: 'alert' | 'known' | 'copy' | 'history' | 'unkeyed';
  /** The match just before it of the same rule and terms, if any was seen. */
  readonly before: { readonly time_ms: number; readonly evidence: Evidence } | null;
}

/** An alert before it is written: all that the document needs. */
export interface Alert {
  readonly match: Match;
  readonly document: Document;
  readonly copies: readonly Evidence[];
  readonly baseline: Baseline;
}

export interface RuleResult {
  readonly rule_id: string;
  readonly alerts: number;
  readonly unkeyed: number;
  readonly known: number;
  readonly copies: number;
  readonly cut_by_max_alerts: number;
  readonly first_alert: string | null;
  readonly last_alert: string | null;
  readonly warnings: readonly string[];
}

/** reduce/done.json: which ledger records were used, and the totals of the reduction. */
export interface ReduceDone {
  readonly format: number;
  readonly run_id: string;
  readonly semantics_revision: number;
  /** SHA-256 over the sorted (path, SHA-256) of every record used. */
  readonly records: { readonly count: number; readonly sha256: string };
  readonly rules: readonly RuleResult[];
  readonly alerts: {
    readonly count: number;
    readonly by_severity: Readonly<Record<string, number>>;
    readonly by_host: Readonly<Record<string, number>>;
  };
  readonly warnings: readonly string[];
}
