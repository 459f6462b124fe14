// What people and programs read of a hunt: coverage.json, summary.json, alerts.csv, report.html (cli.md).

import type { Coverage, LiveResult } from '../reduce/output.ts';
import type { SideCounts } from './differences.ts';
import type { RuleEffort, RuleMatchCounts } from '../scan/output.ts';

/** coverage.json, the ledger's verdict. */
export interface CoverageFile extends Coverage {
  readonly format: number;
  readonly run_id: string;
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
  /** Of those the ones that no `_id` tells, but equal values alone. */
  readonly copies_by_value: number;
  /** Alerts in the range that another one suppresses. */
  readonly suppressed: number;
  /** How many of those one before the range suppresses: no alert of the hunt tells of them. */
  readonly suppressed_by_earlier: number;
  readonly cut_by_max_alerts: number;
  /** Of a threshold rule: how often an event of several buckets was counted by alerts of one. Absent: never. */
  readonly multi_valued?: number;
  /** Mode `parity`: what the live rule misses. Absent: in mode `complete`. */
  readonly live?: LiveResult;
  readonly matches: Readonly<RuleMatchCounts>;
  /** Exception item id -> events that it excepted. */
  readonly excepted: Readonly<Record<string, number>>;
  readonly first_alert: string | null;
  readonly last_alert: string | null;
  readonly warnings: readonly string[];
}

/** What a rule took, beside what came of it. */
interface RuleWork extends RuleEffort {
  /** Events that matched, before exceptions and memory. */
  readonly matches: number;
}

/** What the work took. Outside all comparisons of bytes. */
export interface Effort {
  readonly seconds: number;
  readonly scan_seconds: number;
  /** Of stored bytes, while it scanned. */
  readonly bytes_per_second: number;
  readonly decompressed_bytes_per_second: number;
  readonly events_per_second: number;
  readonly peak_memory_bytes: number;
  readonly workers: readonly string[];
  /** What each rule took of the scan's threads, the costliest first, and all of them together. Estimated from some of the events. */
  readonly rules: readonly RuleWork[];
  readonly rules_seconds: number;
}

/** summary.json. */
export interface SummaryFile {
  readonly format: number;
  readonly run_id: string;
  /** The first sentence of the verdict. Absent: the run was reported before it was told by itself. */
  readonly headline?: string;
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
    /** Absent: the run was reduced before this was counted. */
    readonly by_baseline?: Readonly<Record<string, number>>;
    /** Day (UTC) -> alerts, in order; days without are left out. Absent: the run was reduced before this was counted. */
    readonly by_day?: Readonly<Record<string, number>>;
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
  /** Rules by what became of their canaries (canary.json). Absent: none flew. */
  readonly canary?: { readonly fired: number; readonly silent: number; readonly not_made: number };
  /** Mode `both`, by rule: alerts of the complete hunt (`a`) and of the live rule (`b`), and why one lacks what the other has. Absent: in other modes. */
  readonly comparison?: readonly SideCounts[];
  readonly effort: Effort;
  readonly warnings: readonly string[];
}
