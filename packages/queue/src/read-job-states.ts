// Where jobs are, read in one round trip for many.

import type { Redis } from 'ioredis';
import type { Queue } from 'bullmq';

export type JobState = 'missing' | 'alive' | 'completed' | 'failed';

/** A queue, and a connection for what BullMQ does not ask in one go. */
export interface OpenQueue {
  readonly queue: Queue;
  readonly redis: Redis;
}

/** In the order of the ids. */
export async function readJobStates(
  { queue, redis }: OpenQueue,
  jobIds: readonly string[],
): Promise<readonly JobState[]> {
  if (jobIds.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of jobIds) {
    pipeline.exists(queue.toKey(id));
    pipeline.zscore(queue.toKey('completed'), id);
    pipeline.zscore(queue.toKey('failed'), id);
  }
  const answers = (await pipeline.exec()) ?? [];
  return jobIds.map((_, index) => {
    const [exists, completed, failed] = answers.slice(3 * index, 3 * index + 3).map(valueOf);
    if (exists !== 1) return 'missing';
    if (failed !== null && failed !== undefined) return 'failed';
    return completed !== null && completed !== undefined ? 'completed' : 'alive';
  });
}

function valueOf([error, value]: readonly [Error | null, unknown]): unknown {
  if (error !== null) throw error;
  return value;
}
