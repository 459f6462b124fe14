// How starts of a job ended badly: with the death of its process, or of the thread that had it. It stands beside the jobs in Redis, of
// suspects alone, and is forgotten with them.
//
// field       is
// threads     starts that ended with their thread
// excused     starts whose process had been told to end when it died: no fault of the job
// waits       how often the one process that had it left it to others
// why         what the last of these threads told
// p:<process> a process that had it after it was suspect, or whose thread it ended

import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Long after the last start nobody asks any more. */
const FORGOTTEN_AFTER_S = 86_400;
const MAX_WHY = 500;

export interface Ends {
  /** Starts that ended badly, without their process having been told to end. */
  readonly bad: number;
  /** Processes that are known to have had it, this one included. */
  readonly processes: number;
  readonly wasHere: boolean;
  readonly waits: number;
  /** What the last thread that it ended told; null: none did. */
  readonly why: string | null;
}

export type Verdict = 'start' | 'leave' | 'give-up';

export interface Limits {
  readonly maxBad: number;
  /** How often the only process that had it leaves it to others, before it believes itself. */
  readonly maxWaits: number;
  /** Between two such waits, in milliseconds. */
  readonly pauseMs: number;
}

/** A job is poison when so many starts ended badly on two processes at least: one alone may be ill itself. */
export function judgeEnds(
  { bad, processes, wasHere, waits }: Omit<Ends, 'why'>,
  { maxBad, maxWaits }: Pick<Limits, 'maxBad' | 'maxWaits'>,
): Verdict {
  if (bad < maxBad) return 'start';
  if (processes >= 2) return 'give-up';
  if (!wasHere) return 'start';
  return waits < maxWaits ? 'leave' : 'give-up';
}

/** For people. */
export function describeEnds({ bad, processes, why }: Omit<Ends, 'wasHere' | 'waits'>): string {
  const where = processes >= 2 ? 'on two processes or more' : 'in the only process that took it';
  const how = why === null ? '' : `; the last time: ${why}`;
  return `started ${bad} times, ${where}, and each time its process or thread ended before it did${how}`;
}

/** The ends of all jobs of one queue, as one process sees them. */
export class BadEnds {
  readonly #redis: Redis;
  readonly #prefix: string;
  readonly #process = `p:${randomUUID()}`;

  constructor(redis: Redis, prefix: string) {
    this.#redis = redis;
    this.#prefix = prefix;
  }

  /** `stalls`: how often BullMQ missed a sign of life of the process that had it. */
  async read(jobId: string, stalls: number): Promise<Ends> {
    const fields = await this.#redis.hgetall(this.#key(jobId));
    const countOf = (name: string): number => Number(fields[name] ?? 0);
    return {
      bad: Math.max(0, stalls - countOf('excused')) + countOf('threads'),
      processes: Object.keys(fields).filter((name) => name.startsWith('p:')).length,
      wasHere: fields[this.#process] !== undefined,
      waits: countOf('waits'),
      why: fields['why'] ?? null,
    };
  }

  /** A suspect is started here. */
  async noteStart(jobId: string): Promise<void> {
    await this.#add(jobId, this.#process, 1);
  }

  async noteThreadDeath(jobId: string, why: string): Promise<void> {
    await this.#redis.hset(this.#key(jobId), 'why', why.slice(0, MAX_WHY));
    await this.#add(jobId, 'threads', 1);
    await this.#add(jobId, this.#process, 1);
  }

  async noteWait(jobId: string): Promise<void> {
    await this.#add(jobId, 'waits', 1);
  }

  /** 1: its process was told to end; -1: it gave the job back, which is no stall. */
  async excuse(jobId: string, by: 1 | -1): Promise<void> {
    await this.#add(jobId, 'excused', by);
  }

  async #add(jobId: string, field: string, by: number): Promise<void> {
    const key = this.#key(jobId);
    await this.#redis.hincrby(key, field, by);
    await this.#redis.expire(key, FORGOTTEN_AFTER_S);
  }

  #key(jobId: string): string {
    return `${this.#prefix}:starts:${jobId}`;
  }
}
