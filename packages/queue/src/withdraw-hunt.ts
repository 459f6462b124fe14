// A hunt that is cancelled -> nothing of it waits in the queues any more. What runs is not touched: whoever has it looks into the run folder.

import { QUEUES } from './jobs.ts';
import type { OpenQueue } from './read-job-states.ts';
import { withQueues, type QueueAccess } from './submit-hunt.ts';

const AT_ONCE = 100;

/** `huntId`: as `huntJobId` gives it. */
export async function withdrawHunt(access: QueueAccess, huntId: string): Promise<void> {
  const redis = access.redis.open();
  try {
    await withQueues(access, async (open) => {
      // Planners and reducers first: they hand out the rest.
      for (const name of [QUEUES.hunts, QUEUES.reduce]) await open(name).remove(huntId);
      for (const name of [QUEUES.shards, QUEUES.partitions]) {
        const queue = open(name);
        const ids = (await waitingIds({ queue, redis })).filter((id) => id.startsWith(`${huntId}-`));
        for (let from = 0; from < ids.length; from += AT_ONCE) {
          await Promise.all(ids.slice(from, from + AT_ONCE).map((id) => queue.remove(id)));
        }
      }
    });
  } finally {
    access.redis.end(redis);
  }
}

async function waitingIds({ queue, redis }: OpenQueue): Promise<readonly string[]> {
  const [prioritized, delayed, wait] = await Promise.all([
    redis.zrange(queue.toKey('prioritized'), '0', '-1'),
    redis.zrange(queue.toKey('delayed'), '0', '-1'),
    redis.lrange(queue.toKey('wait'), '0', '-1'),
  ]);
  return [...prioritized, ...delayed, ...wait];
}
