// A hunt handed over whole to planner and reducer processes: its run id on stdout, what to know about it on stderr.

import type { RunFile } from '@coldhunt/engine';
import { describeAbsence, type Role } from './describe-absence.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Tell } from './notices.ts';
import type { CliContext } from './program.ts';
import type { RedisHunt, SubmitHuntOptions } from './redis-hunt.ts';
import { toShellWord } from './shell-word.ts';

export interface HandOverOptions extends SubmitHuntOptions {
  readonly redis: RedisHunt;
  readonly context: CliContext;
  readonly tell: Tell;
  /** The run folder as the user named it. */
  readonly location: string;
}

/** Returns as soon as the hunt waits in the queue, also where nobody is connected to take it: that is told. */
export async function handOver(run: RunFile, options: HandOverOptions): Promise<ExitCode> {
  const { redis, context, tell, location, ...submission } = options;
  const state = await redis.submit(run, submission);
  context.stdout.write(`${run.run_id}\n`);
  if (state === 'known') tell('the hunt is under way already: nothing was added');
  const { planners, workers, reducers } = (await redis.status(run, submission.store)).processes;
  const connected: Readonly<Record<Role, number | null>> = { planner: planners, worker: workers, reducer: reducers };
  for (const role of ['planner', 'worker', 'reducer'] as const) {
    if (connected[role] === 0) tell(describeAbsence(role, redis.place));
  }
  tell(`follow it with: coldhunt status ${toShellWord(location)} --wait`);
  return EXIT.done;
}
