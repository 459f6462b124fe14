// `coldhunt schedule run`: the due nights of a watch, asked of the planners now.

import { setTimeout as delay } from 'node:timers/promises';
import { AppError, TransientError, countOf } from '@coldhunt/core';
import { runSchedule, scheduleRunState, schedulingPlanners, type ScheduleAccess } from '@coldhunt/queue';
import { describeAbsence } from './describe-absence.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { ScheduleContext } from './schedule-context.ts';
import type { OpenSchedule } from './schedules.ts';

const POLL_MS = 250;

/** `wait`: until they are run, with the exit code of `coldhunt watch run`. Throws what ended the run. */
export async function askSchedule(
  { schedule: { name, paused }, workspace }: OpenSchedule,
  { access, config, tell, wait }: ScheduleContext & { readonly access: ScheduleAccess; readonly wait: boolean },
): Promise<ExitCode> {
  if (paused) {
    tell(`the schedule ${name} is paused: nothing is run; go on with coldhunt schedule resume ${name}`);
    return EXIT.done;
  }
  const { jobId, state } = await runSchedule(access, { name, workspaceUri: workspace.uri });
  tell(
    state === 'known'
      ? `its nights were asked for already, and wait or run: nothing was added`
      : `asked the planners for the due nights of ${name}: see coldhunt schedule history ${name}`,
  );
  if ((await schedulingPlanners(access)) === 0)
    tell(describeAbsence('planner', { redis: access.redis.shown, prefix: config.redisPrefix }));
  if (!wait) return EXIT.done;
  for (let troubled = ''; ; await delay(POLL_MS)) {
    const { state: reached, result, failure } = await scheduleRunState(access, jobId);
    if (reached === 'gone') throw new TransientError('INTERRUPTED', `Redis has lost the run of ${name}: ask again`);
    if (reached === 'failed')
      throw new AppError(failure?.code ?? 'INTERRUPTED', failure?.message ?? `the run of ${name} failed`);
    if (reached === 'completed') {
      tell(`${countOf(result?.nights ?? 0, 'night')} run, ${countOf(result?.alerts ?? 0, 'alert')}`);
      if (result?.more === true) tell('more nights are due: the planners go on with the next piece');
      return result?.state === 'incomplete' ? EXIT.incomplete : EXIT.done;
    }
    const trouble = failure === null ? '' : `it is tried again after: ${failure.message}`;
    if (trouble !== troubled) tell(trouble);
    troubled = trouble;
  }
}
