// `coldhunt rules list|show|validate`: what rule files hold, whether they run, and what is wrong with them.

import type { Command } from 'commander';
import { InputError, canonicalJson, type DocumentValue } from '@coldhunt/core';
import {
  builtinRules,
  compileRule,
  createFieldTypes,
  describeProblem,
  requiredLiterals,
  type FieldTypes,
  type LoadedRule,
} from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { describeRuleSet } from '../describe-rule-set.ts';
import { describeStates } from '../describe-states.ts';
import { createTell } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { loadRuleSources } from '../rule-sources.ts';
import { toTerminalText } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';
import { addRulesBacktest } from './rules-backtest.ts';
import { addRulesConvert } from './rules-convert.ts';
import { addRulesCoverage } from './rules-coverage.ts';
import { addRulesLint } from './rules-lint.ts';
import { addRulesTest } from './rules-test.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const rules = program
    .command('rules')
    .summary('list, show, validate, lint, test, backtest and convert rules, and their coverage of an archive')
    .description('Works on rule files.')
    .addHelpText('after', '\nExample:\n  coldhunt rules validate my-rules/');

  rules
    .command('list')
    .summary('what runs, what cannot yet, what is invalid')
    .description(
      'Lists rules: what runs, what cannot run yet and why, what is invalid. Without a path: the built-in rules.',
    )
    .argument('[path...]', 'rule files, Kibana exports or folders of them')
    .option('--json', 'one rule a line as JSON', false)
    .addHelpText('after', '\nExample:\n  coldhunt rules list detection-rules/rules --json')
    .action(async (paths: readonly string[], options: { json: boolean }) => {
      const loaded = await load(paths);
      const fieldTypes = createFieldTypes();
      for (const rule of loaded)
        await writeOut(context.stdout, options.json ? toJsonLine(rule, fieldTypes) : toLine(rule));
      if (!options.json) await writeOut(context.stdout, describeRuleSet(loaded));
      end(EXIT.done);
    });

  rules
    .command('show')
    .summary('print one rule whole')
    .description("Prints one rule whole, as Elastic's API has it.")
    .argument('<id|file>', 'a built-in id or a rule file')
    .addHelpText('after', '\nExample:\n  coldhunt rules show c371e9fc-6a10-11ef-a0ac-f661ea17fbcc')
    .action(async (arg: string) => {
      for (const { rule, file, reason, state, problems } of await load([arg])) {
        if (rule === null) {
          const lines =
            problems.length > 0 ? problems.map((problem) => describeProblem(problem)) : [`${file}: ${reason ?? ''}`];
          throw new InputError(state === 'unsupported' ? 'RULE_UNSUPPORTED' : 'RULE_INVALID', lines.join('\n'));
        }
        await writeOut(context.stdout, `${JSON.stringify(rule, null, 2)}\n`);
      }
      end(EXIT.done);
    });

  rules
    .command('validate')
    .summary('say what is wrong with rules')
    .description(
      'Says what is wrong with rule files, with the place. Exit 2 when a rule is invalid; with --strict also when one cannot be run yet.',
    )
    .argument('<path...>', 'rule files, Kibana exports or folders of them')
    .option('--strict', 'a rule that cannot be run yet counts as an error', false)
    .addHelpText('after', '\nExample:\n  coldhunt rules validate my-rules/ --strict')
    .action(async (paths: readonly string[], { strict }: { strict: boolean }, self: Command) => {
      const loaded = await load(paths);
      const invalid = loaded.filter(({ state }) => state === 'invalid');
      for (const rule of loaded.filter(({ state }) => state !== 'invalid'))
        await writeOut(context.stdout, toLine(rule));
      for (const problem of invalid.flatMap(({ problems }) => problems))
        context.stderr.write(`${toTerminalText(describeProblem(problem))}\n`);
      const tell = createTell(self, context);
      for (const warning of loaded.flatMap(({ warnings }) => warnings)) tell(describeProblem(warning));
      for (const { file, rule } of loaded) {
        const compiled =
          rule === null ? null : compileRule(rule, { fieldTypes: createFieldTypes(), ignoreExceptions: true });
        for (const warning of compiled?.warnings ?? []) tell(`${file}: ${warning}`);
      }
      await writeOut(context.stdout, describeStates(loaded));
      const isWrong = strict ? loaded.some(({ state }) => state !== 'ready') : invalid.length > 0;
      end(isWrong ? EXIT.invalid : EXIT.done);
    });

  addRulesLint(rules, context, end);
  addRulesTest(rules, context, end);
  addRulesCoverage(rules, context, end);
  addRulesBacktest(rules, context, end);
  addRulesConvert(rules, context, end);
}

async function load(paths: readonly string[]): Promise<readonly LoadedRule[]> {
  const wanted = paths.length > 0 ? paths : builtinRules(createFieldTypes()).map(({ rule_id }) => rule_id);
  return (await loadRuleSources(wanted, createFieldTypes())).loaded;
}

function toJsonLine(loaded: LoadedRule, fieldTypes: FieldTypes): string {
  const { file, rule_id, name, type, language, state, reason, rule, metadata } = loaded;
  const compiled = rule === null ? null : compileRule(rule, { fieldTypes, ignoreExceptions: true });
  const literals = compiled === null ? [] : requiredLiterals(compiled.requirement);
  const fields = compiled?.fields?.map((path) => path.name) ?? [];
  return `${canonical({
    file,
    rule_id,
    name,
    type,
    language,
    state,
    reason,
    literals,
    fields,
    maturity: metadata.maturity,
    min_stack_version: metadata.minStackVersion,
    deprecated: metadata.isDeprecated,
    building_block: metadata.isBuildingBlock,
    duplicates: loaded.duplicates.slice(0, DUPLICATES_NAMED),
  })}\n`;
}

/** A folder of nothing but one rule would else name each file in each line. */
const DUPLICATES_NAMED = 10;

/** Keys in the order of the contract, nulls kept. */
function canonical(value: Readonly<Record<string, unknown>>): string {
  return `{${Object.entries(value)
    .map(([key, entry]) => `${JSON.stringify(key)}:${entry === null ? 'null' : canonicalJson(entry as DocumentValue)}`)
    .join(',')}}`;
}

function toLine({ file, rule_id, name, type, state, reason, metadata }: LoadedRule): string {
  const marks = [
    ...(metadata.isDeprecated ? ['deprecated'] : []),
    ...(metadata.isBuildingBlock ? ['building block'] : []),
    ...(metadata.minStackVersion === null ? [] : [`stack ${metadata.minStackVersion}`]),
  ];
  const life = marks.length === 0 ? '' : `  [${marks.join(', ')}]`;
  const text = `${state.padEnd(11)} ${(rule_id ?? '-').padEnd(36)} ${(type ?? '-').padEnd(16)} ${name ?? ''}  ${file}${life}${reason === null ? '' : `  (${reason})`}`;
  return `${toTerminalText(text)}\n`;
}
