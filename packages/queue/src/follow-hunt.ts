// A hunt's shards -> jobs, until the run folder holds a record of every shard. The run folder decides; what Redis says only tells when
// to look. Whatever is lost in Redis is added again, so that following may begin, stop and begin anew at any moment.
//
// a shard's job      what is done about it
// alive              waited for
// completed          believed for now: the next reading of the plan gives the shard again if it has no record
// failed             a record says so: SHARD_GAVE_UP when its processes died, else SHARD_FAILED with the worker's words
// missing            has it a record? done. Else added again

import type { RunStore } from '@coldhunt/core';
import { listRecords, type ShardWork } from '@coldhunt/engine';
import { Queue, QueueEvents } from 'bullmq';
import type { RedisLink } from './connect-redis.ts';
import { shardProgressSchema, shardResultSchema } from './create-shard-worker.ts';
import { Doorbell } from './doorbell.ts';
import { leftReason } from './failed-reason.ts';
import { FollowedShards, type FollowProgress } from './followed-shards.ts';
import { giveUpShard, type FailedShard } from './give-up-shard.ts';
import { DEFAULT_PREFIX, QUEUES, checkPrefix, huntJobId } from './jobs.ts';
import { locateShards, type LocatedShard } from './locate-shards.ts';
import type { OpenQueue } from './read-job-states.ts';
import { ShardFeed } from './shard-feed.ts';
import { pause, waitFor } from './wait-for.ts';
import { WorkerWatch } from './worker-watch.ts';

/** At most so many shards of a hunt are in Redis. */
export const MAX_WAITING = 10_000;

export type FollowEvent =
  | { readonly kind: 'added'; readonly shards: number }
  | { readonly kind: 'added-again'; readonly shards: number }
  | { readonly kind: 'gave-up'; readonly shardId: string; readonly code: string; readonly message: string }
  | { readonly kind: 'redis-full'; readonly message: string }
  /** A worker is of another version than the run: told once. */
  | { readonly kind: 'left'; readonly reason: string }
  /** Shards wait and no worker is connected: told after some seconds, and rarely again. */
  | { readonly kind: 'no-worker'; readonly redis: string; readonly prefix: string; readonly forMs: number };

export interface FollowOptions {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  readonly work: ShardWork;
  readonly store: RunStore;
  /** Where workers find the run: an absolute URI. Default: the store's. */
  readonly runUri?: string | undefined;
  /** As `huntJobId` gives it; who follows the same hunt shares its jobs. Default: of the run in `runUri`. */
  readonly huntId?: string | undefined;
  /** Against hunts that run at the same time. Default 1. */
  readonly weight?: number | undefined;
  readonly maxWaiting?: number | undefined;
  /** Tries of a shard at passing faults. Default 5, the first pause 2 s, doubled each time. */
  readonly attempts?: number | undefined;
  readonly backoffMs?: number | undefined;
  /** How often the run folder and the jobs are compared. Default 5,000. */
  readonly auditEveryMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** When stopped, leave the waiting shards to whoever follows next. Default: take them out of the queue. */
  readonly isKeptWhenStopped?: boolean | undefined;
  readonly onProgress?: ((progress: FollowProgress) => void) | undefined;
  readonly onEvent?: ((event: FollowEvent) => void) | undefined;
}

/** After so many readings of the plan a shard that the queue calls done and that has no record is failed. */
const MAX_PASSES = 4;
const LOOK_EVERY_MS = 500;
const REPORT_EVERY_MS = 200;

/** Throws the signal's reason, and TransientError REDIS_UNSUITABLE when Redis stays full with nothing under way. */
export async function followHunt(options: FollowOptions): Promise<void> {
  const prefix = checkPrefix(options.prefix ?? DEFAULT_PREFIX);
  const redis = options.redis.open();
  const listening = options.redis.open();
  const queue = new Queue(QUEUES.shards, { connection: redis, prefix });
  const events = new QueueEvents(QUEUES.shards, { connection: listening, prefix });
  // Connections come back by themselves, and the link tells of their faults.
  queue.on('error', () => undefined);
  events.on('error', () => undefined);
  const hunt = new FollowedHunt({ ...options, prefix }, { queue, redis });
  events.on('completed', ({ jobId, returnvalue }) => hunt.noteCompleted(jobId, returnvalue));
  events.on('failed', ({ jobId, failedReason }) => hunt.shards.noteFailure(jobId, failedReason));
  events.on('progress', ({ jobId, data }) => hunt.noteProgress(jobId, data));
  try {
    await hunt.run();
  } catch (error) {
    const isWithdrawn = options.signal?.aborted === true && options.isKeptWhenStopped !== true;
    // A server that is away is not waited for.
    if (isWithdrawn && redis.status === 'ready') await withdraw(queue, hunt.shards);
    throw error;
  } finally {
    await Promise.race([Promise.allSettled([events.close(), queue.close()]), pause(1000)]);
    options.redis.end(redis);
    options.redis.end(listening);
  }
}

