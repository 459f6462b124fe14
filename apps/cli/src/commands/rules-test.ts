// `coldhunt rules test`: cases beside rules, hunted like an archive is.

import type { Command } from 'commander';
import { countOf, stringifyDocument, toAppError } from '@coldhunt/core';
import { createMemoryArchive, createMemoryRunStore } from '@coldhunt/archive';
import { runRuleTest, type RuleTest } from '@coldhunt/engine';
import { createFieldTypes } from '@coldhunt/rules';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { toJunit, type JunitCase } from '../junit.ts';
import type { CliContext } from '../program.ts';
import { readFieldTypeOverrides } from '../query-flags.ts';
import { loadTestedRules, type TestedRule } from '../rule-test-files.ts';
import { toTerminalText } from '../terminal-text.ts';
import { writeOut } from '../write-out.ts';
import { writeOutput } from '../write-output.ts';

interface TestFlags {
  readonly junit?: string;
  readonly fieldTypes?: string;
}

export function addRulesTest(rules: Command, context: CliContext, end: (code: ExitCode) => void): void {
  rules
    .command('test')
    .summary('run the cases that stand beside rules')
    .description(
      'Runs cases that stand beside rules (rule.tests.yaml or rule.tests.ndjson: name, events, and the times, or times and terms, of the alerts that are expected). Without a path: the cases of the built-in rules. Exit 1 when one fails.',
    )
    .argument('[path...]', 'rule files, files of cases, folders of them, or a built-in id')
    .option('--junit <file>', 'write a JUnit report too')
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .addHelpText('after', '\nExample:\n  coldhunt rules test my-rules/ --junit results.xml')
    .action(async (paths: readonly string[], flags: TestFlags) => {
      const fieldTypes = createFieldTypes({ overrides: await readFieldTypeOverrides(flags.fieldTypes) });
      const tested = await loadTestedRules(paths, fieldTypes);
      const cases: JunitCase[] = [];
      for (const rule of tested) {
        for (const test of rule.tests) {
          const failure = await failureOf(test, rule);
          cases.push({ suite: `${rule.rule.name} (${rule.file})`, name: test.name, failure });
          const verdict = `${failure === null ? 'passed' : 'FAILED'}  ${rule.rule.name}: ${test.name}`;
          const lines = [verdict, ...(failure === null ? [] : failure.split('\n').map((line) => `    ${line}`))];
          await writeOut(context.stdout, `${lines.map((line) => toTerminalText(line)).join('\n')}\n`);
        }
      }
      if (flags.junit !== undefined) await writeOutput('--junit', flags.junit, [Buffer.from(toJunit(cases))]);
      const failed = cases.filter(({ failure }) => failure !== null).length;
      await writeOut(
        context.stdout,
        `${countOf(cases.length, 'case')} of ${countOf(tested.length, 'rule')}, ${failed} failed\n`,
      );
      end(failed === 0 ? EXIT.done : EXIT.failed);
    });
}

/** null: the rule raised what was expected and nothing else. */
async function failureOf(test: RuleTest, { rule, exceptions }: TestedRule): Promise<string | null> {
  const body = test.events.map((event) => `${stringifyDocument(event)}\n`).join('');
  try {
    const { missing, unexpected, unread } = await runRuleTest(test, {
      rule,
      exceptions,
      source: createMemoryArchive({ 'events.ndjson': body }),
      store: createMemoryRunStore(),
    });
    const lines = [
      ...missing.map((line) => `no alert at ${line}`),
      ...unexpected.map((line) => `an alert at ${line} that was not expected`),
      ...unread,
    ];
    return lines.length === 0 ? null : lines.join('\n');
  } catch (error) {
    const { code, message } = toAppError(error);
    return `${message} (${code})`;
  }
}
