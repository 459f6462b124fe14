// The shape of a rule as Elastic's API has it: what Kibana requires is required. Every field that it exports is known; an unknown one is a
// misspelling.

import { z } from 'zod';

const text = z.string();
const texts = z.array(z.string());
const RISK_SCORE = 'expected a whole number from 0 to 100';
const NEW_TERMS_FIELDS = 'expected 1 to 3 fields';
const severity = z.enum(['low', 'medium', 'high', 'critical']);

const threat = z.looseObject({
  framework: text,
  tactic: z.looseObject({ id: text, name: text, reference: text }),
  technique: z
    .array(
      z.looseObject({
        id: text,
        name: text,
        reference: text,
        subtechnique: z.array(z.looseObject({ id: text, name: text, reference: text })).optional(),
      }),
    )
    .optional(),
});

/** What coldhunt uses of a rule, whatever its type. */
const used = {
  rule_id: text.min(1),
  name: text.min(1),
  description: text.min(1),
  type: text,
  language: text.optional(),
  query: text.default(''),
  filters: z.array(z.unknown()).default([]),
  index: texts.default([]),
  data_view_id: text.optional(),
  from: text.default('now-6m'),
  to: text.default('now'),
  interval: text.default('5m'),
  max_signals: z.int().min(1).default(100),
  severity,
  severity_mapping: z
    .array(z.object({ field: text, operator: z.literal('equals'), value: text, severity }))
    .default([]),
  risk_score: z.int(RISK_SCORE).min(0, RISK_SCORE).max(100, RISK_SCORE),
  risk_score_mapping: z.array(z.object({ field: text, operator: z.literal('equals'), value: text })).default([]),
  rule_name_override: text.optional(),
  building_block_type: text.optional(),
  timestamp_override: text.optional(),
  timestamp_override_fallback_disabled: z.boolean().optional(),
  exceptions_list: z
    .array(
      z.object({
        id: text.min(1),
        list_id: text.min(1),
        type: text.min(1),
        namespace_type: z.enum(['agnostic', 'single']),
      }),
    )
    .default([]),
  threat: z.array(threat).default([]),
  tags: texts.default([]),
  references: texts.default([]),
  author: texts.default([]),
  false_positives: texts.default([]),
  license: text.optional(),
  note: text.optional(),
  setup: text.optional(),
  version: z.int().min(1).default(1),
  enabled: z.boolean().optional(),
  immutable: z.boolean().optional(),
  revision: z.int().min(0).optional(),
  namespace: text.optional(),
  throttle: text.optional(),
  actions: z.array(z.unknown()).optional(),
  created_at: text.optional(),
  created_by: text.optional(),
  updated_at: text.optional(),
  updated_by: text.optional(),
  investigation_fields: z.unknown().optional(),
  timeline_id: text.optional(),
  timeline_title: text.optional(),
  meta: z.record(z.string(), z.unknown()).optional(),
  alert_suppression: z
    .object({
      group_by: texts.default([]),
      duration: z.object({ value: z.int().min(1), unit: z.enum(['s', 'm', 'h']) }).optional(),
      missing_fields_strategy: z.enum(['suppress', 'doNotSuppress']).default('suppress'),
    })
    .optional(),
  threshold: z
    .object({
      // Kibana's own form has one field, or '' for none.
      field: z.union([text.transform((field) => (field === '' ? [] : [field])), texts]),
      value: z.int().min(1),
      cardinality: z
        .array(z.object({ field: text.min(1), value: z.int().min(0) }))
        .max(1)
        .default([]),
    })
    .optional(),
  event_category_override: text.optional(),
  timestamp_field: text.optional(),
  tiebreaker_field: text.optional(),
  new_terms_fields: texts.min(1, NEW_TERMS_FIELDS).max(3, NEW_TERMS_FIELDS).optional(),
  history_window_start: text.optional(),
} as const;

/** What Kibana writes beside it, and fields of other rule types: known, and left aside. */
const KNOWN_ELSEWHERE = [
  'id',
  'output_index',
  'outcome',
  'alias_target_id',
  'alias_purpose',
  'related_integrations',
  'required_fields',
  'execution_summary',
  'rule_source',
  'response_actions',
  'saved_id',
  'threat_query',
  'threat_mapping',
  'threat_index',
  'threat_language',
  'threat_filters',
  'threat_indicator_path',
  'concurrent_searches',
  'items_per_search',
  'anomaly_threshold',
  'machine_learning_job_id',
  'new_terms',
  'transform',
] as const;

export const ruleSchema = z.strictObject({
  ...used,
  ...Object.fromEntries(KNOWN_ELSEWHERE.map((name) => [name, z.unknown().optional()])),
});

export const KNOWN_FIELDS: readonly string[] = [...Object.keys(used), ...KNOWN_ELSEWHERE];

/** The names of the fields that a Rule keeps. */
export const USED_FIELDS: readonly string[] = Object.keys(used);
