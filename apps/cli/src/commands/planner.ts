// `coldhunt planner`: the planner process, with what it needs to run the nights of watches whose schedule rang.

import type { Command } from 'commander';
import { startPlanner, type ScheduledNights } from '@coldhunt/planner';
import type { ProcessConfig } from '@coldhunt/runtime';
import { nextInstant } from '@coldhunt/watch';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addArchivesFlag, addServiceFlags, runUntilEnd, serviceConfig } from '../service-flags.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { noteGivenUp, runScheduled } from '../scheduled-run.ts';
import { restoreSchedule } from '../sync-schedules.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addArchivesFlag(
    addServiceFlags(
      program
        .command('planner')
        .summary('plan detached hunts, for ever')
        .description(
          'Takes detached hunts, lists their archives, writes their plans and hands them to the reducers. SIGTERM drains.',
        ),
    ),
  )
    .addHelpText('after', '\nExample:\n  COLDHUNT_REDIS_URL=redis://queue:6379 coldhunt planner')
    .action(async (_flags: unknown, self: Command) => {
      const config = processConfig(self, context);
      await runUntilEnd(() => startPlanner(config, serviceConfig(self, context), nightsOf(config)));
      end(EXIT.done);
    });
}

function nightsOf(config: ProcessConfig): ScheduledNights {
  return {
    nextInstant,
    run: (job, context) => runScheduled({ config, job }, context),
    restore: (job, access) => restoreSchedule(job, access, config),
    noteGivenUp: (job, error) => noteGivenUp(job, config, error),
  };
}
