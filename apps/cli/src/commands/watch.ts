// `coldhunt watch add|run|status|alerts`: a hunt without an end, night after night.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { stringifyDocument, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { createShutdown, type ProcessConfig } from '@coldhunt/runtime';
import { standingAlerts } from '@coldhunt/watch';
import { addWatch, addWatchFlags } from '../add-watch.ts';
import { describeSummary } from '../describe-summary.ts';
import { describeWatch } from '../describe-watch.ts';
import { executeHunt } from '../execute-hunt.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags } from '../hunt-flags.ts';
import { createTell, describeSignal, isQuiet } from '../notices.ts';
import { openSinks } from '../open-sinks.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import type { RedisHunt } from '../redis-hunt.ts';
import { NIGHT_WEIGHT, requireWatch, runWatch } from '../run-watch.ts';
import { screenOf } from '../screen.ts';
import { readWatchState } from '../watch-state.ts';

interface RunFlags {
  readonly acceptIncomplete: boolean;
  readonly workers?: number;
  readonly redis?: string | true;
  readonly weight: number;
  readonly failOnAlerts: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const watch = program
    .command('watch')
    .summary('a hunt without an end: add one, run its due nights, see how it stands')
    .description(
      'Watches an archive: each night reads once what has arrived since the one before, rests on what that has left, and corrects what late events change.',
    )
    .addHelpText('after', '\nExample:\n  coldhunt watch run s3://my-hunts/nightly');
  addWatchFlags(addHuntFlags(watch.command('add')))
    .summary('begin a watch, or change it')
    .description(
      'Writes what is watched into a workspace; --from is where its first night begins. Nothing is read of the archive yet. Given again, it changes what is given again and reads the rules anew; the rest stays. Rules whose meaning changed read their history again, alone.',
    )
    .argument('<workspace>', 'a folder or an s3:// URI of its own')
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt watch add s3://my-hunts/nightly --archive s3://my-logs/endpoint --rule rules/ --from 2026-02-01 --cron "15 2 * * *"',
    )
    .action(async (location: string, _flags: object, self: Command) => {
      await addWatch(location, self, {
        config: processConfig(self, context),
        context,
        tell: createTell(self, context),
      });
      end(EXIT.done);
    });
  addStorageFlags(watch.command('run'))
    .summary('run the nights that are due')
    .description(
      'Runs every night that is due, oldest first, and ends; for cron, systemd or Kubernetes. A night that was not examined wholly leaves the watermark where it is and is tried again by the next call. Exit 0: all due nights are done, 3: one is incomplete, 4: alerts and --fail-on-alerts.',
    )
    .argument('<workspace>', 'a folder or an s3:// URI')
    .option(
      '--accept-incomplete',
      'move on past a night that was not examined wholly; what it lacks is tried again',
      false,
    )
    .option('--workers <n>', 'worker threads of this process (default: one per processor)', wholeNumber)
    .option('--redis [url]', 'hand the shards to BullMQ workers; without a URL: COLDHUNT_REDIS_URL or coldhunt.yaml')
    .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
    .option('--weight <n>', 'with --redis: share of the workers against other hunts', wholeNumber, NIGHT_WEIGHT)
    .option('--fail-on-alerts', 'exit 4 when there are alerts', false)
    .addHelpText('after', '\nExample:\n  15 2 * * * coldhunt watch run /var/lib/coldhunt/nightly')
    .action(async (location: string, flags: RunFlags, self: Command) => {
      end(await runNights(location, flags, { config: processConfig(self, context), context, self }));
    });
  addStorageFlags(watch.command('status'))
    .summary('how a watch stands')
    .description('Prints the watermark, the last night, when the next is due, and what could not be read so far.')
    .argument('<workspace>', 'a folder or an s3:// URI')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  coldhunt watch status s3://my-hunts/nightly')
    .action(async (location: string, flags: { json?: boolean }, self: Command) => {
      await withWorkspace(location, processConfig(self, context), async (workspace) => {
        const state = await readWatchState(workspace, await requireWatch(workspace), Date.now());
        context.stdout.write(describeWatch(state, flags.json === true));
      });
      end(EXIT.done);
    });
  addStorageFlags(watch.command('alerts'))
    .summary('the alerts of all nights, as they stand after corrections')
    .description(
      'Prints alert documents, one a line: what nights have raised, without what was superseded or withdrawn.',
    )
    .argument('<workspace>', 'a folder or an s3:// URI')
    .option('--json', 'one JSON array in place of lines', false)
    .addHelpText('after', '\nExample:\n  coldhunt watch alerts s3://my-hunts/nightly | jq .')
    .action(async (location: string, { json }: { readonly json: boolean }, self: Command) => {
      await withWorkspace(location, processConfig(self, context), async (workspace) => {
        await requireWatch(workspace);
        let before = json ? '[' : '';
        for await (const alert of standingAlerts(workspace)) {
          context.stdout.write(`${before}${stringifyDocument(alert)}${json ? '' : '\n'}`);
          if (json) before = ',\n';
        }
        if (json) context.stdout.write(`${before === '[' ? '[' : ''}]\n`);
      });
      end(EXIT.done);
    });
}

interface RunContext {
  readonly config: ProcessConfig;
  readonly context: CliContext;
  readonly self: Command;
}

async function runNights(location: string, flags: RunFlags, { config, context, self }: RunContext): Promise<ExitCode> {
  const tell = createTell(self, context);
  const workspace = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
  const shutdown = createShutdown((name, isFirst) => tell(describeSignal(name, isFirst)));
  const locationOf = (folder: string): string => `${location.replace(/\/$/, '')}/${folder.slice(0, -1)}`;
  let redis: RedisHunt | null = null;
  try {
    const watch = await requireWatch(workspace);
    const sinks = openSinks(watch.sinks, config, context);
    if (flags.redis !== undefined) redis = await (await import('../redis-hunt.ts')).connectHunt(config, tell);
    let code: ExitCode = EXIT.done;
    await runWatch({
      workspace,
      watch,
      config,
      sinks,
      acceptIncomplete: flags.acceptIncomplete,
      signal: shutdown.draining,
      tell,
      onNews: ({ hunt: { summary } }, folder) => {
        if (!isQuiet(self))
          context.stdout.write(describeSummary(summary, locationOf(folder), screenOf(context.stdout, context.env)));
      },
      hunt: async ({ folder, isAside, ...night }) => {
        const given = await executeHunt({
          ...night,
          location: locationOf(folder),
          config,
          context,
          shutdown,
          startedAtMs: Date.now(),
          threads: Math.max(1, flags.workers ?? availableParallelism()),
          redis,
          weight: Math.max(1, flags.weight),
          partitions: 1,
          failOnAlerts: flags.failOnAlerts,
          quiet: isQuiet(self),
          isSummaryTold: false,
        });
        if (!isAside) code = worse(code, given);
      },
    });
    return code;
  } finally {
    shutdown.dispose();
    await Promise.all([redis?.close(), workspace.close?.()]);
  }
}

/** Incomplete is worse than alerts, alerts than done. */
function worse(a: ExitCode, b: ExitCode): ExitCode {
  const order: readonly ExitCode[] = [EXIT.done, EXIT.alerts, EXIT.incomplete, EXIT.failed];
  return order.indexOf(b) > order.indexOf(a) ? b : a;
}

async function withWorkspace(
  location: string,
  config: ProcessConfig,
  use: (workspace: RunStore) => Promise<void>,
): Promise<void> {
  const workspace = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
  try {
    await use(workspace);
  } finally {
    await workspace.close?.();
  }
}
