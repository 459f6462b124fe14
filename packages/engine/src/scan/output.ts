// scan/: what one shard gave. Every field is a function of the archive's bytes and the question alone.

import type { Coordinates } from '@coldhunt/formats';
import type { ExplainedClause, GroupValue, Term } from '@coldhunt/rules';
import type { Document } from '@coldhunt/core';
import type { StoredClass } from './event-classes.ts';
import type { Skew } from './event-skew.ts';

export type Evidence = {
  readonly uri: string;
  readonly etag: string;
  readonly version_id: string | null;
} & Coordinates;

/**
 * One match of one rule with one term tuple (query rules: without). Sorted in a matches file by (rule, partition key, time, tie):
 * partition key = termKey of new-terms and threshold rules, copy hash of query rules and of matches without terms; tie = (copy_hash, id, uri, position).
 */
export interface Match {
  readonly rule_id: string;
  readonly place: 'history' | 'range';
  /**
   * Why no memory sees it: an exception item matched it, or it lacks a value to be remembered by. It stands in `coldhunt matches` alone;
   * its event and explanation are not kept. Of excepted ones the first 1,000 of a shard and rule are there, each with its first terms.
   * Absent: the reducer decides on it.
   */
  readonly aside?:
    | { readonly kind: 'excepted'; readonly item: string }
    | { readonly kind: 'unkeyed' }
    // Told beside the match itself, which may lie anywhere; its event is kept, for skewed.ndjson.
    | ({ readonly kind: 'skewed' } & Skew);
  /** Effective time, floor of milliseconds. */
  readonly time_ms: number;
  /** Mode `parity`: how executions come upon the event. Absent: in mode `complete`. */
  readonly seen?: {
    /** When it could be searched (`event.ingested`), floor of milliseconds; null: nothing says it. */
    readonly ms: number | null;
    /** Whether the rule's `timestamp_override` is absent, so that `@timestamp` is its effective time. */
    readonly is_fallback: boolean;
  };
  /** Mode `both`: the live rule sees the event at the same time and place, and the match is one of both modes. Absent: of one. */
  readonly is_shared?: true;
  /** `@timestamp` of the event as ISO in milliseconds; null when absent. */
  readonly original_time: string | null;
  readonly terms: readonly Term[] | null;
  /** Canonical typed text of `terms`; `''` for query rules, and of the one bucket of a threshold rule without fields. A new-terms match without terms has null terms and key `''` and goes to unkeyed. */
  readonly term_key: string;
  /** Values of a threshold rule's cardinality field; null: the rule counts none. */
  readonly distinct: readonly Term[] | null;
  /** In how many buckets of a threshold rule its event stands, as it has several values of a grouped field. Absent: in one. */
  readonly bucket_count?: number;
  /** The groups of alert suppression that its alert is in: values in the order of the rule's fields. Absent: it is not suppressed. */
  readonly groups?: readonly (readonly GroupValue[])[];
  readonly copy_hash: string;
  /** From 1, of a copy that the reducer raises an alert for (`--no-dedupe`): which one of its event it is. Absent: the first, or no such alert. */
  readonly copy_number?: number;
  readonly id: string | null;
  readonly index: string | null;
  /** Names that a term may stand for: values of host.name and agent.id, to warn of cloned host ids. */
  readonly host_names: readonly string[];
  readonly agent_ids: readonly string[];
  readonly evidence: Evidence;
  readonly position: number;
  /** Number of the event among the shard's kept events; null for history and what stands aside, whose events are not kept. */
  readonly event: number | null;
  readonly explanation: readonly ExplainedClause[];
}

/** A kept event: once per shard, however many rules it matches. */
export interface KeptEvent {
  readonly event: number;
  readonly document: Document;
}

/** matches.total = the sum of the other six. */
export interface RuleMatchCounts {
  total: number;
  in_history: number;
  in_range: number;
  outside: number;
  without_time: number;
  other_index: number;
  excepted: number;
}

