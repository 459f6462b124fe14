// `coldhunt dashboard [place]`: how the hunts and watches of a place are, in a browser.

import type { Command } from 'commander';
import { startDashboard } from '@coldhunt/dashboard';
import { loadDashboardConfig, type DashboardFlags } from '@coldhunt/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { runUntilEnd } from '../service-flags.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(
    program
      .command('dashboard')
      .summary('hunts and watches of a place, in a browser')
      .description(
        'Serves pages that show how the hunts and watches of a folder or an S3 prefix are, and metrics for Prometheus. Only this machine reaches it unless --host says otherwise, which asks for a token in COLDHUNT_DASHBOARD_TOKEN.',
      )
      .argument('[place]', 'a folder or an s3:// URI that holds runs and watches', 'runs'),
  )
    .option('--host <address>', 'where to listen (default: 127.0.0.1)')
    .option('--port <n>', 'port; 0: any that is free (default: 4127)')
    .option('--allow-actions', 'hunts can be cancelled, resumed and retried from the page')
    .option('--redis <url>', 'show queues and workers too (default: COLDHUNT_REDIS_URL or coldhunt.yaml)')
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .addHelpText('after', '\nExample:\n  coldhunt dashboard s3://my-hunts')
    .action(async (_place: string, _flags: unknown, self: Command) => {
      const config = processConfig(self, context);
      const dashboard = loadDashboardConfig(self.optsWithGlobals<DashboardFlags>(), context.env);
      await runUntilEnd(() => startDashboard({ dashboard, logLevel: config.logLevel }));
      end(EXIT.done);
    });
}
