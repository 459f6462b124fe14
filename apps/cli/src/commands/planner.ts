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
import { restoreSchedule, syncSchedules } from '../sync-schedules.ts';

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

/** Of 30 seconds each: the lease of a watch holds two minutes. */
const LOCKS_A_LEASE = 4;

function nightsOf(config: ProcessConfig): ScheduledNights {
  return {
    nextInstant,
    run: (job, { lockMs, ...context }) => runScheduled({ config, job, leaseMs: LOCKS_A_LEASE * lockMs }, context),
    sync: async (access) => (config.watches.length === 0 ? [] : syncSchedules(config.watches, { access, config })),
    restore: (job, access) => restoreSchedule(job, access, config),
    noteGivenUp: (job, error) => noteGivenUp(job, config, error),
  };
}
