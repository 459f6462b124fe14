// Progress is for people: it is sent now and then, and a failure to send it is nothing.

import type { Job } from 'bullmq';

export interface JobReporter {
  /** The last one wins. */
  report(value: object): void;
  stop(): void;
}

/** Sends at most every `everyMs`. */
export function createJobReporter(job: Job, everyMs: number): JobReporter {
  let last: object | null = null;
  let timer: NodeJS.Timeout | undefined;
  const send = (): void => {
    timer = undefined;
    if (last !== null) job.updateProgress(last).catch(() => undefined);
    last = null;
  };
  return {
    report: (value) => {
      last = value;
      timer ??= setTimeout(send, everyMs);
    },
    stop: () => clearTimeout(timer),
  };
}
