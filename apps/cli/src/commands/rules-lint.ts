// `coldhunt rules lint`: what is legal in rules and probably not what was meant.

import type { Command } from 'commander';
import { compareText, countOf } from '@coldhunt/core';
import { searchOutlook } from '@coldhunt/formats';
import { LINT_CODES, createFieldTypes, describeFinding, lintRules, type LintReport } from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliContext } from '../program.ts';
import { readFieldTypeOverrides } from '../query-flags.ts';
import { builtinFile, readRuleFiles } from '../rule-sources.ts';
import { formatCount, toTerminalText } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';

interface LintFlags {
  readonly json: boolean;
  readonly strict: boolean;
  readonly fieldTypes?: string;
}

export function addRulesLint(rules: Command, context: CliContext, end: (code: ExitCode) => void): void {
  rules
    .command('lint')
    .summary('say what looks wrong in rules')
    .description(
      'Says what is legal in rules and probably not what was meant, with the place: clauses that can never hold, values that no event has, wildcards that are none, what is costly in an archive. Exit 2 when a rule is invalid, else 0; with --strict 2 when anything was found.',
    )
    .argument('<path...>', 'rule files, Kibana exports or folders of them, or a built-in id')
    .option('--json', 'one finding a line as JSON', false)
    .option('--strict', 'exit 2 when anything was found', false)
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .addHelpText('after', `\nExample:\n  coldhunt rules lint my-rules/ --strict\n\nCodes:\n${describeCodes()}`)
    .action(async (paths: readonly string[], { json, strict, fieldTypes }: LintFlags) => {
      const types = createFieldTypes({ overrides: await readFieldTypeOverrides(fieldTypes) });
      const { files, builtin } = await readRuleFiles(paths);
      const report = lintRules([...builtin.map((rule) => builtinFile(rule)), ...files], {
        fieldTypes: types,
        searchedFor: searchOutlook,
      });
      for (const finding of report.findings)
        await writeOut(
          context.stdout,
          json ? `${JSON.stringify(finding)}\n` : `${toTerminalText(describeFinding(finding))}\n`,
        );
      if (!json) await writeOut(context.stdout, summary(report));
      const isWrong = report.findings.some(({ code }) => strict || code === 'invalid');
      end(isWrong ? EXIT.invalid : EXIT.done);
    });
}

function describeCodes(): string {
  const width = Math.max(...Object.keys(LINT_CODES).map((code) => code.length));
  return Object.entries(LINT_CODES)
    .map(([code, meaning]) => `  ${code.padEnd(width)}  ${meaning}`)
    .join('\n');
}

function summary({ rules, findings }: LintReport): string {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  const byCode = [...counts]
    .toSorted(([a], [b]) => compareText(a, b))
    .map(([code, number]) => `${formatCount(number)} ${code}`);
  return `${countOf(rules, 'rule')}: ${findings.length === 0 ? 'nothing found' : byCode.join(', ')}\n`;
}
