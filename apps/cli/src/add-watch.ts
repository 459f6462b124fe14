// `coldhunt watch add`: what is watched, into its workspace. Given again it changes what is given again and leaves the rest as it was.

import { resolve } from 'node:path';
import type { Command } from 'commander';
import { InputError, countOf } from '@coldhunt/core';
import { openRunStore } from '@coldhunt/archive';
import type { ProcessConfig } from '@coldhunt/runtime';
import { dueNights, lastNight, readSchedule, readWatch, writeWatch, type Watch } from '@coldhunt/watch';
import { describeChange } from './describe-watch-change.ts';
import { durationOf } from './duration-flag.ts';
import { collect, type HuntFlags } from './hunt-flags.ts';
import { describeLeftOut, resolveHuntRequest } from './hunt-request.ts';
import { openSinks } from './open-sinks.ts';
import type { CliContext } from './program.ts';
import { refuseInsideArchive } from './refuse-inside-archive.ts';
import { isMissing } from './require-path.ts';

interface AddFlags extends HuntFlags {
  readonly cron?: string;
  readonly tz: string;
  readonly lateness: string;
  readonly rescanWindow: string;
  /** false: --no-sink. */
  readonly sink: readonly string[] | false;
  readonly anew: boolean;
}

interface AddContext {
  readonly config: ProcessConfig;
  readonly context: CliContext;
  readonly tell: (text: string) => void;
}

/** Options of a hunt that a watch has no use for, and what is said to who gives one. */
const UNFIT: Readonly<Partial<Record<keyof HuntFlags, string>>> = {
  to: 'a watch has no end: give its beginning with --from',
  last: 'a watch has no end: give its beginning with --from',
  mode: 'a watch runs in mode complete',
  scheduleOffset: 'a watch runs in mode complete, which has no schedule of executions',
  maxAlerts: 'a watch reports every alert',
  maxBytes: 'a night reads what has arrived, however much: coldhunt plan tells what a range would read',
  maxCost: 'a night reads what has arrived, however much: coldhunt plan tells what a range would cost',
  prices: 'coldhunt plan tells what a range would cost',
  route: 'coldhunt plan tells what a range would cost',
  inventory: 'each night lists the archive for itself: an inventory is older than the night',
};
/** Options that name files: kept in full, for they are read again from anywhere. */
const FILES: readonly string[] = ['rule', 'archive', 'exceptions', 'waivers', 'fieldTypes'];
/** Kept in fields of the watch of their own, or of this call alone. */
const OWN: readonly string[] = ['cron', 'tz', 'lateness', 'rescanWindow', 'sink', 'anew', 'from'];

/** The options of a watch beside those of a hunt; what of those does not fit is not shown. */
export function addWatchFlags(command: Command): Command {
  for (const option of command.options) {
    if (Object.hasOwn(UNFIT, option.attributeName())) option.hideHelp();
    // Given again, a watch knows them.
    option.mandatory = false;
  }
  return command
    .option('--cron <expression>', 'when nights are run: minute hour day month weekday, e.g. "15 2 * * *"')
    .option('--tz <zone>', 'time zone of the expression', 'UTC')
    .option('--lateness <duration>', 'how long before its run a night ends: events may still arrive meanwhile', '2h')
    .option('--rescan-window <duration>', 'how far back a night still takes up events that arrive late', '3d')
    .option(
      '--sink <name>',
      'where alerts and corrections go: an entry under sinks of coldhunt.yaml (repeatable)',
      collect,
      [],
    )
    .option('--no-sink', 'tell nobody any more')
    .option('--anew', 'of a watch that there is: options that are not given again fall back to their defaults', false);
}

