// The shape of what a plan leaves: its lines, and plan/done.json.

import { z } from 'zod';

const count = z.number().int().nonnegative();
const range = z.strictObject({ from: count, to: count }).nullable();
const hex = (digits: number): z.ZodString => z.string().regex(new RegExp(`^[0-9a-f]{${digits}}$`));

const skipReasonSchema = z.enum([
  'empty',
  'folder-marker',
  'not-events',
  'run-folder',
  'symbolic-link',
  'special-file',
  'read-before',
  'excluded',
  'time',
  'archived',
  'not-included',
]);

const keyTime = z.strictObject({ from: z.number().int(), to: z.number().int() });

export const shardSchema = z.strictObject({
  id: hex(32),
  sequence: count,
  objects: z
    .array(
      z.strictObject({
        uri: z.string().min(1),
        size: count,
        etag: z.string(),
        archive: count,
        range,
        key_time: keyTime.nullable(),
        key_span: keyTime.optional(),
      }),
    )
    .min(1),
  bytes: count,
  rules: z.array(z.string()).min(1).nullable(),
});

export const planLineSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('shard'), shard: shardSchema }),
  z.strictObject({
    kind: z.literal('skipped'),
    object: z.strictObject({
      uri: z.string().min(1),
      reason: skipReasonSchema,
      bytes: count,
      etag: z.string().optional(),
    }),
  }),
]);

const sums = z.strictObject({ objects: count, bytes: count });

export const planDoneSchema = z.strictObject({
  format: count,
  run_id: hex(64),
  semantics_revision: count,
  parts: z.array(z.string().regex(/^[0-9a-f]{64}\.ndjson\.zst$/)),
  listed_at: z.iso.datetime(),
  shards: count,
  listed: sums,
  selected: sums,
  skipped: z.partialRecord(skipReasonSchema, sums),
  warnings: z.array(z.string()),
});
