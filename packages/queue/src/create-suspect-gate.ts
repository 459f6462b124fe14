// A shard whose process died before runs alone in its process: when it dies again, it takes no innocent shard with it, and an innocent
// one that died beside a poisonous one is not blamed a second time.

export interface SuspectGate {
  /** Runs `act` beside others, or alone when it is suspect. First come, first served. */
  run<T>(isSuspect: boolean, act: () => Promise<T>): Promise<T>;
}

export function createSuspectGate(): SuspectGate {
  const waiting: { readonly isSuspect: boolean; readonly enter: () => void }[] = [];
  let inside = 0;
  let isAlone = false;

  const admit = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      if (isAlone || (first.isSuspect && inside > 0)) return;
      waiting.shift();
      inside += 1;
      isAlone = first.isSuspect;
      first.enter();
    }
  };

  return {
    run: async (isSuspect, act) => {
      await new Promise<void>((enter) => {
        waiting.push({ isSuspect, enter });
        admit();
      });
      try {
        return await act();
      } finally {
        inside -= 1;
        if (isSuspect) isAlone = false;
        admit();
      }
    },
  };
}
