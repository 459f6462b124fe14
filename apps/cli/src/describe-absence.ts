// Where a process is missing without which a hunt waits: the words and the line that mends it.

import { formatSeconds } from './terminal-text.ts';

export type Role = 'planner' | 'worker' | 'reducer';

export interface QueuePlace {
  /** The Redis server, without secrets. */
  readonly redis: string;
  readonly prefix: string;
}

const WAITS: Readonly<Record<Role, string>> = {
  planner: 'the hunt waits for one to list its archives',
  worker: 'its shards wait for one',
  reducer: 'the hunt waits for one to follow its shards',
};

/** `forMs`: how long that has been so, where it is known. */
export function describeAbsence(role: Role, { redis, prefix }: QueuePlace, forMs = 0): string {
  const since = forMs < 1000 ? '' : ` for ${formatSeconds(forMs / 1000)}`;
  const flags = `--redis ${redis}${prefix === 'coldhunt' ? '' : ` --queue-prefix ${prefix}`}`;
  return `no ${role} is connected to ${redis} with prefix ${prefix}${since}: ${WAITS[role]}; start: coldhunt ${role} ${flags}`;
}
