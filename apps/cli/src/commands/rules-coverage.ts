// `coldhunt rules coverage`: which rules an archive lets fire, and which logs would let more.

import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { compareText } from '@coldhunt/core';
import {
  navigatorLayer,
  ruleSetCoverage,
  techniqueTotals,
  type RuleCoverage,
  type TechniqueTotal,
} from '@coldhunt/engine';
import { builtinRules, createFieldTypes, type LoadedRule } from '@coldhunt/rules';
import { describeRuleCoverage } from '../describe-rule-coverage.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wholeNumber } from '../flag-values.ts';
import { addHuntFlags, addLayoutTimeFlags, collect, type HuntFlags } from '../hunt-flags.ts';
import { resolveHuntRequest } from '../hunt-request.ts';
import { createTell } from '../notices.ts';
import { processConfig } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { writeOut } from '../write-out.ts';
import { writeOutput } from '../write-output.ts';

interface CoverageFlags extends Partial<HuntFlags> {
  readonly sample?: number;
  readonly canFire?: 'yes' | 'not-seen' | 'no';
  readonly json: boolean;
  readonly navigator?: string;
}

/** Objects of each format and storage class: of each day, where a layout tells the day of a key; else of all. */
const PER_DAY = 5;
const PER_ARCHIVE = 50;

export function addRulesCoverage(rules: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = rules
    .command('coverage')
    .summary('which rules an archive lets fire')
    .description(
      'Reads a sample of an archive and says of each rule on each day whether it can fire there: whether there are events of the kind that it asks for, in an index of its patterns, with the fields that it needs. Totals of ATT&CK techniques tell which logs to archive.',
    );
  addSampleFlags(command)
    .option(
      '--sample <n>',
      `objects of each format and storage class that are read; with a layout, of each day too (default: ${PER_ARCHIVE}, with a layout ${PER_DAY})`,
      wholeNumber,
    )
    .addOption(new Option('--can-fire <what>', 'only rules of which this is told').choices(['yes', 'not-seen', 'no']))
    .option('--navigator <file>', "write a layer for MITRE's ATT&CK Navigator")
    .option('--json', 'print it as JSON, with every rule and day', false)
    .addHelpText(
      'after',
      "\nExample:\n  coldhunt rules coverage --archive s3://my-logs/endpoint --rule detection-rules/rules --last 14d --layout 'endpoint/%Y/%m/%d/%H/*' --navigator layer.json",
    )
    .action(async (flags: CoverageFlags, self: Command) => {
      const config = processConfig(self, context);
      const request = await resolveHuntRequest(withDefaults(flags), config, Date.now());
      try {
        const isByDay = request.question.archives.every(({ layout }) => layout !== null);
        const perGroup = flags.sample ?? (isByDay ? PER_DAY : PER_ARCHIVE);
        const coverage = await ruleSetCoverage(request, { perGroup });
        const tell = createTell(self, context);
        for (const { uri, message, code } of coverage.failed) tell(`not sampled: ${uri}: ${message} (${code})`);
        const techniques = totals(request.loaded, coverage.rules);
        if (flags.navigator !== undefined) await writeLayer(resolve(config.cwd, flags.navigator), techniques);
        const notRun = request.loaded
          .filter(({ state }) => state !== 'ready')
          .map(({ file, rule_id, name, state, reason }) => ({ file, rule_id, name, state, reason }));
        const whole = { ...coverage, rules: mostUsefulFirst(coverage.rules), techniques, rules_not_run: notRun };
        const { canFire } = flags;
        const shown = whole.rules.filter(({ can_fire: can }) => canFire === undefined || STATES[canFire] === can);
        await writeOut(
          context.stdout,
          flags.json ? `${JSON.stringify({ ...whole, rules: shown }, null, 2)}\n` : describeRuleCoverage(whole, shown),
        );
        end(EXIT.done);
      } finally {
        await Promise.all(request.sources.map((source) => source.close?.()));
      }
    });
}

const STATES = { yes: 'yes', 'not-seen': 'unknown', no: 'no' } as const;
const BY_USE: readonly RuleCoverage['can_fire'][] = ['yes', 'unknown', 'no'];

/** Rules that can fire, those with the most days and events first, then those that may, then those that cannot. */
function mostUsefulFirst(rules: readonly RuleCoverage[]): readonly RuleCoverage[] {
  const days = (rule: RuleCoverage): number => rule.days.filter(({ can_fire: can }) => can === 'yes').length;
  return rules.toSorted(
    (a, b) =>
      BY_USE.indexOf(a.can_fire) - BY_USE.indexOf(b.can_fire) ||
      days(b) - days(a) ||
      b.events - a.events ||
      compareText(a.name, b.name),
  );
}

function addSampleFlags(command: Command): Command {
  command
    .requiredOption(
      '--archive <uri>',
      's3://bucket/prefix, a folder, one file, or @name of coldhunt.yaml (repeatable)',
      collect,
      [],
    )
    .option(
      '--rule <id|file|folder>',
      'a rule file, a Kibana export, or a folder of them (repeatable; default: the built-in rules)',
      collect,
      [],
    )
    .option('--include-deprecated', 'rules of a folder too that are deprecated or in development', false)
    .option('--from <time>', 'start of the range, included (default: the beginning)')
    .option('--to <time>', 'end of the range, not included (default: the end)')
    .option('--last <duration>', 'instead of --from: counted back from now, e.g. 12h, 30d or 4w')
    .option('--layout <name|template>', 'how keys carry time (default: objects are taken from all of the archive)');
  return addLayoutTimeFlags(command)
    .option('--time-field <field>', 'effective time of an event', '@timestamp')
    .option('--include-key <glob>', 'only keys that match (repeatable)', collect, [])
    .option('--exclude-key <glob>', 'no keys that match (repeatable)', collect, [])
    .option('--index <name>', "the index that the archive's events count as, where they do not say")
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .option('--s3-endpoint <url>', 'an S3-compatible server')
    .option('--s3-force-path-style', 'bucket in the path, not in the host name')
    .option('--region <name>', 'region of the bucket (default: the AWS environment)');
}

/** A hunt's other options decide nothing here. */
function withDefaults(flags: CoverageFlags): HuntFlags {
  const defaults = addHuntFlags(new Command()).opts<HuntFlags>();
  const given = flags.rule ?? [];
  const rule = given.length > 0 ? given : builtinRules(createFieldTypes()).map(({ rule_id }) => rule_id);
  return { ...defaults, ...flags, rule, ignoreExceptions: true };
}

function totals(
  loaded: readonly LoadedRule[],
  rules: readonly { readonly rule_id: string; readonly can_fire: 'yes' | 'no' | 'unknown' }[],
): readonly TechniqueTotal[] {
  const rated = new Map(rules.map(({ rule_id, can_fire }) => [rule_id, can_fire]));
  return techniqueTotals(
    loaded.map(({ rule, threat }) => ({ threat, can_fire: (rule && rated.get(rule.rule_id)) ?? ('not_run' as const) })),
  );
}

async function writeLayer(file: string, techniques: readonly TechniqueTotal[]): Promise<void> {
  const layer = navigatorLayer(techniques, {
    name: 'coldhunt: rules that can fire',
    description: 'Share of the rules of each technique that can fire on a sample of the archive.',
  });
  await writeOutput('--navigator', file, [Buffer.from(`${JSON.stringify(layer, null, 2)}\n`)]);
}
