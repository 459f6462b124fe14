// What the listing says of archives and layouts, told before the first object is read: who gave a layout that fits nothing can still stop.

import type { HuntStages } from './execute-hunt.ts';
import type { Tell } from './notices.ts';

/** The same stages, which tell a plan's warnings as soon as it stands. */
export function tellPlan(stages: HuntStages, tell: Tell): HuntStages {
  return (given) =>
    stages({
      ...given,
      runShards: (work) => {
        for (const warning of work.plan.done.warnings) tell(warning);
        return given.runShards(work);
      },
    });
}