export interface ObjectRecord {
  readonly uri: string;
  readonly etag: string;
  readonly version_id: string | null;
  readonly archive: number;
  /** Stored bytes that the shard owns of it, and the object's size. */
  readonly bytes: number;
  readonly size: number;
  readonly range: { readonly from: number; readonly to: number } | null;
  readonly state: 'scanned' | 'skipped' | 'failed';
  /** skipped: the reason (`empty`, `refused: avro`); failed: the code and message. */
  readonly reason: string | null;
  readonly message: string | null;
  readonly compression: string;
  readonly framing: string;
  readonly envelopes: Readonly<Record<string, number>>;
  readonly columns: Readonly<Record<string, string | null>>;
  /** SHA-256 of the stored bytes that the shard owns, where the run asks for it and they could be read; else absent. */
  readonly sha256?: string;
  readonly decompressed_bytes: number;
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
  readonly malformed_samples: readonly {
    readonly line: number;
    readonly offset: number;
    readonly code: string;
    readonly error: string;
    /** Of its bytes, where they were held: what a waiver names. */
    readonly sha256?: string;
  }[];
  /** Malformed lines that a waiver of the run names, by their SHA-256. Absent: none. */
  readonly waived_lines?: Readonly<Record<string, number>>;
  /** What the key says of its event time, as planned; null: nothing. Milliseconds, [from, to). */
  readonly key_time: { readonly from: number; readonly to: number } | null;
  /** First and last plausible event time among sample lines (or statistics, or the key's event time); null: none. Milliseconds. */
  readonly covers: { readonly from: number; readonly to: number } | null;
  readonly implausible_times: number;
  /** Per day (`2026-02-01`): sample events, and how many of them had each needed field; whether all of the day's lines here were parsed. */
  readonly census: Readonly<
    Record<
      string,
      {
        readonly events: number;
        readonly fields: Readonly<Record<string, number>>;
        readonly all: boolean;
        /** The same events by index and kind, where rules tell events apart by those; `has` goes by the order of `fields`. */
        readonly classes?: readonly StoredClass[];
      }
    >
  >;
}

/** An event in range that fails a rule by one clause. */
export interface NearMiss {
  readonly rule_id: string;
  readonly time_ms: number;
  readonly position: number;
  readonly differs_in: ExplainedClause;
  readonly evidence: Evidence;
  /** The event as it was read; null: it is too long to be kept. */
  readonly text: string | null;
}

/** Events of which it is not known whether a rule matches them. */
export interface Unevaluated {
  readonly events: number;
  readonly first: string;
}

/** scan/<shard-id>.ledger.json (state ok), or scan/<shard-id>.failed-<generation>.json (some object failed: its readable part counts). */
export interface ShardRecord {
  readonly format: number;
  readonly semantics_revision: number;
  readonly shard_id: string;
  readonly sequence: number;
  readonly state: 'ok' | 'failed';
  readonly objects: readonly ObjectRecord[];
  readonly matches: Readonly<Record<string, RuleMatchCounts>>;
  /** Exception item id -> events that it excepted, by rule. */
  readonly excepted: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** By rule: events whose values its query could not take (EQL_ARITHMETIC, EQL_COMBINATIONS), and what was wrong with the first. Absent: none. */
  readonly unevaluated?: Readonly<Record<string, Unevaluated>>;
  /** By rule: matches whose time cannot be believed. Absent: none. */
  readonly skewed?: Readonly<Record<string, number>>;
  /** Where the run asks for them: the first of each rule. Absent: it does not. */
  readonly near_misses?: readonly NearMiss[];
  /** Matching events without a usable time: the first 10 by rule and position. */
  readonly without_time_samples: readonly { readonly rule_id: string; readonly evidence: Evidence }[];
  readonly warnings: readonly string[];
  /** Where the matches are: inline when few, else in files named by their content, each sorted by itself. */
  readonly stored:
    | { readonly kind: 'inline'; readonly matches: readonly Match[]; readonly events: readonly KeptEvent[] }
    | { readonly kind: 'files'; readonly files: readonly MatchesFile[] };
}

/** A sorted run of matches with the events that they point to. A shard with many matches leaves several: its memory is bounded. */
export interface MatchesFile {
  readonly path: string;
  /** Of the text before compression. */
  readonly sha256: string;
  readonly matches: number;
  readonly events: number;
}

/** What looking at a rule took: events that it was looked at for, and seconds as estimated from some of them. */
export interface RuleEffort {
  readonly rule_id: string;
  readonly candidates: number;
  readonly seconds: number;
}

/** scan/<shard-id>.stats-<n>.json: how the work went. No result reads it. */
export interface ShardStats {
  readonly shard_id: string;
  readonly worker: string;
  readonly attempt: number;
  readonly started_at: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly decompressed_bytes: number;
  readonly events: number;
  readonly peak_rss_bytes: number;
  /** The rules that were looked at, the costliest first; at most 2,000. */
  readonly rules: readonly RuleEffort[];
}

export { KIND_FIELDS, describeKind, fitsKind, kindFieldsOf } from './event-classes.ts';
export { compareMatches, isUnkeyed, orderKey, partitionKey } from './match-order.ts';
export { compareNearMisses } from './near-misses.ts';
export { encodeEvent, encodeMatch, toGroup, toMatch } from './match-codec.ts';
export { readEvents, readMatches, readMatchesWhole, writeMatchesStream } from './matches-file.ts';
export { encodeLines, readLines } from './line-blocks.ts';
export { encodeShardRecord, parseShardRecord, shardRecordSchema } from './record-codec.ts';
export { failedPath, ledgerPath, listRecords, readRecord, statsPath, type RecordPath } from './list-records.ts';
