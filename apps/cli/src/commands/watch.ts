// `coldhunt watch add|run|status|alerts`: a hunt without an end, night after night.

import { availableParallelism } from 'node:os';
import type { Command } from 'commander';
import { InputError, countOf, stringifyDocument, type RunStore } from '@coldhunt/core';
import { openArchive, openRunStore } from '@coldhunt/archive';
import { createShutdown, s3ConnectionOf, type ProcessConfig } from '@coldhunt/runtime';
import {
  deliverNights,
  folderStore,
  lastNight,
  nightFolder,
  pendingNights,
  readWatch,
  runDueNights,
  runNight,
  standingAlerts,
  writeWatch,
  type NightResult,
  type Watch,
} from '@coldhunt/watch';
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
    .option('--fail-on-alerts', 'exit 4 when there are alerts', false)
    .addHelpText('after', '\nExample:\n  15 2 * * * coldhunt watch run /var/lib/coldhunt/nightly')
    .action(async (location: string, flags: RunFlags, self: Command) => {
      end(await runWatch(location, flags, { config: processConfig(self, context), context, self }));
    });
  addStorageFlags(watch.command('status'))
    .summary('how a watch stands')
    .description('Prints the watermark, the last night, when the next is due, and what could not be read so far.')
    .argument('<workspace>', 'a folder or an s3:// URI')
    .option('--json', 'one JSON object')
    .addHelpText('after', '\nExample:\n  coldhunt watch status s3://my-hunts/nightly')
    .action(async (location: string, flags: { json?: boolean }, self: Command) => {
      await withWorkspace(location, processConfig(self, context), async (workspace) => {
        const known = await requireWatch(workspace);
        const pending = await pendingNights(workspace, known.sinks);
        const night = await lastNight(workspace);
        context.stdout.write(describeWatch(known, { night, pending, nowMs: Date.now() }, flags.json === true));
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

async function runWatch(location: string, flags: RunFlags, { config, context, self }: RunContext): Promise<ExitCode> {
  const tell = createTell(self, context);
  const workspace = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
  const shutdown = createShutdown((name, isFirst) => tell(describeSignal(name, isFirst)));
  try {
    const watch = await requireWatch(workspace);
    const sinks = openSinks(watch.sinks, config, context);
    const redis = flags.redis === undefined ? null : await (await import('../redis-hunt.ts')).connectHunt(config, tell);
    const sources = watch.question.archives.map((archive) =>
      openArchive(archive.uri, { cwd: config.cwd, s3: s3ConnectionOf(config, archive.name) }),
    );
    let code: ExitCode = EXIT.done;
    let nights = 0;
    const run = async (night: Parameters<Parameters<typeof runDueNights>[0]['run']>[0]): Promise<NightResult> => {
      const folder = nightFolder((night.before?.number ?? 0) + 1);
      const [from, to] = [night.range.fromMs, night.range.toMs].map((ms) => new Date(ms).toISOString());
      tell(`night ${folder}: ${from} to ${to}`);
      const ended: { result: NightResult | null } = { result: null };
      const given = await executeHunt({
        stages: async (stages) => {
          ended.result = await runNight({ ...stages, ...night, sources, acceptIncomplete: flags.acceptIncomplete });
          return ended.result.hunt;
        },
        store: folderStore(workspace, folder),
        location: `${location.replace(/\/$/, '')}/${folder.slice(0, -1)}`,
        config,
        context,
        shutdown,
        startedAtMs: Date.now(),
        threads: Math.max(1, flags.workers ?? availableParallelism()),
        redis,
        partitions: 1,
        failOnAlerts: flags.failOnAlerts,
        quiet: isQuiet(self),
      });
      code = worse(code, given);
      nights += 1;
      if (ended.result === null) throw new Error('a night that ended has a result');
      return ended.result;
    };
    try {
      const due = runDueNights({
        workspace,
        watch,
        now: Date.now,
        run,
        lease: { onTrouble: (error) => tell(`the lease could not be renewed: ${String(error)}`) },
      });
      for await (const { night, run: ran } of due) tellOfNight(night, ran.question.to, tell);
    } finally {
      await Promise.all([redis?.close(), ...sources.map((source) => source.close?.())]);
    }
    if (nights === 0) tell('no night is due');
    for (const { sink, pending, rejected, error } of await deliverNights({
      workspace,
      sinks,
      signal: shutdown.draining,
    })) {
      if (rejected > 0)
        tell(`sink ${sink} will never take ${countOf(rejected, 'delivery', 'deliveries')}: see dead-letter/${sink}/`);
      if (error !== null)
        tell(`sink ${sink} has still to be told of ${countOf(pending, 'night')}: ${error.message} (${error.code})`);
    }
    return code;
  } finally {
    shutdown.dispose();
    await workspace.close?.();
  }
}

function tellOfNight(night: NightResult['night'], to: string | null, tell: (text: string) => void): void {
  if (night === null) {
    tell(
      `the night to ${to ?? ''} was not examined wholly: the watermark stays; mend it and run again, or move on with --accept-incomplete`,
    );
    return;
  }
  const { added, superseded, withdrawn } = night.corrections;
  if (added + superseded + withdrawn > 0) {
    tell(
      `late events corrected earlier nights: ${countOf(added, 'alert')} added, ${superseded} superseded, ${withdrawn} withdrawn (corrections.ndjson)`,
    );
  }
  if (night.too_late > 0)
    tell(`${countOf(night.too_late, 'match', 'matches')} came later than --rescan-window: too_late.ndjson`);
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

async function requireWatch(workspace: RunStore): Promise<Watch> {
  const watch = await readWatch(workspace);
  if (watch !== null) return watch;
  throw new InputError('WATCH_INVALID', `${workspace.uri} holds no watch: begin one with coldhunt watch add`);
}
