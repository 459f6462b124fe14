// Where a process is missing without which a hunt waits: the words and the line that mends it.

import { formatSeconds } from './terminal-text.ts';

export type Role = 'planner' | 'worker' | 'reducer';

export interface QueuePlace {
  /** The Redis server, without secrets. */
  readonly redis: string;
  readonly prefix: string;
  /** The server asks for a user or password, which is never shown. */
  readonly isSecret?: boolean;
}

const WAITS: Readonly<Record<Role, string>> = {
  planner: 'the hunt waits for one to list its archives',
  worker: 'its shards wait for one',
  reducer: 'the hunt waits for one to follow its shards',
};

/** `forMs`: how long that has been so, where it is known. */
export function describeAbsence(role: Role, { redis, prefix, isSecret = false }: QueuePlace, forMs = 0): string {
  const since = forMs < 1000 ? '' : ` for ${formatSeconds(forMs / 1000)}`;
  const where = isSecret ? '' : ` --redis ${redis}`;
  const flags = `${where}${prefix === 'coldhunt' ? '' : ` --queue-prefix ${prefix}`}`;
  const start = isSecret ? 'start, with the same COLDHUNT_REDIS_URL' : 'start';
  return `no ${role} is connected to ${redis} with prefix ${prefix}${since}: ${WAITS[role]}; ${start}: coldhunt ${role}${flags}`;
}