/** Throws InputError for what does not fit, before anything is written. */
export async function addWatch(location: string, self: Command, { config, context, tell }: AddContext): Promise<void> {
  const given = givenFlags(self);
  for (const [name, why] of Object.entries(UNFIT)) {
    const option = self.options.find((each) => each.attributeName() === name);
    if (Object.hasOwn(given, name)) throw new InputError('OPTION_INVALID', `${option?.long ?? name}: ${why}`);
  }
  const store = openRunStore(location, { cwd: config.cwd, s3: config.outS3 });
  try {
    const known = await readWatch(store);
    const kept = { ...known?.given, ...(await inFull(given, config.cwd)) };
    const hunt = given['anew'] === true ? await inFull(given, config.cwd) : kept;
    const flags: AddFlags = {
      ...self.opts<AddFlags>(),
      ...(known === null ? {} : { from: known.question.from }),
      ...(hunt as Partial<AddFlags>),
      ...(given as Partial<AddFlags>),
    };
    if (known === null && flags.cron === undefined)
      throw new InputError('OPTION_INVALID', 'when are nights run? Give --cron, e.g. --cron "15 2 * * *"');
    const request = await resolveHuntRequest(flags, config, Date.now());
    try {
      for (const warning of request.warnings) tell(warning);
      for (const rule of request.rulesLeftOut) tell(describeLeftOut(rule));
      const { question } = request;
      if (question.from === null)
        throw new InputError('WATCH_INVALID', 'a watch begins at an instant: give one with --from');
      refuseInsideArchive(
        'workspace',
        store.uri,
        question.archives.map(({ uri }) => uri),
      );
      const isGiven = (name: string): boolean => known === null || Object.hasOwn(given, name) || flags.anew;
      const next: Watch = {
        question: question as Watch['question'],
        cron: flags.cron ?? known?.cron ?? '',
        tz: isGiven('tz') ? flags.tz : (known?.tz ?? flags.tz),
        lateness_ms: isGiven('lateness') ? durationOf(flags.lateness, '--lateness') : (known?.lateness_ms ?? 0),
        rescan_ms: isGiven('rescanWindow')
          ? durationOf(flags.rescanWindow, '--rescan-window')
          : (known?.rescan_ms ?? 0),
        sinks: isGiven('sink') ? (flags.sink === false ? [] : flags.sink) : (known?.sinks ?? []),
        given: Object.fromEntries(Object.entries(hunt).filter(([name]) => !OWN.includes(name))),
      };
      openSinks(next.sinks, config, context);
      const night = await lastNight(store);
      if (known !== null && night !== null && next.question.from !== known.question.from)
        throw new InputError(
          'WATCH_INVALID',
          `--from ${next.question.from}: the nights of this watch began at ${known.question.from} and stand at ${night.to}; a beginning does not move. For another one choose another workspace`,
        );
      const changes = known === null ? [] : describeChange(known, next);
      await writeWatch(store, next);
      if (known === null) tell(`watching ${countOf(question.rules.length, 'rule')} from ${question.from} on`);
      else tell(changes.length === 0 ? 'nothing changed' : `changed: ${changes.join('; ')}`);
      tellDue(next, night?.to ?? next.question.from, location, tell);
      const schedule = await readSchedule(store);
      if (schedule !== null && known !== null && (known.cron !== next.cron || known.tz !== next.tz))
        tell(`tell the fleet when ${schedule.name} rings now: coldhunt schedule sync ${location}`);
    } finally {
      await Promise.all(request.sources.map((source) => source.close?.()));
    }
  } finally {
    await store.close?.();
  }
}

function tellDue(watch: Watch, watermark: string, location: string, tell: (text: string) => void): void {
  const due = [...dueNights(watch, Date.parse(watermark), Date.now())];
  tell(
    `${due.length === 0 ? 'no night is due yet' : `${countOf(due.length, 'night')} ${due.length === 1 ? 'is' : 'are'} due`}; run due nights with: coldhunt watch run ${location}`,
  );
}

/** What the command line says, by option. */
function givenFlags(self: Command): Readonly<Record<string, unknown>> {
  const names = self.options.map((option) => option.attributeName());
  const all = self.opts<Record<string, unknown>>();
  return Object.fromEntries(
    names.flatMap((name) => (self.getOptionValueSource(name) === 'cli' ? [[name, all[name]]] : [])),
  );
}

/** Files under their whole paths; what is no file (a rule's id, s3://, @name, id=file) as it is. */
async function inFull(
  given: Readonly<Record<string, unknown>>,
  cwd: string,
): Promise<Readonly<Record<string, unknown>>> {
  const toFull = async (value: unknown): Promise<unknown> =>
    typeof value !== 'string' || value.includes('://') || value.startsWith('@') || (await isMissing(value, cwd))
      ? value
      : resolve(cwd, value);
  return Object.fromEntries(
    await Promise.all(
      Object.entries(given)
        .filter(([name]) => !OWN.includes(name))
        .map(async ([name, value]) => {
          if (!FILES.includes(name)) return [name, value] as const;
          return [name, Array.isArray(value) ? await Promise.all(value.map(toFull)) : await toFull(value)] as const;
        }),
    ),
  );
}
