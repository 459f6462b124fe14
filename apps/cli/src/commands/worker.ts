// `coldhunt worker`: the worker process.

import type { Command } from 'commander';
import { startWorker } from '@coldhunt/worker';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { byteCount, wholeNumber } from '../flag-values.ts';
import { addArchivesFlag, addMemoryFlag, addServiceFlags, runUntilEnd, serviceConfig } from '../service-flags.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addMemoryFlag(
    addArchivesFlag(
      addServiceFlags(
        program
          .command('worker')
          .summary('scan shards of hunts, for ever')
          .description(
            'Takes shards from the queue and scans them in worker threads. SIGTERM drains: no more shards are taken, and at --drain-timeout the rest is given back.',
          ),
      ),
    ),
  )
    .option('--workers <n>', 'scan threads (default: one per processor)', wholeNumber)
    .option('--thread-memory <bytes>', 'heap limit of a scan thread (default: 512 MB)', byteCount)
    .option(
      '--shard-time-limit <duration>',
      'how long a shard may take, beside a second for each 100 kB (default: 10m)',
    )
    .addHelpText('after', '\nExample:\n  COLDHUNT_REDIS_URL=redis://queue:6379 coldhunt worker')
    .action(async (_flags: unknown, self: Command) => {
      await runUntilEnd(() => startWorker(processConfig(self, context), serviceConfig(self, context)));
      end(EXIT.done);
    });
}
