// A hunt's shards -> jobs, until the run folder holds a record of every shard. The run folder decides; what Redis says only tells when
// to look. Whatever is lost in Redis is added again, so that following may begin, stop and begin anew at any moment.
//
// a shard's job      what is done about it
// alive              waited for
// completed          believed for now: the next reading of the plan gives the shard again if it has no record
// failed             a record says so: SHARD_GAVE_UP when its processes died, else SHARD_FAILED with the worker's words
// missing            has it a record? done. Else added again

import { TransientError, toAppError, type RunStore } from '@coldhunt/core';
import { failShard, failedPath, ledgerPath, listRecords, readRun, type ShardWork } from '@coldhunt/engine';
import { Queue, QueueEvents } from 'bullmq';
import { CHUNK, addShards } from './add-shards.ts';
import { toCode } from './failed-reason.ts';
import type { RedisLink } from './connect-redis.ts';
import { MAX_STARTS, shardProgressSchema, shardResultSchema } from './create-shard-worker.ts';
import { HuntTurns } from './hunt-turns.ts';
import { DEFAULT_PREFIX, QUEUES, checkPrefix, shardJobId, type ShardJob } from './jobs.ts';
import { locateShards, readShard, type LocatedShard } from './locate-shards.ts';
import { readJobStates, type JobState, type OpenQueue } from './read-job-states.ts';

/** At most so many shards of a hunt are in Redis. */
export const MAX_WAITING = 10_000;

export interface FollowProgress {
  readonly shards: { readonly done: number; readonly total: number };
  /** Stored bytes of the plan's shards. */
  readonly bytes: { readonly done: number; readonly total: number };
  /** Of the shards that were scanned while this was followed. */
  readonly matches: number;
}

export type FollowEvent =
  | { readonly kind: 'added'; readonly shards: number }
  | { readonly kind: 'added-again'; readonly shards: number }
  | { readonly kind: 'gave-up'; readonly shardId: string; readonly code: string; readonly message: string }
  | { readonly kind: 'redis-full'; readonly message: string };

export interface FollowOptions {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  readonly work: ShardWork;
  readonly store: RunStore;
  /** Where workers find the run: an absolute URI. Default: the store's. */
  readonly runUri?: string | undefined;
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

interface Outstanding {
  readonly shard: LocatedShard;
  bytes: number;
}

/** After so many readings of the plan a shard that the queue calls done and that has no record is failed. */
const MAX_PASSES = 4;
const LOOK_EVERY_MS = 500;
const REPORT_EVERY_MS = 200;
const FULL_FOR_MS = 60_000;

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
  const hunt = new FollowedHunt(options, { queue, redis });
  events.on('completed', ({ jobId, returnvalue }) => hunt.noteCompleted(jobId, returnvalue));
  events.on('failed', ({ jobId, failedReason }) => hunt.noteFailed(jobId, failedReason));
  events.on('progress', ({ jobId, data }) => hunt.noteProgress(jobId, data));
  try {
    await hunt.run();
  } catch (error) {
    if (options.signal?.aborted === true && options.isKeptWhenStopped !== true) await hunt.withdraw();
    throw error;
  } finally {
    await Promise.race([Promise.allSettled([events.close(), queue.close()]), pause(1000)]);
    redis.disconnect();
    listening.disconnect();
  }
}

class FollowedHunt {
  readonly #options: FollowOptions;
  readonly #open: OpenQueue;
  readonly #turns: HuntTurns;
  readonly #outstanding = new Map<string, Outstanding>();
  readonly #failures = new Map<string, string>();
  /** Only of shards that came up again. */
  readonly #passesOf = new Map<string, number>();
  readonly #done = { shards: 0, bytes: 0, matches: 0 };
  #wakeUp: (() => void) | null = null;
  #isWoken = false;
  #reportedAt = 0;
  #auditedAt = Date.now();
  #auditTook = 0;
  #settledSinceAudit = 0;
  #fullSince: number | null = null;

  constructor(options: FollowOptions, open: OpenQueue) {
    this.#options = options;
    this.#open = open;
    this.#turns = new HuntTurns(open.queue, options.weight ?? 1);
  }

