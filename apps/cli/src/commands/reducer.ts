// `coldhunt reducer`: the reducer process.

import type { Command } from 'commander';
import { startReducer } from '@coldhunt/reducer';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addMemoryFlags, addServiceFlags, runUntilEnd, serviceConfig } from '../service-flags.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addMemoryFlags(
    addServiceFlags(
      program
        .command('reducer')
        .summary('reduce detached hunts, for ever')
        .description(
          'Takes planned hunts, hands their shards to the workers and follows them, raises the alerts and writes the reports. SIGTERM drains.',
        ),
    ),
  )
    .addHelpText('after', '\nExample:\n  COLDHUNT_REDIS_URL=redis://queue:6379 coldhunt reducer')
    .action(async (_flags: unknown, self: Command) => {
      await runUntilEnd(() => startReducer(processConfig(self, context), serviceConfig(self, context)));
      end(EXIT.done);
    });
}
