// A BullMQ worker as coldhunt uses it, whatever the queue. What becomes of a job:
//
// what happened                              job                        attempt
// perform gave a value                       completed                  -
// InputError, InvariantError, STORAGE_FULL   failed                     -
// TransientError, or a fault of this machine tried again after a pause  counted; failed after the last
// STORAGE_THROTTLED                          waits, and the queue rests not counted; after MOST_RESTS it lets others go first, counted after MAX_STARTS_THROTTLED
// made by another version of coldhunt        waits for others, a pause  not counted; failed after MAX_STARTS_ELSEWHERE starts
// drained: not done when the time was up     waits                      not counted
// lock lost (Redis emptied, clock jumped)    another's, or gone: perform is stopped
// process died                               waits (stalled)            counted in stalls; failed after `maxStalls`
// process or thread died, of a shard         waits                      judged by bad-ends.ts

import { AppError, toAppError, type ErrorCode } from '@coldhunt/core';
import {
  DelayedError,
  RateLimitError,
  UnrecoverableError,
  WaitingError,
  Worker,
  type AdvancedOptions,
  type Job,
  type JobsOptions,
} from 'bullmq';
import type { z } from 'zod';
import type { RedisLink } from './connect-redis.ts';
import { BadEnds, describeEnds, judgeEnds, type Limits } from './bad-ends.ts';
import { createSuspectGate } from './create-suspect-gate.ts';
import { createJobReporter } from './create-job-reporter.ts';
import { drainWorker } from './drain-worker.ts';
import { processName, throttleKey } from './fleet-keys.ts';
import { checkPrefix, DEFAULT_PREFIX, parsePayload, type QueueName } from './jobs.ts';
import { interrupted, raceAbort } from './race-abort.ts';
import { STALLED, parseFailedReason, toReason } from './failed-reason.ts';
import { isForOtherVersion, isHopeless, pauseBeforeRetry } from './pause-before-retry.ts';

export interface JobContext {
  readonly jobId: string;
  readonly signal: AbortSignal;
  /** How often the job was started, this time included. */
  readonly attempt: number;
  /** After this one a passing fault fails the job. */
  readonly isLastAttempt: boolean;
  /** Tells whoever follows; at most every `progressEveryMs`, the last one wins. */
  progress(value: object): void;
}

export type JobEvent =
  | { readonly kind: 'started'; readonly jobId: string; readonly attempt: number }
  | { readonly kind: 'done'; readonly jobId: string; readonly seconds: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly jobId: string; readonly error: AppError; readonly isFinal: boolean }
  /** That it is given up could not be written down where it should be. */
  | { readonly kind: 'unrecorded'; readonly jobId: string; readonly error: AppError }
  | { readonly kind: 'throttled'; readonly jobId: string; readonly pauseMs: number }
  | { readonly kind: 'given-back'; readonly jobId: string }
  /** Made by another version of coldhunt: its processes may take it. */
  | { readonly kind: 'left'; readonly jobId: string; readonly error: AppError }
  | { readonly kind: 'lock-lost'; readonly jobId: string }
  | { readonly kind: 'stalled'; readonly jobId: string }
  | { readonly kind: 'redis-error'; readonly message: string };

export interface JobWorkerOptions<Payload> {
  readonly redis: RedisLink;
  readonly prefix?: string | undefined;
  readonly queue: QueueName;
  readonly schema: z.ZodType<Payload>;
  readonly perform: (payload: Payload, context: JobContext) => Promise<unknown>;
  /** Jobs at a time. */
  readonly concurrency: number;
  /** How often the process that has a job may die before the job is failed. */
  readonly maxStalls: number;
  /** Judges starts that ended badly instead: a suspect runs alone in its process, and which processes had it counts too. */
  readonly poison?: Limits | undefined;
  /** Faults that no other process of this queue mends: they fail a job at once. */
  readonly finalCodes?: readonly ErrorCode[] | undefined;
  /** A process that is silent for so long counts as dead. Default 30,000. */
  readonly lockMs?: number | undefined;
  /** How often dead processes are looked for. Default 15,000. */
  readonly stalledEveryMs?: number | undefined;
  readonly progressEveryMs?: number | undefined;
  /** When a job scheduler of the queue rings next. */
  readonly repeatStrategy?: AdvancedOptions['repeatStrategy'];
  /** The job's lock is another's, or Redis lost the job: `perform` was told to stop. */
  readonly onLockLost?: ((payload: Payload, jobId: string) => Promise<void>) | undefined;
  /** No further try will be made; the job fails when this is over. */
  readonly onGivenUp?: ((payload: Payload, error: AppError) => Promise<void>) | undefined;
  readonly onEvent?: ((event: JobEvent) => void) | undefined;
}

