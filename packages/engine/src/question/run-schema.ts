// The shape of run.json as it is read back. What lies beyond the shape (rules, exceptions) is read by `rules`, which checks it again.

import { z } from 'zod';
import { waiverSchema } from './waivers.ts';

const count = z.number().int().nonnegative();
const text = z.string();
const json = z.unknown();

const archive = z.strictObject({
  uri: text.min(1),
  name: text.nullable(),
  layout: text.nullable(),
  layout_time: z.enum(['event', 'first-record', 'arrival']),
  layout_slack_ms: count,
  layout_tz: text,
  index: text.nullable(),
  include_keys: z.array(text),
  exclude_keys: z.array(text),
  expect: z.enum(['hourly', 'daily']).optional(),
});

const rule = z.looseObject({
  rule_id: text.min(1),
  name: text,
  type: z.enum(['query', 'new_terms', 'threshold', 'eql']),
  language: z.enum(['kuery', 'eql']),
  query: text,
});

const exceptions = z.strictObject({
  lists: z.array(json),
  items: z.array(json),
  value_lists: z.record(text, z.strictObject({ type: text, values: z.array(text) })),
});

const options = z.strictObject({
  time_field: text.min(1),
  new_terms_fields: z.array(text).nullable(),
  term_fallbacks: z.record(text, z.array(text)),
  index_patterns: z.enum(['known', 'ignore']),
  dedupe: z.boolean(),
  full_rule: z.boolean(),
  max_alerts: count.nullable(),
  max_malformed: count,
  max_gap_ms: count,
  max_line_bytes: count.positive(),
  validate_lines: z.boolean(),
  prefilter: z.boolean(),
  ignore_exceptions: z.boolean(),
  // Absent in runs of before it was applied.
  ignore_suppression: z.boolean().optional(),
  schedule_offset_ms: z.number().int().optional(),
  max_skew_ms: count.optional(),
  waivers: z.array(waiverSchema).min(1).optional(),
  exclude_queries: z.array(text),
  field_types: z.record(text, text),
  only_field_types: z.boolean(),
});

export const questionSchema = z.strictObject({
  semantics_revision: count,
  mode: z.enum(['complete', 'parity', 'both']),
  from: z.iso.datetime().nullable(),
  to: z.iso.datetime().nullable(),
  archives: z.array(archive).min(1),
  rules: z.array(z.strictObject({ hash: text.regex(/^[0-9a-f]{64}$/), rule })).min(1),
  exceptions,
  options,
  watch: z
    .strictObject({
      rescan_from: z.iso.datetime(),
      carried: text.regex(/^[0-9a-f]{64}$/).nullable(),
      rules_anew: z.array(text),
      bases: z.record(text, z.strictObject({ from: z.iso.datetime(), is_first: z.boolean() })).optional(),
    })
    .optional(),
});

export const runFileSchema = z.strictObject({
  format: count,
  run_id: text.regex(/^[0-9a-f]{64}$/),
  generation: count,
  question: questionSchema,
  hash_objects: z.boolean().optional(),
  canary: z.boolean().optional(),
  near_misses: count.optional(),
  inventory: text.optional(),
  rules_left_out: z.array(
    z.strictObject({
      file: text,
      rule_id: text.nullable(),
      name: text.nullable(),
      state: z.enum(['unsupported', 'invalid']),
      reason: text,
    }),
  ),
});