/** Takes what still waits out of the queue: nobody follows it any more. Best effort, within some seconds. */
async function withdraw(queue: Queue, shards: FollowedShards): Promise<void> {
  const remove = async (): Promise<void> => {
    for (const jobId of shards.jobIds) await queue.remove(jobId).catch(() => undefined);
  };
  await Promise.race([remove(), pause(5000)]);
}

class FollowedHunt {
  readonly shards: FollowedShards;
  readonly #options: FollowOptions & { readonly prefix: string };
  readonly #feed: ShardFeed;
  readonly #watch: WorkerWatch;
  readonly #bell = new Doorbell();
  /** Only of shards that came up again. */
  readonly #passesOf = new Map<string, number>();
  #reportedAt = 0;
  #isLeftTold = false;
  #audited = { at: Date.now(), took: 0, settled: 0 };

  constructor(options: FollowOptions & { readonly prefix: string }, open: OpenQueue) {
    const { work, store, runUri = store.uri, weight = 1, attempts = 5, backoffMs = 2000, signal } = options;
    const { shards, selected } = work.plan.done;
    const { run_id: runId, generation } = work.run;
    const { huntId = huntJobId({ runId, generation, folder: runUri }) } = options;
    this.#options = options;
    this.shards = new FollowedShards({ shards, bytes: selected.bytes }, () => this.#bell.ring());
    this.#feed = new ShardFeed(open, { run: work.run, huntId, runUri, weight, attempts, backoffMs, signal });
    this.#watch = new WorkerWatch(open.queue);
  }

  async run(): Promise<void> {
    const { work, store, signal, auditEveryMs = 5000 } = this.#options;
    await this.#countEarlier();
    for (let pass = 1; ; pass += 1) {
      const waiting = locateShards(work, store)[Symbol.asyncIterator]();
      let isAtEnd = false;
      let given = 0;
      while (!isAtEnd || this.shards.size > 0) {
        signal?.throwIfAborted();
        for (const failed of this.shards.failures()) {
          await this.#giveUp(failed);
          this.shards.settle(failed.jobId);
        }
        if (!isAtEnd) {
          const filled = await this.#fill(waiting, pass);
          given += filled.given;
          isAtEnd = filled.isAtEnd;
        }
        if (isAtEnd && this.shards.size === 0) break;
        this.#report();
        await this.#tellOfNoWorker();
        // A listing of a large run folder takes its time: it takes a twentieth of it at most.
        if (Date.now() - this.#audited.at >= Math.max(auditEveryMs, 20 * this.#audited.took)) await this.#audit();
        else await this.#wait(this.#bell.rest(LOOK_EVERY_MS));
      }
      this.#report(true);
      if (given === 0) return;
    }
  }

  noteCompleted(jobId: string, returned: unknown): void {
    const result = shardResultSchema.safeParse(returned);
    this.shards.settle(jobId, result.success ? result.data.matches : 0);
  }

  noteProgress(jobId: string, data: unknown): void {
    const left = leftReason(data);
    if (left !== null && !this.#isLeftTold && this.shards.get(jobId) !== null) {
      this.#isLeftTold = true;
      this.#tell({ kind: 'left', reason: left });
    }
    const progress = shardProgressSchema.safeParse(data);
    if (progress.success) this.shards.noteBytes(jobId, progress.data.bytes);
  }

  async #countEarlier(): Promise<void> {
    const { work, store } = this.#options;
    if ((await this.#wait(listRecords(store))).size === 0) return;
    const left = { shards: 0, bytes: 0 };
    for await (const shard of work.shards()) {
      left.shards += 1;
      left.bytes += shard.bytes;
    }
    this.shards.countEarlier(left);
  }

  async #fill(waiting: AsyncIterator<LocatedShard>, pass: number): Promise<{ given: number; isAtEnd: boolean }> {
    const limit = this.#options.maxWaiting ?? MAX_WAITING;
    // Refilled by halves, so that a chunk is worth its round trip.
    if (this.shards.size > limit / 2) return { given: 0, isAtEnd: false };
    const batch: LocatedShard[] = [];
    let isAtEnd = false;
    while (this.shards.size + batch.length < limit) {
      const next = await this.#wait(waiting.next());
      if (next.done === true) {
        isAtEnd = true;
        break;
      }
      if (pass === 1 || !(await this.#giveUpAfterPasses(next.value))) batch.push(next.value);
    }
    await this.#add(batch, pass > 1);
    return { given: batch.length, isAtEnd };
  }

  async #add(batch: readonly LocatedShard[], isAgain: boolean): Promise<void> {
    if (batch.length === 0) return;
    const hasWaiting = this.shards.size > 0;
    for (const shard of batch) this.shards.add(this.#feed.jobIdOf(shard), shard);
    // What Redis did not take is missing there, and the next audit adds it: what it took makes room as it is done.
    const full = await this.#feed.add(batch, hasWaiting);
    if (full !== null) this.#tell({ kind: 'redis-full', message: full });
    else this.#tell({ kind: isAgain ? 'added-again' : 'added', shards: batch.length });
  }

  async #giveUpAfterPasses(shard: LocatedShard): Promise<boolean> {
    const passes = (this.#passesOf.get(shard.id) ?? 1) + 1;
    this.#passesOf.set(shard.id, passes);
    if (passes <= MAX_PASSES) return false;
    const reason = `SHARD_FAILED: the queue called it done ${MAX_PASSES} times, and it left no record`;
    await this.#giveUp({ shard, reason });
    return true;
  }

  async #giveUp(failed: FailedShard): Promise<void> {
    const { store, work } = this.#options;
    const recorded = await this.#wait(giveUpShard(failed, { store, run: work.run, plan: work.plan.done }));
    if (recorded !== null) this.#tell({ kind: 'gave-up', shardId: failed.shard.id, ...recorded });
  }

  /** Compares jobs and run folder: what an event did not tell. */
  async #audit(): Promise<void> {
    const startedAt = Date.now();
    const { jobIds } = this.shards;
    // Jobs first: whoever finishes between the two looks is alive in the one and recorded in the other.
    const states = await this.#feed.states(jobIds);
    // While shards come to their end, only lost jobs need a look into the run folder.
    const isListed = this.shards.settled === this.#audited.settled || states.includes('missing');
    const records = isListed ? await this.#wait(listRecords(this.#options.store)) : null;
    const { generation } = this.#options.work.run;
    const missing: LocatedShard[] = [];
    for (const [index, jobId] of jobIds.entries()) {
      const shard = this.shards.get(jobId);
      if (shard === null) continue;
      const record = records?.get(shard.id);
      const isRecorded = record !== undefined && (record.generation ?? generation) >= generation;
      if (isRecorded || states[index] === 'completed') this.shards.settle(jobId);
      else if (states[index] === 'missing') missing.push(shard);
      else if (states[index] === 'failed') this.shards.noteFailure(jobId, await this.#feed.failureOf(jobId));
    }
    await this.#add(missing, true);
    this.#audited = { at: Date.now(), took: Date.now() - startedAt, settled: this.shards.settled };
  }

  async #tellOfNoWorker(): Promise<void> {
    const { redis, prefix } = this.#options;
    const forMs = await this.#wait(this.#watch.look());
    if (forMs !== null) this.#tell({ kind: 'no-worker', redis: redis.shown, prefix, forMs });
  }

  #tell(event: FollowEvent): void {
    this.#options.onEvent?.(event);
  }

  #report(isLast = false): void {
    const { onProgress } = this.#options;
    if (onProgress === undefined || (!isLast && Date.now() - this.#reportedAt < REPORT_EVERY_MS)) return;
    this.#reportedAt = Date.now();
    onProgress({ ...this.shards.progress(), workers: this.#watch.workers });
  }

  #wait<T>(promise: Promise<T>): Promise<T> {
    return waitFor(promise, this.#options.signal);
  }
}
