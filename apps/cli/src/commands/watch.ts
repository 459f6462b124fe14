// `coldhunt watch add|run|status|alerts`: a hunt without an end, night after night.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InputError, countOf, stringifyDocument, type RunStore } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import { createShutdown, type ProcessConfig } from '@coldhunt/runtime';
import { readSchedule, readWatch, standingAlerts, writeWatch, type Watch } from '@coldhunt/watch';
import { describeWatch } from '../describe-watch.ts';
import { durationOf } from '../duration-flag.ts';
import { executeHunt } from '../execute-hunt.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags, collect, type HuntFlags } from '../hunt-flags.ts';
import { describeLeftOut, resolveHuntRequest } from '../hunt-request.ts';
import { createTell, describeSignal, isQuiet } from '../notices.ts';
import { openSinks } from '../open-sinks.ts';
import { refuseInsideArchive } from '../refuse-inside-archive.ts';
import { addStorageFlags, processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import type { RedisHunt } from '../redis-hunt.ts';
import { NIGHT_WEIGHT, requireWatch, runWatch } from '../run-watch.ts';
import { readWatchState } from '../watch-state.ts';

interface AddFlags extends HuntFlags {
  readonly cron: string;
  readonly tz: string;
  readonly lateness: string;
  readonly rescanWindow: string;
  readonly sink: readonly string[];
}

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
  addHuntFlags(watch.command('add'))
    .summary('begin a watch')
    .description(
      'Writes what is watched into a workspace; --from is where its first night begins. Nothing is read of the archive yet. Given again, it changes rules and options: rules whose meaning changed read their history again, alone.',
    )
    .argument('<workspace>', 'a folder or an s3:// URI of its own')
    .requiredOption('--cron <expression>', 'when nights are run: minute hour day month weekday, e.g. "15 2 * * *"')
    .option('--tz <zone>', 'time zone of the expression', 'UTC')
    .option('--lateness <duration>', 'how long before its run a night ends: events may still arrive meanwhile', '2h')
    .option('--rescan-window <duration>', 'how far back a night still takes up events that arrive late', '3d')
    .option(
      '--sink <name>',
      'where alerts and corrections go: an entry under sinks of coldhunt.yaml (repeatable)',
      collect,
      [],
    )
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt watch add s3://my-hunts/nightly --archive s3://my-logs/endpoint --rule rules/ --from 2026-02-01 --cron "15 2 * * *"',
    )
    .action(async (location: string, flags: AddFlags, self: Command) => {
      const config = processConfig(self, context);
      const tell = createTell(self, context);
      if (flags.to !== undefined || flags.last !== undefined)
        throw new InputError(
          'OPTION_INVALID',
          'a watch has no end: give its beginning with --from, and no --to or --last',
        );
      const request = await resolveHuntRequest(flags, config, Date.now());
      for (const warning of request.warnings) tell(warning);
      for (const rule of request.rulesLeftOut) tell(describeLeftOut(rule));
      const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
      try {
        const { question } = request;
        refuseInsideArchive(
          'workspace',
          store.uri,
          question.archives.map(({ uri }) => uri),
        );
        const known = await readWatch(store);
        openSinks(flags.sink, config, context);
        await writeWatch(store, {
          question: question as Watch['question'],
          cron: flags.cron,
          tz: flags.tz,
          lateness_ms: durationOf(flags.lateness, '--lateness'),
          rescan_ms: durationOf(flags.rescanWindow, '--rescan-window'),
          sinks: flags.sink,
        });
        tell(
          `${known === null ? 'watching' : 'changed:'} ${countOf(question.rules.length, 'rule')} from ${question.from} on; run its due nights with: coldhunt watch run ${location}`,
        );
        const schedule = await readSchedule(store);
        if (schedule !== null && (known?.cron !== flags.cron || known.tz !== flags.tz))
          tell(`tell the fleet when ${schedule.name} rings now: coldhunt schedule sync ${location}`);
        end(EXIT.done);
      } finally {
        await Promise.all([store.close?.(), ...request.sources.map((source) => source.close?.())]);
      }
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
    .addHelpText('after', '\nExample:\n  coldhunt watch alerts s3://my-hunts/nightly | jq .')
    .action(async (location: string, _flags: object, self: Command) => {
      await withWorkspace(location, processConfig(self, context), async (workspace) => {
        await requireWatch(workspace);
        for await (const alert of standingAlerts(workspace)) context.stdout.write(`${stringifyDocument(alert)}\n`);
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
      hunt: async ({ folder, ...night }) => {
        const given = await executeHunt({
          ...night,
          location: `${location.replace(/\/$/, '')}/${folder.slice(0, -1)}`,
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
        });
        code = worse(code, given);
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