export interface JobWorker {
  /** Resolves when Redis is reached and jobs are taken. */
  ready(): Promise<void>;
  /**
   * Takes no new job, waits for those that run, and after `timeoutMs` stops them and puts them back into the queue. Tells how many
   * were put back.
   */
  drain(timeoutMs: number): Promise<number>;
}

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 30_000;
/** What is throttled more often than the rest of the storage waits by itself: the others go on. */
const MOST_RESTS = 3;
/** A storage that never again lets an object be read makes its job fail in the end: half an hour after it was first met. */
const MAX_STARTS_THROTTLED = 60;
const LOCK_LOST = 'lock-lost';
const LEFT_FOR_MS = 2000;
/** Where all processes are of another version the job fails in the end: some minutes after it was first met. */
const MAX_STARTS_ELSEWHERE = 100;
/** More than any job stalls: bad ends are judged when it is taken again. */
const COUNTED_BY_US = 1_000_000;

export function createJobWorker<Payload>(options: JobWorkerOptions<Payload>): JobWorker {
  const { redis, queue, schema, perform, onEvent, poison, finalCodes = [], progressEveryMs = 1000 } = options;
  const prefix = checkPrefix(options.prefix ?? DEFAULT_PREFIX);
  const gate = createSuspectGate({ pause: () => worker.pause(true), resume: () => worker.resume() });
  let throttles = 0;
  let givenBack = 0;
  let isDraining = false;
  const running = new Set<string>();
  const connection = redis.open();
  const ends = new BadEnds(connection, prefix);
  const worker: Worker = new Worker(
    queue,
    // Three parameters: BullMQ gives the signal to no other function.
    (job: Job, token: string | undefined, signal: AbortSignal | undefined) => admit(job, token, signal),
    {
      connection,
      prefix,
      // Stands beside each job that it has.
      name: processName(),
      concurrency: options.concurrency,
      lockDuration: options.lockMs ?? 30_000,
      stalledInterval: options.stalledEveryMs ?? 15_000,
      maxStalledCount: poison === undefined ? options.maxStalls - 1 : COUNTED_BY_US,
      // Never reached: without a limiter BullMQ does not look at the pause that rateLimit() sets.
      limiter: { max: 1_000_000, duration: 1000 },
      maximumRateLimitDelay: 1000,
      drainDelay: 5,
      settings: {
        repeatStrategy: options.repeatStrategy,
        backoffStrategy: (attempts, _type, error, job) =>
          pauseBeforeRetry(attempts, error?.cause, firstPauseOf(job?.opts)),
      },
    },
  );

  async function admit(job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<unknown> {
    if (poison === undefined) return take(job, token, signal);
    const isSuspect = job.stalledCounter > 0;
    if (isSuspect || job.attemptsStarted > 1) await judge(job, token, poison);
    if ((await gate.enter(isSuspect)) === 'turned-away') {
      await job.moveToWait(token);
      throw new WaitingError();
    }
    try {
      if (isSuspect) await ends.noteStart(job.id ?? '');
      return await take(job, token, signal);
    } finally {
      await gate.leave(isSuspect);
    }
  }

  /** Throws what ends this start, where the job is poison or another process is to show whether it is. */
  async function judge(job: Job, token: string | undefined, limits: Limits): Promise<void> {
    const jobId = job.id ?? '';
    const seen = await ends.read(jobId, job.stalledCounter);
    const verdict = judgeEnds(seen, limits);
    if (verdict === 'start') return;
    if (verdict === 'leave') {
      await ends.noteWait(jobId);
      await job.moveToDelayed(Date.now() + limits.pauseMs, token);
      throw new DelayedError();
    }
    const error = new AppError('SHARD_GAVE_UP', describeEnds(seen));
    await giveUp(job, error);
    onEvent?.({ kind: 'failed', jobId, error, isFinal: true });
    throw new UnrecoverableError(toReason(error));
  }

  /** The thread that had it ended: no try of the job, but a mark against it. */
  async function mourn(job: Job, token: string | undefined, limits: Limits, error: AppError): Promise<never> {
    const jobId = job.id ?? '';
    await ends.noteThreadDeath(jobId, error.message);
    await judge(job, token, limits);
    onEvent?.({ kind: 'failed', jobId, error, isFinal: false });
    await job.moveToDelayed(Date.now() + pauseBeforeRetry(1, error, firstPauseOf(job.opts)), token);
    throw new DelayedError();
  }

  async function take(job: Job, token: string | undefined, signal: AbortSignal | undefined): Promise<unknown> {
    const jobId = job.id ?? '';
    const attempt = job.attemptsStarted;
    const isLastAttempt = job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
    onEvent?.({ kind: 'started', jobId, attempt });
    const startedAt = Date.now();
    const stop = new AbortController();
    if (signal?.aborted === true) stop.abort(interrupted());
    signal?.addEventListener('abort', () => stop.abort(interrupted()), { once: true });
    const reporter = createJobReporter(job, progressEveryMs);
    const work = Promise.resolve().then(() => {
      stop.signal.throwIfAborted();
      return perform(parsePayload(schema, job.data, jobId), {
        jobId,
        signal: stop.signal,
        attempt,
        isLastAttempt,
        progress: reporter.report,
      });
    });
    try {
      running.add(jobId);
      const result = await raceAbort(work, stop.signal).finally(() => running.delete(jobId));
      throttles = 0;
      onEvent?.({ kind: 'done', jobId, seconds: (Date.now() - startedAt) / 1000, result });
      return result ?? null;
    } catch (thrown) {
      if (signal?.aborted === true) return await leave(job, token, signal.reason);
      const error = toAppError(thrown);
      if (error.code === 'STORAGE_THROTTLED' && job.attemptsStarted < MAX_STARTS_THROTTLED) {
        const isAlone = job.attemptsStarted > MOST_RESTS;
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** throttles, LONGEST_PAUSE_MS);
        throttles += 1;
        await (isAlone ? job.moveToDelayed(Date.now() + LONGEST_PAUSE_MS, token) : worker.rateLimit(pauseMs));
        // For people: nothing rests on it.
        connection.incr(throttleKey(prefix, queue)).catch(() => undefined);
        onEvent?.({ kind: 'throttled', jobId, pauseMs });
        throw isAlone ? new DelayedError() : new RateLimitError();
      }
      if (isForOtherVersion(error) && job.attemptsStarted < MAX_STARTS_ELSEWHERE) {
        await job.updateProgress({ left: toReason(error) });
        await job.moveToDelayed(Date.now() + LEFT_FOR_MS, token);
        onEvent?.({ kind: 'left', jobId, error });
        throw new DelayedError();
      }
      if (poison !== undefined && error.code === 'SHARD_GAVE_UP') return await mourn(job, token, poison, error);
      const isFinal = finalCodes.includes(error.code) || isHopeless(error, job.attemptsMade + 1);
      if (isFinal || isLastAttempt) await giveUp(job, error);
      onEvent?.({ kind: 'failed', jobId, error, isFinal: isFinal || isLastAttempt });
      throw isFinal ? new UnrecoverableError(toReason(error)) : new Error(toReason(error), { cause: error });
    } finally {
      reporter.stop();
    }
  }

  async function giveUp(job: Job, error: AppError): Promise<void> {
    const jobId = job.id ?? '';
    try {
      await options.onGivenUp?.(parsePayload(schema, job.data, jobId), error);
    } catch (unrecorded) {
      onEvent?.({ kind: 'unrecorded', jobId, error: toAppError(unrecorded) });
    }
  }

  /** Stopped from outside: put back when the process drains, left alone when the job is another's by now. */
  async function leave(job: Job, token: string | undefined, reason: unknown): Promise<never> {
    const jobId = job.id ?? '';
    if (reason === LOCK_LOST || token === undefined) {
      onEvent?.({ kind: 'lock-lost', jobId });
      await options.onLockLost?.(parsePayload(schema, job.data, jobId), jobId);
      throw new WaitingError();
    }
    await job.moveToWait(token);
    if (isDraining && poison !== undefined) await ends.excuse(jobId, -1);
    givenBack += 1;
    onEvent?.({ kind: 'given-back', jobId });
    throw new WaitingError();
  }

  worker.on('error', (error) => onEvent?.({ kind: 'redis-error', message: error.message }));
  worker.on('failed', (job, error) => {
    if (job === undefined || error.message !== STALLED) return;
    const { code, message } = parseFailedReason(STALLED);
    void giveUp(job, new AppError(code ?? 'INTERRUPTED', message));
  });
  worker.on('stalled', (jobId) => onEvent?.({ kind: 'stalled', jobId }));
  worker.on('lockRenewalFailed', (jobIds) => {
    for (const jobId of jobIds) worker.cancelJob(jobId, LOCK_LOST);
  });

  return {
    ready: async () => {
      await worker.waitUntilReady();
    },
    drain: async (timeoutMs) => {
      // Whoever ends this process before the drain is over ends no shard's good name. Redis may be away: nobody waits for it.
      if (!isDraining && poison !== undefined)
        for (const jobId of running) ends.excuse(jobId, 1).catch(() => undefined);
      isDraining = true;
      await drainWorker(worker, {
        timeoutMs,
        isBusy: () => running.size > 0,
        isRedisAway: () => connection.status !== 'ready',
        cut: () => redis.end(connection),
      });
      return givenBack;
    },
  };
}

function firstPauseOf(options: JobsOptions | undefined): number | undefined {
  const backoff = options?.backoff;
  return typeof backoff === 'object' ? backoff.delay : undefined;
}
