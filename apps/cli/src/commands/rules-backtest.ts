// `coldhunt rules backtest`: how much a rule would raise, and what few exceptions would quiet of it.

import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import {
  backtest,
  compileQuestionRules,
  readAlerts,
  type CoverageFile,
  type Question,
  type RuleBacktest,
  type RunFile,
} from '@coldhunt/engine';
import type { RunStore } from '@coldhunt/core';
import { describeBacktest } from '../describe-backtest.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags, collect, type HuntFlags } from '../hunt-flags.ts';
import { resolveHuntRequest } from '../hunt-request.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { addStandFlags, withHunt, type StandFlags } from '../stand-hunt.ts';
import { writeOut } from '../write-out.ts';

interface BacktestFlags extends HuntFlags, StandFlags {
  readonly days?: number;
  readonly field: readonly string[];
  readonly json: boolean;
}

/** What `--json` prints. */
export interface BacktestAnswer {
  readonly run: string;
  readonly range: { readonly from: string | null; readonly to: string | null };
  /** How long the range is, or what of it has events. */
  readonly days: number;
  readonly complete: boolean;
  readonly rules: readonly RuleBacktest[];
}

const DAY_MS = 86_400_000;

export function addRulesBacktest(rules: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = rules
    .command('backtest')
    .summary('how much rules would raise a day, and what exceptions would quiet')
    .description(
      'Hunts over the last days of an archive and tells of each rule how many alerts a day it raises, which terms come most often, and which few values of one field most of its alerts share, as an estimate of what an exception would quiet. (An exception also takes its events out of the memory of new terms: "coldhunt diff" tells exactly what it would do.)',
    );
  addHuntFlags(command);
  addStandFlags(command)
    .option('--days <n>', 'the last n whole days, in UTC; instead of --from, --to or --last', wholeNumber)
    .option('--field <name>', 'look for noise in this field too (repeatable)', collect, [])
    .option('--json', 'print it as JSON', false)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt rules backtest --archive s3://my-logs/endpoint --rule my-rules/ --days 30',
    )
    .action(async (flags: BacktestFlags, self: Command) => {
      const nowMs = Date.now();
      const config = processConfig(self, context);
      const given = { ...flags, ...rangeOf(flags, nowMs) };
      const request = await resolveHuntRequest(given, config, nowMs);
      const answer = await withHunt(
        request,
        { flags: given, config, context, self, nowMs, command: 'rules backtest' },
        async ({ run, store, location, complete }): Promise<BacktestAnswer> => {
          const { question } = run;
          const days = await daysOf(run, store);
          const told = await backtest(() => readAlerts(store), { rules: rulesOf(question), days, fields: flags.field });
          return { run: location, range: { from: question.from, to: question.to }, days, complete, rules: told };
        },
      );
      await writeOut(context.stdout, flags.json ? `${JSON.stringify(answer, null, 2)}\n` : describeBacktest(answer));
      end(answer.complete ? EXIT.done : EXIT.incomplete);
    });
}

/** Whole days, so that an average is one of days that are over. */
function rangeOf({ days, from, to, last }: BacktestFlags, nowMs: number): Pick<HuntFlags, 'from' | 'to'> | object {
  if (days === undefined) return {};
  if (from !== undefined || to !== undefined || last !== undefined)
    throw new InputError('OPTION_INVALID', '--days gives the range: leave out --from, --to and --last');
  if (days < 1 || days > 36_500) throw new InputError('OPTION_INVALID', `--days ${days}: expected 1 to 36500`);
  const today = Math.floor(nowMs / DAY_MS) * DAY_MS;
  return { from: new Date(today - days * DAY_MS).toISOString(), to: new Date(today).toISOString() };
}

function rulesOf(question: Question): Parameters<typeof backtest>[1]['rules'] {
  return compileQuestionRules(question).map(({ rule, neededFields }) => ({
    rule_id: rule.rule_id,
    name: rule.name,
    queried: new Set(neededFields.flat()),
    new_terms_fields: question.options.new_terms_fields ?? rule.new_terms_fields ?? [],
  }));
}

/** An open side of the range ends where events do. */
async function daysOf({ question }: RunFile, store: RunStore): Promise<number> {
  const bytes = await store.get('coverage.json');
  const hours = bytes === null ? [] : (JSON.parse(Buffer.from(bytes).toString('utf8')) as CoverageFile).hours;
  const at = (hour: string | undefined): number => (hour === undefined ? 0 : Date.parse(`${hour}:00:00Z`));
  const from = question.from === null ? at(hours[0]?.hour) : Date.parse(question.from);
  const to = question.to === null ? at(hours.at(-1)?.hour) + DAY_MS / 24 : Date.parse(question.to);
  return Math.max(1, Math.ceil((to - from) / DAY_MS));
}