  async run(): Promise<void> {
    const { work, store, auditEveryMs = 5000 } = this.#options;
    await this.#countDone();
    for (let pass = 1; ; pass += 1) {
      const shards = locateShards(work, store)[Symbol.asyncIterator]();
      let isAtEnd = false;
      let given = 0;
      while (!isAtEnd || this.#outstanding.size > 0) {
        this.#options.signal?.throwIfAborted();
        await this.#settleFailures();
        if (!isAtEnd) {
          const filled = await this.#fill(shards, pass);
          given += filled.given;
          isAtEnd = filled.isAtEnd;
        }
        if (isAtEnd && this.#outstanding.size === 0) break;
        this.#report();
        // A listing of a large run folder takes its time: it takes a twentieth of it at most.
        if (Date.now() - this.#auditedAt >= Math.max(auditEveryMs, 20 * this.#auditTook)) await this.#audit();
        else await this.#rest();
      }
      this.#report(true);
      if (given === 0) return;
    }
  }

  noteCompleted(jobId: string, returned: unknown): void {
    const result = shardResultSchema.safeParse(returned);
    if (result.success && this.#outstanding.has(jobId)) this.#done.matches += result.data.matches;
    this.#settle(jobId);
  }

  noteFailed(jobId: string, reason: string): void {
    if (!this.#outstanding.has(jobId)) return;
    this.#failures.set(jobId, reason);
    this.#wake();
  }

  noteProgress(jobId: string, data: unknown): void {
    const known = this.#outstanding.get(jobId);
    const progress = shardProgressSchema.safeParse(data);
    if (known !== undefined && progress.success) known.bytes = Math.min(progress.data.bytes, known.shard.bytes);
  }

  /** Takes what still waits out of the queue: nobody follows it any more. Best effort, within some seconds. */
  async withdraw(): Promise<void> {
    const remove = async (): Promise<void> => {
      for (const jobId of this.#outstanding.keys()) await this.#open.queue.remove(jobId).catch(() => undefined);
    };
    await Promise.race([remove(), pause(5000)]);
  }

  /** What earlier followers brought to an end counts as done. */
  async #countDone(): Promise<void> {
    const { work, store } = this.#options;
    const records = await this.#wait(listRecords(store));
    if (records.size === 0) return;
    let [shards, bytes] = [0, 0];
    for await (const shard of work.shards()) {
      shards += 1;
      bytes += shard.bytes;
    }
    this.#done.shards = Math.max(0, work.plan.done.shards - shards);
    this.#done.bytes = Math.max(0, work.plan.done.selected.bytes - bytes);
  }

  async #fill(shards: AsyncIterator<LocatedShard>, pass: number): Promise<{ given: number; isAtEnd: boolean }> {
    const limit = this.#options.maxWaiting ?? MAX_WAITING;
    // Refilled by halves, so that a chunk is worth its round trip.
    if (this.#outstanding.size > limit / 2) return { given: 0, isAtEnd: false };
    const batch: LocatedShard[] = [];
    let isAtEnd = false;
    while (this.#outstanding.size + batch.length < limit) {
      const next = await this.#wait(shards.next());
      if (next.done === true) {
        isAtEnd = true;
        break;
      }
      if (pass === 1 || !(await this.#giveUpAfterPasses(next.value))) batch.push(next.value);
    }
    await this.#add(batch, pass > 1);
    return { given: batch.length, isAtEnd };
  }

  async #add(shards: readonly LocatedShard[], isAgain: boolean): Promise<void> {
    if (shards.length === 0) return;
    const { work, store, runUri = store.uri, attempts = 5, backoffMs = 2000, onEvent } = this.#options;
    const { run } = work;
    const base = { format: 1 as const, run_uri: runUri, run_id: run.run_id, generation: run.generation };
    await this.#wait(this.#turns.begin(this.#outstanding.size > 0));
    const jobs = shards.map((shard) => ({
      jobId: shardJobId(run.run_id, run.generation, shard.id),
      payload: { ...base, shard_id: shard.id, part: shard.part } satisfies ShardJob,
      round: this.#turns.next(),
      shard,
    }));
    for (const { jobId, shard } of jobs) this.#outstanding.set(jobId, { shard, bytes: 0 });
    await this.#removeEnded(jobs.map(({ jobId }) => jobId));
    try {
      await this.#wait(addShards(this.#open, jobs, { attempts, backoffMs }));
      this.#fullSince = null;
      onEvent?.({ kind: isAgain ? 'added-again' : 'added', shards: shards.length });
    } catch (error) {
      const known = toAppError(error);
      if (known.code !== 'REDIS_UNSUITABLE') throw error;
      // What was added makes room as it is done; the rest is missing, and the next audit adds it.
      this.#fullSince ??= Date.now();
      if (Date.now() - this.#fullSince > FULL_FOR_MS) throw new TransientError(known.code, known.message);
      onEvent?.({ kind: 'redis-full', message: known.message });
    }
  }

  /** A kept job of the same id would make adding it again do nothing. */
  async #removeEnded(jobIds: readonly string[]): Promise<void> {
    const states = await this.#readStates(jobIds);
    for (const [index, jobId] of jobIds.entries()) {
      if (states[index] === 'completed' || states[index] === 'failed') await this.#wait(this.#open.queue.remove(jobId));
    }
  }

  async #readStates(jobIds: readonly string[]): Promise<readonly JobState[]> {
    const states: JobState[] = [];
    for (let from = 0; from < jobIds.length; from += CHUNK) {
      states.push(...(await this.#wait(readJobStates(this.#open, jobIds.slice(from, from + CHUNK)))));
    }
    return states;
  }

  async #giveUpAfterPasses(shard: LocatedShard): Promise<boolean> {
    const passes = (this.#passesOf.get(shard.id) ?? 1) + 1;
    this.#passesOf.set(shard.id, passes);
    if (passes <= MAX_PASSES) return false;
    await this.#fail(shard, `SHARD_FAILED: the queue called it done ${MAX_PASSES} times, and it left no record`);
    return true;
  }

  /** Compares jobs and run folder: what an event did not tell. */
  async #audit(): Promise<void> {
    const startedAt = Date.now();
    const ids = [...this.#outstanding.keys()];
    // Jobs first: whoever finishes between the two looks is alive in the one and recorded in the other.
    const states = await this.#readStates(ids);
    // While shards come to their end, only lost jobs need a look into the run folder.
    const isListed = this.#settledSinceAudit === 0 || states.includes('missing');
    const records = isListed ? await this.#wait(listRecords(this.#options.store)) : null;
    const { generation } = this.#options.work.run;
    const missing: LocatedShard[] = [];
    for (const [index, jobId] of ids.entries()) {
      const known = this.#outstanding.get(jobId);
      if (known === undefined) continue;
      const record = records?.get(known.shard.id);
      const isRecorded = record !== undefined && (record.generation ?? generation) >= generation;
      if (isRecorded || states[index] === 'completed') this.#settle(jobId);
      else if (states[index] === 'missing') missing.push(known.shard);
      else if (states[index] === 'failed' && !this.#failures.has(jobId)) {
        const job = await this.#wait(this.#open.queue.getJob(jobId));
        this.#failures.set(jobId, job?.failedReason ?? 'the job failed');
      }
    }
    await this.#add(missing, true);
    this.#settledSinceAudit = 0;
    this.#auditedAt = Date.now();
    this.#auditTook = this.#auditedAt - startedAt;
  }

  async #settleFailures(): Promise<void> {
    for (const [jobId, reason] of this.#failures) {
      const known = this.#outstanding.get(jobId);
      if (known !== undefined && !(await this.#hasRecord(known.shard))) await this.#fail(known.shard, reason);
      this.#failures.delete(jobId);
      this.#settle(jobId);
    }
  }

  async #hasRecord({ id }: LocatedShard): Promise<boolean> {
    const { store, work } = this.#options;
    const [ok, failed] = [ledgerPath(id), failedPath(id, work.run.generation)];
    return (await this.#wait(store.get(ok))) !== null || (await this.#wait(store.get(failed))) !== null;
  }

  async #fail(shard: LocatedShard, reason: string): Promise<void> {
    const { store, work, onEvent } = this.#options;
    const { code, message } = toCode(reason, MAX_STARTS);
    await this.#refuseIfBegunAnew();
    await failShard(await this.#wait(readShard(store, work.plan.done, shard)), { run: work.run, store, code, message });
    onEvent?.({ kind: 'gave-up', shardId: shard.id, code, message });
  }

  /** A failure of an older generation would keep the newer one from scanning the shard. */
  async #refuseIfBegunAnew(): Promise<void> {
    const { store, work } = this.#options;
    const { run_id: runId, generation } = await this.#wait(readRun(store));
    if (runId === work.run.run_id && generation === work.run.generation) return;
    throw new TransientError('INTERRUPTED', `the run in ${store.uri} was begun anew by another process`);
  }

  #settle(jobId: string): void {
    const known = this.#outstanding.get(jobId);
    if (known === undefined) return;
    this.#outstanding.delete(jobId);
    this.#done.shards += 1;
    this.#done.bytes += known.shard.bytes;
    this.#settledSinceAudit += 1;
    this.#wake();
  }

  #report(isLast = false): void {
    const { onProgress, work } = this.#options;
    if (onProgress === undefined || (!isLast && Date.now() - this.#reportedAt < REPORT_EVERY_MS)) return;
    this.#reportedAt = Date.now();
    const { shards, selected } = work.plan.done;
    let bytes = this.#done.bytes;
    for (const known of this.#outstanding.values()) bytes += known.bytes;
    onProgress({
      shards: { done: Math.min(this.#done.shards, shards), total: shards },
      bytes: { done: Math.min(bytes, selected.bytes), total: selected.bytes },
      matches: this.#done.matches,
    });
  }

  #wake(): void {
    this.#isWoken = true;
    this.#wakeUp?.();
  }

  /** Until something happened, or some time. */
  async #rest(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const woken = new Promise<void>((resolve) => {
      this.#wakeUp = resolve;
      timer = setTimeout(resolve, this.#isWoken ? 0 : LOOK_EVERY_MS);
    });
    await this.#wait(woken);
    clearTimeout(timer);
    this.#isWoken = false;
  }

  /** Commands to a Redis that is away wait for it: the signal ends the waiting. */
  #wait<T>(promise: Promise<T>): Promise<T> {
    const { signal } = this.#options;
    if (signal === undefined) return promise;
    return new Promise((resolve, reject) => {
      const stop = (): void => reject(signal.reason as Error);
      if (signal.aborted) stop();
      signal.addEventListener('abort', stop, { once: true });
      promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
    });
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}
