// What stands in a job. Every payload is read back through its schema: Redis is not trusted.

import { InputError } from '@coldhunt/core';
import { z } from 'zod';

/** Names of the queues, below the prefix. */
export const QUEUES = { shards: 'shards', hunts: 'hunts', reduce: 'reduce', partitions: 'partitions' } as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

export const DEFAULT_PREFIX = 'coldhunt';

const run = {
  format: z.literal(1),
  run_uri: z.string().min(1).max(4096),
  run_id: z.string().regex(/^[0-9a-f]{64}$/),
  generation: z.number().int().nonnegative(),
};

/** Names a shard of the run's plan, and what it is stands only there: a shard can be large, and Redis is not trusted. */
export const shardJobSchema = z.strictObject({
  ...run,
  shard_id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Index into plan/done.json's parts: finds the shard without reading the whole plan. */
  part: z.number().int().nonnegative(),
});

export const huntJobSchema = z.strictObject({
  ...run,
  /** Shards of a hunt of weight 2 are begun twice as often as those of weight 1. */
  weight: z.number().int().min(1).max(100),
  retry: z.strictObject({ failed: z.boolean(), archived: z.boolean() }),
  /** When the hunt was asked for, in milliseconds. */
  started_at_ms: z.number().int().nonnegative(),
  /** Parts of the reduction. */
  partitions: z.number().int().min(1).max(4096),
  limits: z.strictObject({
    max_bytes: z.number().nonnegative().optional(),
    max_cost: z.number().nonnegative().optional(),
  }),
});

/** One part of a reduction. */
export const partitionJobSchema = z.strictObject({
  ...run,
  /** From 0. */
  number: z.number().int().nonnegative(),
  of: z.number().int().min(1).max(4096),
});

export type PartitionJob = z.infer<typeof partitionJobSchema>;
export type ShardJob = z.infer<typeof shardJobSchema>;
export type HuntJob = z.infer<typeof huntJobSchema>;

/** The same shard of the same generation has the same id: adding it twice is adding it once. Holds no ':', which BullMQ forbids. */
export function shardJobId(runId: string, generation: number, shardId: string): string {
  return `${huntJobId(runId, generation)}-${shardId}`;
}

export function huntJobId(runId: string, generation: number): string {
  return `${runId.slice(0, 32)}-${generation}`;
}

export function partitionJobId(
  runId: string,
  generation: number,
  { number, of }: { number: number; of: number },
): string {
  return `${huntJobId(runId, generation)}-part-${number}-of-${of}`;
}

/** Throws InputError OPTION_INVALID. */
export function checkPrefix(prefix: string): string {
  if (/^[A-Za-z0-9._:{}-]{1,100}$/.test(prefix)) return prefix;
  throw new InputError(
    'OPTION_INVALID',
    `--queue-prefix "${prefix}": expected 1 to 100 letters, digits and . _ - : { }`,
  );
}
