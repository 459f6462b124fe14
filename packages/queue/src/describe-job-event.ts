// What a worker does with its jobs -> a line of a log: a constant message, and fields.

import type { JobEvent } from './create-job-worker.ts';

export interface EventLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** No line holds an event of an archive or a secret. */
export function describeJobEvent(event: JobEvent): EventLine {
  const { kind: _kind, ...fields } = event;
  switch (event.kind) {
    case 'started':
      return { level: 'debug', message: 'job started', fields };
    case 'done':
      return { level: 'info', message: 'job done', fields };
    case 'failed':
      return event.isFinal
        ? { level: 'error', message: 'job failed', fields: failureOf(event) }
        : { level: 'warn', message: 'job failed and is tried again', fields: failureOf(event) };
    case 'unrecorded':
      return {
        level: 'warn',
        message: 'why the job failed could not be written into its run folder',
        fields: failureOf(event),
      };
    case 'throttled':
      return { level: 'warn', message: 'the storage asks to slow down: no new shards for a while', fields };
    case 'given-back':
      return { level: 'info', message: 'job given back', fields };
    case 'left':
      return { level: 'warn', message: 'job left to processes of another version', fields: failureOf(event) };
    case 'lock-lost':
      return { level: 'warn', message: 'the job is no longer ours: stopped', fields };
    case 'stalled':
      return { level: 'warn', message: 'the process that had this job is gone: it is begun again', fields };
    case 'redis-error':
      return { level: 'warn', message: 'trouble with Redis', fields: { reason: event.message } };
  }
}

function failureOf({
  jobId,
  error,
}: Extract<JobEvent, { kind: 'failed' | 'unrecorded' | 'left' }>): EventLine['fields'] {
  return { jobId, code: error.code, reason: error.message };
}
