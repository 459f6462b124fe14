// How processes are told apart in Redis, and where they count what people like to know.

import { hostname } from 'node:os';
import { QUEUES, type QueueName } from './jobs.ts';

/** `host:pid` of this process; without what a name of a client may not hold. */
export function processName(): string {
  return `${hostname().replaceAll(/[^A-Za-z0-9._-]/g, '_')}:${process.pid}`;
}

/** Counts how often jobs of a queue were put back because the storage asked for less. */
export function throttleKey(prefix: string, queue: QueueName = QUEUES.shards): string {
  return `${prefix}:${queue}:throttled`;
}
