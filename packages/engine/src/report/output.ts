// What people and programs read of a hunt: coverage.json, summary.json, alerts.csv, report.html (cli.md).

import type { RuleMatchCounts } from '../scan/output.ts';

export interface SummedCounts {
  readonly listed: number;
  readonly selected: number;
  readonly scanned: number;
  readonly skipped: number;
  readonly failed: number;
}

export type CoverageState = 'complete' | 'complete_with_waivers' | 'incomplete';

export interface Evaluable {
  readonly from: string;
  readonly to: string;
  readonly state: 'yes' | 'no' | 'unknown';
  /** The needed fields that never occur in this time. */
  readonly missing: readonly string[];
}

/** coverage.json, the ledger's verdict. */
export interface CoverageFile {
  readonly format: number;
  readonly run_id: string;
  readonly state: CoverageState;
  readonly complete: boolean;
  readonly objects: SummedCounts;
  readonly bytes: SummedCounts;
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
    readonly error: string;
  }[];
  readonly rules: readonly { readonly rule_id: string; readonly evaluable: readonly Evaluable[] }[];
  readonly warnings: readonly string[];
}

export interface RuleSummary {
  readonly rule_id: string;
  readonly name: string;
  readonly type: string;
  readonly severity: string;
  readonly alerts: number;
  readonly unkeyed: number;
  readonly known: number;
  readonly copies: number;
  readonly cut_by_max_alerts: number;
  readonly matches: Readonly<RuleMatchCounts>;
  /** Exception item id -> events that it excepted. */
  readonly excepted: Readonly<Record<string, number>>;
  readonly first_alert: string | null;
  readonly last_alert: string | null;
  readonly warnings: readonly string[];
}

/** What the work took. Outside all comparisons of bytes. */
export interface Effort {
  readonly seconds: number;
  readonly scan_seconds: number;
  readonly bytes_per_second: number;
  readonly events_per_second: number;
  readonly peak_memory_bytes: number;
  readonly workers: readonly string[];
}

/** summary.json. */
export interface SummaryFile {
  readonly format: number;
  readonly run_id: string;
  readonly verdict: string;
  readonly complete: boolean;
  readonly mode: string;
  readonly range: { readonly from: string | null; readonly to: string | null };
  readonly archives: readonly string[];
  readonly listed_at: string;
  readonly rules: readonly RuleSummary[];
  readonly rules_left_out: readonly {
    readonly file: string;
    readonly rule_id: string | null;
    readonly name: string | null;
    readonly state: string;
    readonly reason: string;
  }[];
  readonly alerts: {
    readonly count: number;
    readonly by_severity: Readonly<Record<string, number>>;
    readonly by_host: Readonly<Record<string, number>>;
  };
  readonly first_alert: string | null;
  readonly last_alert: string | null;
  readonly estimate: unknown;
  readonly actual: {
    readonly objects: number;
    readonly bytes: number;
    readonly lines: number;
    readonly shards: number;
    readonly seconds: number;
  };
  readonly effort: Effort;
  readonly warnings: readonly string[];
}
