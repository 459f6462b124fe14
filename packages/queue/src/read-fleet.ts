// What Redis knows of the fleet as a whole: how much waits, which processes are connected, and what each of them is doing.

import type { Job, Queue } from 'bullmq';
import { shardProgressSchema } from './create-shard-worker.ts';
import { throttleKey } from './fleet-keys.ts';
import { DEFAULT_PREFIX, QUEUES, shardJobSchema, type QueueName } from './jobs.ts';
import { withQueues, type QueueAccess } from './submit-hunt.ts';

/** More shards than these at work are counted and not told one by one. */
const MOST_ACTIVE = 500;
const UNREAD = { bytes: 0, events: 0, matches: 0 };

export interface QueueState {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  /** Connected to take its jobs; null where the server does not tell. */
  readonly processes: number | null;
}

/** A shard that a worker has at the moment. */
export interface ActiveShard {
  /** Of its hunt, as `huntJobId` gives it. */
  readonly huntId: string;
  readonly shardId: string;
  /** `host:pid`; null: an older version has it. */
  readonly worker: string | null;
  readonly startedAtMs: number | null;
  /** How often it was started, this time included. */
  readonly attempt: number;
  /** As its worker last told. */
  readonly bytes: number;
  readonly events: number;
  readonly matches: number;
}

export interface Fleet {
  readonly queues: Readonly<Record<QueueName, QueueState>>;
  /** At most 500, the oldest first. */
  readonly active: readonly ActiveShard[];
  /** How often shards were put back because the storage asked for less, since Redis began to count. */
  readonly throttles: number;
}

/** A few commands, whatever waits there. Waits while the server is away. */
export async function readFleet(access: QueueAccess): Promise<Fleet> {
  const redis = access.redis.open();
  try {
    return await withQueues(access, async (open) => {
      const names = Object.values(QUEUES);
      const queues = new Map(names.map((name) => [name, open(name)]));
      const states = await Promise.all(names.map(async (name) => [name, await stateOf(queues.get(name))] as const));
      const jobs = (await queues.get(QUEUES.shards)?.getActive(0, MOST_ACTIVE - 1)) ?? [];
      const throttles = Number((await redis.get(throttleKey(access.prefix ?? DEFAULT_PREFIX))) ?? 0);
      return {
        queues: Object.fromEntries(states) as Record<QueueName, QueueState>,
        active: jobs.flatMap(toActive),
        throttles: Number.isFinite(throttles) ? throttles : 0,
      };
    });
  } finally {
    access.redis.end(redis);
  }
}

async function stateOf(queue: Queue | undefined): Promise<QueueState> {
  const counts = (await queue?.getJobCounts('wait', 'prioritized', 'active', 'delayed', 'failed')) ?? {};
  const processes = (await queue?.getWorkersCount().catch(() => null)) ?? null;
  return {
    waiting: (counts['wait'] ?? 0) + (counts['prioritized'] ?? 0),
    active: counts['active'] ?? 0,
    delayed: counts['delayed'] ?? 0,
    failed: counts['failed'] ?? 0,
    processes,
  };
}

/** A job that is none of ours, or went meanwhile, is passed over. */
function toActive(job: Job | undefined): readonly ActiveShard[] {
  const payload = shardJobSchema.safeParse(job?.data);
  const { id } = job ?? {};
  if (job === undefined || id === undefined || !payload.success) return [];
  const progress = shardProgressSchema.safeParse(job.progress);
  return [
    {
      huntId: id.slice(0, -payload.data.shard_id.length - 1),
      shardId: payload.data.shard_id,
      worker: job.processedBy ?? null,
      startedAtMs: job.processedOn ?? null,
      attempt: job.attemptsStarted,
      ...(progress.success ? progress.data : UNREAD),
    },
  ];
}
