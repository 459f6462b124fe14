// Shards of one hunt -> waiting jobs, in the hunt's turn. A Redis that is full takes a part: the rest is missing, and is given again later.

import { TransientError, toAppError } from '@coldhunt/core';
import type { RunFile } from '@coldhunt/engine';
import { CHUNK, addShards, type AddOptions } from './add-shards.ts';
import { HuntTurns } from './hunt-turns.ts';
import { shardJobId, type ShardJob } from './jobs.ts';
import type { LocatedShard } from './locate-shards.ts';
import { readJobStates, type JobState, type OpenQueue } from './read-job-states.ts';
import { waitFor } from './wait-for.ts';

const FULL_FOR_MS = 60_000;

export interface ShardFeedOptions extends AddOptions {
  readonly run: RunFile;
  /** As `huntJobId` gives it. */
  readonly huntId: string;
  /** Where workers find the run. */
  readonly runUri: string;
  /** Against hunts that run at the same time. */
  readonly weight: number;
  readonly signal: AbortSignal | undefined;
}

export class ShardFeed {
  readonly #open: OpenQueue;
  readonly #options: ShardFeedOptions;
  readonly #turns: HuntTurns;
  #fullSince: number | null = null;

  constructor(open: OpenQueue, options: ShardFeedOptions) {
    this.#open = open;
    this.#options = options;
    this.#turns = new HuntTurns(open.queue, options.weight);
  }

  jobIdOf(shard: LocatedShard): string {
    return shardJobId(this.#options.huntId, shard.id);
  }

  /** Null when all are in the queue, else why Redis did not take them. Throws TransientError REDIS_UNSUITABLE when it stays full. */
  async add(shards: readonly LocatedShard[], hasWaiting: boolean): Promise<string | null> {
    const { run, runUri, signal } = this.#options;
    const base = { format: 1 as const, run_uri: runUri, run_id: run.run_id, generation: run.generation };
    await waitFor(this.#turns.begin(hasWaiting), signal);
    const jobs = shards.map((shard) => ({
      jobId: this.jobIdOf(shard),
      payload: { ...base, shard_id: shard.id, part: shard.part } satisfies ShardJob,
      round: this.#turns.next(),
    }));
    await this.#removeEnded(jobs.map(({ jobId }) => jobId));
    try {
      await waitFor(addShards(this.#open, jobs, this.#options), signal);
      this.#fullSince = null;
      return null;
    } catch (error) {
      const known = toAppError(error);
      if (known.code !== 'REDIS_UNSUITABLE') throw error;
      this.#fullSince ??= Date.now();
      if (Date.now() - this.#fullSince > FULL_FOR_MS) throw new TransientError(known.code, known.message);
      return known.message;
    }
  }

  /** In the order of the ids. */
  async states(jobIds: readonly string[]): Promise<readonly JobState[]> {
    const states: JobState[] = [];
    for (let from = 0; from < jobIds.length; from += CHUNK) {
      const chunk = jobIds.slice(from, from + CHUNK);
      states.push(...(await waitFor(readJobStates(this.#open, chunk), this.#options.signal)));
    }
    return states;
  }

  /** Why a job failed, as its worker said. */
  async failureOf(jobId: string): Promise<string> {
    const job = await waitFor(this.#open.queue.getJob(jobId), this.#options.signal);
    return job?.failedReason ?? 'the job failed';
  }

  /** A kept job of the same id would make adding it again do nothing. */
  async #removeEnded(jobIds: readonly string[]): Promise<void> {
    const states = await this.states(jobIds);
    for (const [index, jobId] of jobIds.entries()) {
      if (states[index] === 'completed' || states[index] === 'failed') {
        await waitFor(this.#open.queue.remove(jobId), this.#options.signal);
      }
    }
  }
}
