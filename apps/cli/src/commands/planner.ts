// `coldhunt planner`: the planner process.

import type { Command } from 'commander';
import { startPlanner } from '@coldhunt/planner';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addArchivesFlag, addServiceFlags, runUntilEnd, serviceConfig } from '../service-flags.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

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
      await runUntilEnd(() => startPlanner(processConfig(self, context), serviceConfig(self, context)));
      end(EXIT.done);
    });
}
