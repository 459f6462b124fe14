// A shard whose process died before runs alone in its process, and nothing waits beside it: when it dies again, no innocent shard is
// blamed for it. (A job that waits here is `active` for BullMQ: it would count as stalled with the others.)
//
//                    others run          a suspect waits or runs
// an unsuspicious    goes in             is turned away: back into the queue
// a suspect          waits till they end is turned away

export interface SuspectGate {
  /** `turned-away`: not now, and not here. Whoever goes in leaves. */
  enter(isSuspect: boolean): Promise<'in' | 'turned-away'>;
  leave(isSuspect: boolean): Promise<void>;
}

export interface SuspectGateOptions {
  /** Stops taking jobs. */
  readonly pause: () => Promise<void>;
  readonly resume: () => Promise<void>;
}

export function createSuspectGate({ pause, resume }: SuspectGateOptions): SuspectGate {
  let inside = 0;
  let hasSuspect = false;
  let whenEmpty: (() => void) | null = null;
  return {
    enter: async (isSuspect) => {
      if (hasSuspect) return 'turned-away';
      if (isSuspect) {
        hasSuspect = true;
        await pause();
        if (inside > 0) await new Promise<void>((resolve) => (whenEmpty = resolve));
      }
      inside += 1;
      return 'in';
    },
    leave: async (isSuspect) => {
      inside -= 1;
      if (isSuspect) {
        hasSuspect = false;
        await resume();
      } else if (inside === 0) {
        whenEmpty?.();
        whenEmpty = null;
      }
    },
  };
}
