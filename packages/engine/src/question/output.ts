// run.json: what was asked. Everything that can change an answer stands in it and is part of the run id; nothing else is.

import type { Rule } from '@coldhunt/rules';
import type { Waiver } from './waivers.ts';

/** What the time in an object's key means (architecture.md, archive-layouts.md). */
export type LayoutTime = 'event' | 'first-record' | 'arrival';

export interface ArchiveQuestion {
  /** `s3://bucket/prefix` or `file:///folder/`. */
  readonly uri: string;
  /** Name in coldhunt.yaml (`@prod`); each process finds region, endpoint and role under it in its own configuration. */
  readonly name: string | null;
  readonly layout: string | null;
  readonly layout_time: LayoutTime;
  readonly layout_slack_ms: number;
  readonly layout_tz: string;
  /** Index that the archive's events count as, where the event does not say; null: unknown. */
  readonly index: string | null;
  readonly include_keys: readonly string[];
  readonly exclude_keys: readonly string[];
  /** How often objects are expected to hold events (`--expect`): a gap makes coverage incomplete. Absent: nothing is expected. */
  readonly expect?: 'hourly' | 'daily';
}

export interface ExceptionItemFile {
  /** Kibana exception lists and items (parsed export lines), and value lists by id. */
  readonly lists: readonly unknown[];
  readonly items: readonly unknown[];
  readonly value_lists: Readonly<Record<string, { readonly type: string; readonly values: readonly string[] }>>;
}

export interface RunOptions {
  readonly time_field: string;
  readonly new_terms_fields: readonly string[] | null;
  readonly term_fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly index_patterns: 'known' | 'ignore';
  readonly dedupe: boolean;
  readonly full_rule: boolean;
  readonly max_alerts: number | null;
  readonly max_malformed: number;
  readonly max_gap_ms: number;
  readonly max_line_bytes: number;
  readonly validate_lines: boolean;
  readonly prefilter: boolean;
  readonly ignore_exceptions: boolean;
  readonly ignore_suppression: boolean;
  /** Mode `parity`: how far executions stand from the multiples of a rule's interval since 1970. Absent: they stand on them. */
  readonly schedule_offset_ms?: number;
  /** How far an event's time may lie from when it was ingested, else from its key's, before it is told of. Absent, in runs of before: it is not looked at. */
  readonly max_skew_ms?: number;
  /** Known-bad objects and lines. Absent: none. */
  readonly waivers?: readonly Waiver[];
  readonly exclude_queries: readonly string[];
  /** Field type overrides as given with --field-types; `only_field_types` closes the mapping. */
  readonly field_types: Readonly<Record<string, string>>;
  readonly only_field_types: boolean;
}

/**
 * What makes a hunt a night of a watch: it reads once what later nights will need too, and reduces it together with what earlier nights
 * have left (`carried.json` in its run folder).
 */
export interface WatchQuestion {
  /** ISO instant, not after `from`: what is read counts as range from here on, so that late events can still change alerts. */
  readonly rescan_from: string;
  /** SHA-256 of carried.json; null: the first night, which rests on nothing. */
  readonly carried: string | null;
  /** Rules that earlier nights did not have, or had with another meaning: they alone read again what was read before. */
  readonly rules_anew: readonly string[];
  /** By rule id, of rules whose alerts depend on the ones before (threshold, suppression): where they are worked out from. Absent: none. */
  readonly bases?: Readonly<Record<string, RuleBase>>;
}

/** What is before is settled: it is not worked out again, and nothing that arrives there counts. */
export interface RuleBase {
  /** ISO instant. */
  readonly from: string;
  /** The rule's first: a hunt begins there, which knows no alert before. Else earlier nights have left what stood there. */
  readonly is_first: boolean;
}

/** The question proper: what the run id is the hash of (canonical JSON, SHA-256 hex). */
export interface Question {
  readonly semantics_revision: number;
  /** `both`: in one pass what each would give; the answer proper is that of `complete`. */
  readonly mode: 'complete' | 'parity' | 'both';
  /** ISO instants (milliseconds); null: open. */
  readonly from: string | null;
  readonly to: string | null;
  readonly archives: readonly ArchiveQuestion[];
  readonly rules: readonly { readonly hash: string; readonly rule: Rule }[];
  readonly exceptions: ExceptionItemFile;
  readonly options: RunOptions;
  /** Absent: a hunt by itself. */
  readonly watch?: WatchQuestion;
}

export interface RunFile {
  readonly format: number;
  readonly run_id: string;
  /** Grows with --clobber and resume --retry; part of job ids, outside the run id. */
  readonly generation: number;
  readonly question: Question;
  /** Hash the stored bytes of every object for the manifest (`--hash-objects`). Outside the run id. Absent: no. */
  readonly hash_objects?: boolean;
  /** Prove with synthetic matches that the rules could have fired (`--canary`). Outside the run id. Absent: no. */
  readonly canary?: boolean;
  /** Keep so many events of each rule that fail by one clause (`--near-misses`). Outside the run id. Absent: none. */
  readonly near_misses?: number;
  /** The manifest of an S3 Inventory that the archive is listed from (`--inventory`). Outside the run id. Absent: the store lists. */
  readonly inventory?: string;
  /** Rules that were asked for in a folder or export and cannot run, for summary.json. Outside the run id. */
  readonly rules_left_out: readonly {
    readonly file: string;
    readonly rule_id: string | null;
    readonly name: string | null;
    readonly state: 'unsupported' | 'invalid';
    readonly reason: string;
  }[];
}

export { parseWaivers, waiversOf, type ActiveWaivers, type Waiver } from './waivers.ts';
export { compileHistoryStart } from './history-start.ts';
export {
  longestWindow,
  planWindowOf,
  scanWindowOf,
  toPlace,
  windowOf,
  type Place,
  type RuleWindow,
} from './rule-window.ts';
export {
  DEFAULT_OPTIONS,
  DEFAULT_SLACK_MS,
  createQuestion,
  type ArchiveInput,
  type QuestionInput,
} from './create-question.ts';
export { liesWithin } from './check-archive-uris.ts';
export { openRun, reopenRun, type OpenRunOptions, type OpenedRun } from './open-run.ts';
export { parseInstantText } from './parse-instant-text.ts';
export { resolveRange, type RangeInput, type ResolvedRange } from './resolve-range.ts';
export { RUN_PATH, checkFormat, readRun, writeRun } from './run-files.ts';
export { ruleHashOf, runIdOf } from './run-id.ts';
export { questionSchema, runFileSchema } from './run-schema.ts';
export { finishedRun, type FinishedRun } from './run-state.ts';
export { edgeOf, restsOnAlerts } from './rule-edge.ts';
export { heldFor, suppressionOf, type Suppression } from './suppression.ts';
export { compileTicks, type Ticks } from './ticks.ts';
export { compileLiveSchedule, firstExecution, whyNotLive, type LiveSchedule } from './live-schedule.ts';
export { compileRuleTime, type RuleTime } from './rule-time.ts';
