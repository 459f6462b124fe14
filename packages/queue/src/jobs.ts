// What stands in a job. Every payload is read back through its schema: Redis is not trusted.

import { createHash } from 'node:crypto';
import { InputError } from '@coldhunt/core';
import { pricesSchema } from '@coldhunt/engine';
import { z } from 'zod';

/** Names of the queues, below the prefix. */
export const QUEUES = {
  shards: 'shards',
  hunts: 'hunts',
  reduce: 'reduce',
  partitions: 'partitions',
  watches: 'watches',
} as const;
export type QueueName = (typeof QUEUES)[keyof typeof QUEUES];

export const DEFAULT_PREFIX = 'coldhunt';

/** Raised when a payload holds what an older version would not understand. */
export const JOB_FORMAT = 1;

const run = {
  format: z.literal(JOB_FORMAT),
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
  /** Absent: the planner's own price file. */
  prices: pricesSchema.optional(),
  route: z.string().max(200).optional(),
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

/** Reads a payload. Throws InputError JOB_FORMAT_NEWER for one that a newer version made, RUN_INVALID for one that is none. */
export function parsePayload<Payload>(schema: z.ZodType<Payload>, data: unknown, jobId: string): Payload {
  const { format } = z.looseObject({ format: z.number() }).safeParse(data).data ?? { format: 0 };
  if (format > JOB_FORMAT) {
    throw new InputError(
      'JOB_FORMAT_NEWER',
      `the job ${jobId} has format ${format}, this version of coldhunt knows up to ${JOB_FORMAT}: it is left to newer ones`,
      { details: { job: jobId, format, known: JOB_FORMAT } },
    );
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new InputError('RUN_INVALID', `the job ${jobId} does not hold what this version of coldhunt understands`, {
    details: { job: jobId, problems: parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) },
  });
}

/** What tells one hunt from another. */
export interface HuntName {
  readonly runId: string;
  readonly generation: number;
  /** The run folder, spelled in one way: one question may be asked into two, and each gets its answer. */
  readonly folder: string;
}

/** The same hunt has the same id: adding it twice is adding it once. Holds no ':', which BullMQ forbids. */
export function huntJobId({ runId, generation, folder }: HuntName): string {
  return `${runId.slice(0, 32)}-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}-${generation}`;
}

/** `huntId`: as `huntJobId` gives it. */
export function shardJobId(huntId: string, shardId: string): string {
  return `${huntId}-${shardId}`;
}

/** `huntId`: as `huntJobId` gives it. */
export function partitionJobId(huntId: string, { number, of }: { number: number; of: number }): string {
  return `${huntId}-part-${number}-of-${of}`;
}

/** Throws InputError OPTION_INVALID. */
export function checkPrefix(prefix: string): string {
  if (/^[A-Za-z0-9._:{}-]{1,100}$/.test(prefix)) return prefix;
  throw new InputError(
    'OPTION_INVALID',
    `--queue-prefix "${prefix}": expected 1 to 100 letters, digits and . _ - : { }`,
  );
}
