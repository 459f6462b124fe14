// `coldhunt dashboard [place]`: how the hunts and watches of a place are, in a browser.

import type { Command } from 'commander';
import { openRunStore } from '@coldhunt/archive';
import { startDashboard } from '@coldhunt/dashboard';
import { loadDashboardConfig, type DashboardFlags } from '@coldhunt/runtime';
import { createDashboardActions } from '../dashboard-actions.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { requirePath } from '../require-path.ts';
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
    .action(async (place: string, _flags: unknown, self: Command) => {
      const config = processConfig(self, context);
      const flags = self.optsWithGlobals<DashboardFlags & StorageFlags>();
      const dashboard = loadDashboardConfig(flags, context.env);
      await requirePath(place, 'dashboard', config.cwd);
      await runUntilEnd(() =>
        startDashboard({
          dashboard,
          logLevel: config.logLevel,
          openWorkspace: () => openRunStore(place, { cwd: config.cwd, s3: config.outS3 }),
          redis: config.redisUrl === null ? null : { url: config.redisUrl, prefix: config.redisPrefix },
          actions: () => createDashboardActions({ place, config, env: context.env, storageFlags: spell(flags) }),
          onListening: (address) => context.stdout.write(`${address}\n`),
        }),
      );
      end(EXIT.done);
    });
}

interface StorageFlags {
  readonly config?: string;
  readonly s3Endpoint?: string;
  readonly s3ForcePathStyle?: boolean;
  readonly region?: string;
}

/** As another command takes them. */
function spell({ config, s3Endpoint, s3ForcePathStyle, region }: StorageFlags): readonly string[] {
  return [
    ...(config === undefined ? [] : ['--config', config]),
    ...(s3Endpoint === undefined ? [] : ['--s3-endpoint', s3Endpoint]),
    ...(s3ForcePathStyle === true ? ['--s3-force-path-style'] : []),
    ...(region === undefined ? [] : ['--region', region]),
  ];
}
