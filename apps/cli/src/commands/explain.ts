// `coldhunt explain --rule r --event file`: why an event matches a rule, or why not.

import type { Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { isQuiet } from '../notices.ts';
import type { CliContext } from '../program.ts';
import { addQueryFlags, requireOneQuery, type QueryFlags } from '../query-flags.ts';
import { requirePath } from '../require-path.ts';

interface ExplainFlags extends QueryFlags {
  readonly event: string;
}

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  const command = program
    .command('explain')
    .summary('why an event matches a rule, or why not')
    .description(
      'Prints a rule or query as a tree with ✓ or ✗ at each clause, the values met and the reason: for each event of a file that matches, then for the others, the nearest first, in which clauses they differ. Exit 0: it was explained, whether it matches or not, 2: invalid query, rule or option, 3: some of it could not be read.',
    )
    .requiredOption('--event <file>', 'a file of events, or - for standard input');
  addQueryFlags(command)
    .addHelpText(
      'after',
      '\nExample:\n  coldhunt explain --rule c371e9fc-6a10-11ef-a0ac-f661ea17fbcc --event event.json',
    )
    .action(async (flags: ExplainFlags, self: Command) => {
      requireOneQuery(flags);
      if (flags.event !== '-') await requirePath(flags.event, '--event', context.cwd);
      // The same work as `match --explain`: one way to say why.
      const args = [
        ...(isQuiet(self) ? ['--quiet'] : []),
        'match',
        '--explain',
        '--tree',
        ...passed('--kql', flags.kql),
        ...passed('--eql', flags.eql),
        ...passed('--rule', flags.rule),
        ...passed('--event-category-field', flags.eventCategoryField),
        // One event may lack what a rule asks, and why it does not match is the question.
        ...passed('--unknown-fields', flags.unknownFields ?? (flags.rule === undefined ? undefined : 'warn')),
        ...passed('--field-types', flags.fieldTypes),
      ];
      if (flags.onlyFieldTypes) args.push('--only-field-types');
      if (flags.event !== '-') args.push('--', flags.event);
      const { runCommandLine } = await import('../program.ts');
      const code = await runCommandLine(args, context);
      end(code === EXIT.failed ? EXIT.done : code);
    });
}

function passed(option: string, value: string | undefined): readonly string[] {
  return value === undefined ? [] : [option, value];
}
