// A detection rule in the shape of Elastic's API (snake_case, as in a Kibana export), normalised from any file format. It is
// plain JSON: run.json carries it to every process.

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export interface SeverityMapping {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
  readonly severity: Severity;
}

export interface RiskScoreMapping {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

export interface ExceptionListReference {
  readonly id?: string;
  readonly list_id: string;
  readonly type: string;
  readonly namespace_type: string;
}

/** Buckets of events: those with at least `value` events (and `cardinality` distinct values of a field) alert (semantics.md 5.2). */
export interface Threshold {
  /** 0 to n fields; without any, all events are one bucket. */
  readonly field: readonly string[];
  readonly value: number;
  /** At most one. */
  readonly cardinality: readonly { readonly field: string; readonly value: number }[];
}

/** Which alerts are one (semantics.md 5.3). Threshold rules: `duration` alone, grouped by their own fields. */
export interface AlertSuppression {
  readonly group_by: readonly string[];
  /** Absent: one execution of the rule. */
  readonly duration?: { readonly value: number; readonly unit: 's' | 'm' | 'h' };
  readonly missing_fields_strategy: 'suppress' | 'doNotSuppress';
}

/** A rule that coldhunt runs; `eql` rules are in the language `eql`, all others in `kuery`. Absent optional fields are absent, not null. */
export interface Rule {
  readonly rule_id: string;
  /** Ours: the id that its alerts in an archive bear, of a rule that a hunt runs under another. Absent: `rule_id`. */
  readonly raises_as?: string;
  readonly name: string;
  readonly description: string;
  readonly type: 'query' | 'new_terms' | 'eql' | 'threshold';
  readonly language: 'kuery' | 'eql';
  readonly query: string;
  readonly filters: readonly unknown[];
  readonly index: readonly string[];
  readonly new_terms_fields?: readonly string[];
  readonly history_window_start?: string;
  readonly threshold?: Threshold;
  /** EQL: the field of an event's category; default `event.category`. */
  readonly event_category_override?: string;
  /** EQL: orders events, and decides nothing else; default `@timestamp`. */
  readonly timestamp_field?: string;
  readonly tiebreaker_field?: string;
  readonly timestamp_override?: string;
  readonly timestamp_override_fallback_disabled?: boolean;
  readonly from: string;
  readonly to: string;
  readonly interval: string;
  readonly max_signals: number;
  readonly severity: Severity;
  readonly severity_mapping: readonly SeverityMapping[];
  readonly risk_score: number;
  readonly risk_score_mapping: readonly RiskScoreMapping[];
  readonly rule_name_override?: string;
  readonly building_block_type?: string;
  readonly exceptions_list: readonly ExceptionListReference[];
  readonly threat: readonly unknown[];
  readonly tags: readonly string[];
  readonly references: readonly string[];
  readonly author: readonly string[];
  readonly false_positives: readonly string[];
  readonly license?: string;
  readonly note?: string;
  readonly setup?: string;
  readonly version: number;
  readonly enabled?: boolean;
  /** What Kibana keeps of the rule's life; alerts carry it. */
  readonly immutable?: boolean;
  readonly revision?: number;
  readonly namespace?: string;
  readonly throttle?: string;
  readonly actions?: readonly unknown[];
  readonly created_at?: string;
  readonly created_by?: string;
  readonly updated_at?: string;
  readonly updated_by?: string;
  readonly investigation_fields?: unknown;
  readonly timeline_id?: string;
  readonly timeline_title?: string;
  readonly meta?: Readonly<Record<string, unknown>>;
  readonly alert_suppression?: AlertSuppression;
  readonly data_view_id?: string;
}
