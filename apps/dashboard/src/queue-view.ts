// What Redis tells, asked now and then; a server that is away is found out within moments and asked again later. The run folders say what
// is true, so that everything goes on without it.

import { toAppError } from '@coldhunt/core';
import {
  connectRedis,
  huntJobId,
  huntStatus,
  nameHunt,
  readFleet,
  type Fleet,
  type HuntStatus,
  type RedisLink,
} from '@coldhunt/queue';
import { within } from './workspace/within.ts';

export type QueueSight =
  | { readonly state: 'up'; readonly redis: string; readonly prefix: string; readonly fleet: Fleet }
  | { readonly state: 'down'; readonly problem: string };

export interface QueueView {
  /** At most every two seconds anew. Never throws. */
  look(): Promise<QueueSight>;
  /** null: Redis is away. */
  huntStatus(run: { readonly run_id: string; readonly generation: number }, uri: string): Promise<HuntStatus | null>;
  close(): Promise<void>;
}

const LOOK_EVERY_MS = 2000;
const ANSWERS_WITHIN_MS = 1500;

export interface QueueViewOptions {
  readonly url: string;
  readonly prefix: string;
  readonly now?: () => number;
}

export function createQueueView({ url, prefix, now = Date.now }: QueueViewOptions): QueueView {
  let link: RedisLink | null = null;
  let last: { readonly atMs: number; readonly sight: Promise<QueueSight> } | null = null;
  const ask = async <T extends object>(question: (redis: RedisLink) => Promise<T>): Promise<T> => {
    link ??= await connectRedis(url, { timeoutMs: ANSWERS_WITHIN_MS });
    try {
      const answer = await within(question(link), ANSWERS_WITHIN_MS);
      if (answer === 'late') throw new Error(`Redis did not answer within ${ANSWERS_WITHIN_MS} ms`);
      return answer;
    } catch (error) {
      // Its connections would wait for the server for ever.
      await link?.close();
      link = null;
      throw error;
    }
  };
  const look = async (): Promise<QueueSight> => {
    try {
      return await ask(async (redis) => ({
        state: 'up',
        redis: redis.shown,
        prefix,
        fleet: await readFleet({ redis, prefix }),
      }));
    } catch (error) {
      return { state: 'down', problem: toAppError(error).message };
    }
  };
  return {
    look: () => {
      if (last === null || now() - last.atMs >= LOOK_EVERY_MS) last = { atMs: now(), sight: look() };
      return last.sight;
    },
    huntStatus: async (run, uri) => {
      try {
        const name = await nameHunt(run, { uri });
        return await ask((redis) => huntStatus({ redis, prefix }, name));
      } catch {
        return null;
      }
    },
    close: async () => {
      await link?.close();
    },
  };
}

/** The id of a hunt's jobs. */
export async function jobIdOf(
  run: { readonly run_id: string; readonly generation: number },
  uri: string,
): Promise<string> {
  return huntJobId(await nameHunt(run, { uri }));
}
