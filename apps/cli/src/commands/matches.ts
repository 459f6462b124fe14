// `coldhunt matches <run>`: every match of a hunt, new or known, with the one before it.

import type { Command } from 'commander';
import { InputError } from '@coldhunt/core';
import { decisions, readPlan, readRun, type Decision } from '@coldhunt/engine';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';
import { toTerminalText } from '../terminal-text.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('matches'))
    .summary('every match of a hunt, new or known')
    .description(
      'Prints every match that the reducer saw, by rule and terms in order of time: whether it became an alert, and the match before it.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .option('--rule <id>', 'only matches of this rule')
    .option('--json', 'one JSON object a line (the default where standard output is no terminal)')
    .addHelpText('after', '\nExample:\n  coldhunt matches runs/first --json | jq \'select(.verdict == "known")\'')
    .action(async (folder: string, options: { rule?: string; json?: boolean }, command: Command) => {
      const { store, close } = await openRunFolder(folder, command, context);
      try {
        const run = await readRun(store);
        const known = run.question.rules.map(({ rule }) => rule.rule_id);
        if (options.rule !== undefined && !known.includes(options.rule)) {
          throw new InputError(
            'RULE_NOT_FOUND',
            `the hunt did not run a rule "${options.rule}"; it ran ${known.slice(0, 5).join(', ')}${known.length > 5 ? ', …' : ''}`,
          );
        }
        const plan = await readPlan(store);
        const asJson = options.json === true || !context.stdout.isTTY;
        for await (const batch of decisions({ run, store, plan })) {
          const shown = batch.filter(({ match }) => options.rule === undefined || match.rule_id === options.rule);
          context.stdout.write(shown.map((decision) => (asJson ? toJsonLine(decision) : toLine(decision))).join(''));
        }
        end(EXIT.done);
      } finally {
        await close();
      }
    });
}

function toJsonLine({ match, verdict, before }: Decision): string {
  const fields = {
    time: new Date(match.time_ms).toISOString(),
    verdict,
    rule_id: match.rule_id,
    terms: match.terms,
    host_names: match.host_names,
    agent_ids: match.agent_ids,
    before: before === null ? null : { time: new Date(before.time_ms).toISOString(), evidence: before.evidence },
    evidence: match.evidence,
  };
  return `${JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value))}\n`;
}

function toLine({ match, verdict, before }: Decision): string {
  const terms = match.terms === null ? '(no term)' : match.terms.map((term) => String(term)).join(' | ');
  const since = before === null ? 'none before it' : `before it ${new Date(before.time_ms).toISOString()}`;
  return `${toTerminalText(`${new Date(match.time_ms).toISOString()}  ${verdict.padEnd(7)}  ${terms}  ${match.host_names.join(',')}  ${since}  ${match.evidence.uri}`)}\n`;
}
