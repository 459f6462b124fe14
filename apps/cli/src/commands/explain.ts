// `coldhunt explain --rule r --event file`: why an event matches a rule, or why not.

import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { isQuiet } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { requirePath } from '../require-path.ts';

interface ExplainFlags {
  readonly rule?: string;
  readonly kql?: string;
  readonly event: string;
  readonly fieldTypes?: string;
  readonly onlyFieldTypes: boolean;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  program
    .command('explain')
    .summary('why an event matches a rule, or why not')
    .description(
      'Prints each clause of a rule or query with the value that satisfied it or the reason that it failed, for every event of a file.',
    )
    .option('--rule <id|file>', 'the rule')
    .option('--kql <query>', 'or a KQL query')
    .requiredOption('--event <file>', 'a file of events, or - for standard input')
    .option('--field-types <file>', 'JSON file of field types that differ from ECS')
    .option('--only-field-types', 'no field is mapped but those', false)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt explain --rule c371e9fc-6a10-11ef-a0ac-f661ea17fbcc --event event.json',
    )
    .action(async (flags: ExplainFlags, self: Command) => {
      if ((flags.rule === undefined) === (flags.kql === undefined)) {
        throw new InputError('OPTION_INVALID', 'give either --rule <id|file> or --kql <query>');
      }
      if (flags.event !== '-') await requirePath(flags.event, '--event', context.cwd);
      // The same work as `match --explain`: one way to say why.
      const args = [
        ...(isQuiet(self) ? ['--quiet'] : []),
        'match',
        '--explain',
        ...(flags.rule === undefined ? ['--kql', flags.kql ?? ''] : ['--rule', flags.rule]),
      ];
      if (flags.fieldTypes !== undefined) args.push('--field-types', flags.fieldTypes);
      if (flags.onlyFieldTypes) args.push('--only-field-types');
      if (flags.event !== '-') args.push('--', flags.event);
      const { runCommandLine } = await import('../program.ts');
      const code = await runCommandLine(args, context);
      end(code === EXIT.failed ? EXIT.done : code);
    });
}
