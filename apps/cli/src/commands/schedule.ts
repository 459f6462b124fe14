// `coldhunt schedule add|list|remove|pause|resume|run|history|sync`: nights of watches, run by the fleet when they are due.

import type { Command } from 'commander';
import { dropSchedule } from '@coldhunt/queue';
import { isLeased, readHistory, removeSchedule, writeSchedule } from '@coldhunt/watch';
import { addSchedule, type AddScheduleFlags } from '../add-schedule.ts';
import { askSchedule } from '../ask-schedule.ts';
import { describeHistory, describeSchedules, schedulesToJson } from '../describe-schedules.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { readSchedules } from '../read-schedules.ts';
import { NIGHT_WEIGHT } from '../run-watch.ts';
import { withRedis, withRedisIfThere } from '../schedule-context.ts';
import { withSchedule } from '../schedules.ts';
import { describeSynced, syncSchedules } from '../sync-schedules.ts';

const WHICH = 'its name, or the workspace of its watch';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const schedule = program
    .command('schedule')
    .summary('have a fleet run the nights of watches: add, list, pause, run, see what ran')
    .description(
      'Schedules of watches: planners run their due nights with the workers of the fleet, as coldhunt watch run does. They stand in the workspaces; Redis only rings.',
    )
    .addHelpText('after', '\nExample:\n  coldhunt schedule add s3://my-hunts/nightly --name nightly');
  const sub = (name: string, summary: string, example: string): Command =>
    addStorageFlags(schedule.command(name))
      .summary(summary)
      .option('--redis <url>', 'Redis of the fleet (default: COLDHUNT_REDIS_URL or coldhunt.yaml)')
      .option('--queue-prefix <name>', 'prefix of the queues in Redis (default: coldhunt)')
      .addHelpText('after', `\nExample:\n  coldhunt schedule ${example}`);

  sub(
    'add',
    'have the fleet run the nights of a watch',
    'add s3://my-hunts/nightly --name nightly --cron "15 2 * * *" --tz Europe/Berlin',
  )
    .description(
      'Gives a watch (coldhunt watch add) a schedule. Given again it changes the schedule. Nights begin and end by the same expression: a new one counts from the watermark on.',
    )
    .argument('<workspace>', 'where the watch stands: a folder or an s3:// URI that planners and workers reach too')
    .requiredOption('--name <name>', 'name of the schedule: one of its own in this Redis')
    .option('--cron <expression>', "when nights are run: minute hour day month weekday (default: the watch's)")
    .option('--tz <zone>', "time zone of the expression (default: the watch's)")
    .option('--weight <n>', 'share of the workers against other hunts', wholeNumber, NIGHT_WEIGHT)
    .option(
      '--accept-incomplete',
      'move on past a night that was not examined wholly; what it lacks is tried again',
      false,
    )
    .action(async (location: string, flags: AddScheduleFlags, self: Command) => {
      await withRedis(self, context, (given) => addSchedule(location, flags, given));
      end(EXIT.done);
    });

  sub('list', 'the schedules, when they ring next and how they stand', 'list --json')
    .description(
      'Prints the schedules that Redis knows, or those of the named workspaces, also where Redis lost them or is away.',
    )
    .argument('[workspace...]', 'only of these watches')
    .option('--json', 'one JSON object', false)
    .action(async (locations: readonly string[], { json }: { json: boolean }, self: Command) => {
      const open = locations.length > 0 ? withRedisIfThere : withRedis;
      await open(self, context, async (given) => {
        const schedules = await readSchedules(locations, given);
        given.print(json ? schedulesToJson(schedules) : describeSchedules(schedules));
        if (schedules.length === 0)
          given.tell('there is no schedule; after Redis was emptied: coldhunt schedule sync <workspace>');
      });
      end(EXIT.done);
    });

  sub('remove', 'take a schedule away; its watch stays', 'remove nightly')
    .description(
      'The fleet runs its nights no more; one that is under way is finished. The watch and all its nights stay.',
    )
    .argument('<schedule>', WHICH)
    .action(async (name: string, _flags: object, self: Command) => {
      await withRedis(self, context, (given) =>
        withSchedule(name, given, async (found) => {
          await removeSchedule(found.workspace);
          await dropSchedule(given.access, found.schedule.name);
          given.tell(`removed the schedule ${found.schedule.name}; its watch stays in ${found.workspace.uri}`);
        }),
      );
      end(EXIT.done);
    });

  for (const [command, paused] of [
    ['pause', true],
    ['resume', false],
  ] as const) {
    sub(
      command,
      paused ? 'run no nights until it is resumed' : 'run nights again, those first that were missed',
      `${command} nightly`,
    )
      .description(
        paused
          ? 'Written into the workspace: an emptied Redis does not end the pause. A night that is under way is finished.'
          : 'Nights that were missed are caught up when it rings next, oldest first; at once with coldhunt schedule run.',
      )
      .argument('<schedule>', WHICH)
      .action(async (name: string, _flags: object, self: Command) => {
        await withRedisIfThere(self, context, (given) =>
          withSchedule(name, given, async (found) => {
            await writeSchedule(found.workspace, { ...found.schedule, paused });
            given.tell(`${paused ? 'paused' : 'resumed'} the schedule ${found.schedule.name}`);
          }),
        );
        end(EXIT.done);
      });
  }

  sub('run', 'run the nights that are due now', 'run nightly --wait')
    .description(
      'Asks the planners for the nights that are due, without waiting for the schedule to ring. Exit with --wait as coldhunt watch run.',
    )
    .argument('<schedule>', WHICH)
    .option('--wait', 'until they are run', false)
    .action(async (name: string, { wait }: { wait: boolean }, self: Command) => {
      let code: ExitCode = EXIT.done;
      await withRedis(self, context, (given) =>
        withSchedule(name, given, async (found) => {
          code = await askSchedule(found, { ...given, wait });
        }),
      );
      end(code);
    });

  sub('history', 'what ran when, and how it ended', 'history nightly --last 30')
    .description(
      'Prints the last runs of a watch from its workspace, newest first: by whom, how long, outcome, nights, alerts, watermark. Those of coldhunt watch run too.',
    )
    .argument('<schedule>', WHICH)
    .option('--last <n>', 'so many runs', wholeNumber, 20)
    .option('--json', 'one JSON object a run', false)
    .action(async (name: string, { last, json }: { last: number; json: boolean }, self: Command) => {
      await withRedisIfThere(self, context, (given) =>
        withSchedule(name, given, async ({ workspace }) => {
          const isRunning = await isLeased(workspace, Date.now());
          given.print(describeHistory(await readHistory(workspace, { most: Math.max(1, last), isRunning }), json));
        }),
      );
      end(EXIT.done);
    });

  sub('sync', 'make the schedules in Redis as the workspaces want them', 'sync s3://my-hunts/nightly')
    .description(
      'After Redis was emptied, or a watch was changed: each workspace says whether and when its schedule rings. Without workspaces: those that Redis knows, and those under watches in coldhunt.yaml.',
    )
    .argument('[workspace...]', 'workspaces of watches')
    .option('--json', 'one JSON object', false)
    .action(async (locations: readonly string[], { json }: { json: boolean }, self: Command) => {
      await withRedis(self, context, async (given) => {
        const synced = await syncSchedules(locations, given);
        given.print(json ? `${JSON.stringify({ schedules: synced })}\n` : describeSynced(synced));
        if (synced.length === 0) given.tell('there is nothing to make in Redis: name a workspace');
        if (synced.some(({ state }) => state === 'failed')) end(EXIT.failed);
        else end(EXIT.done);
      });
    });
}
