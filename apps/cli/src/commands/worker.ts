// `coldhunt worker`: the worker process.

import type { Command } from 'commander';
import { startWorker } from '@coldhunt/worker';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addServiceFlags, serviceOptions, type ServiceFlags } from '../service-flags.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addServiceFlags(
    program
      .command('worker')
      .summary('scan shards of hunts, for ever')
      .description(
        'Takes shards from the queue and scans them in worker threads. SIGTERM drains: no more shards are taken, and at --drain-timeout the rest is given back.',
      ),
  )
    .addHelpText('after', '\nExample:\n  COLDHUNT_REDIS_URL=redis://queue:6379 coldhunt worker')
    .action(async (flags: ServiceFlags, self: Command) => {
      await startWorker(processConfig(self, context), serviceOptions(flags));
      end(EXIT.done);
    });
}
