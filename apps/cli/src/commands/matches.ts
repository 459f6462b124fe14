// `coldhunt matches <run>`: every match of a hunt, new, known or excepted, with the one before it.

import type { Command } from 'commander';
import { InputError, countOf, type RunStore } from '@coldhunt/core';
import { decisions, readPlan, readRun, type SummaryFile } from '@coldhunt/engine';
import { DECISION_COLUMNS, toJsonLine, toTextLine } from '../describe-decision.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { createTell } from '../notices.ts';
import { openRunFolder } from '../open-run-folder.ts';
import { addStorageFlags } from '../process-flags.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  addStorageFlags(program.command('matches'))
    .summary('every match of a hunt, new, known or excepted')
    .description(
      'Prints every match within the range and the history of its rule, by rule and terms in order of time: what became of it, and the match before it. Matches in an index that the rule does not name, without a time, or outside of range and history are only counted.',
    )
    .argument('<run>', 'run folder: a folder or an s3:// URI')
    .option('--rule <id>', 'only matches of this rule')
    .option('--json', 'one JSON object a line (the default where standard output is no terminal)')
    .addHelpText(
      'after',
      `\n${DECISION_COLUMNS}\nExample:\n  coldhunt matches runs/first --json | jq 'select(.verdict == "known")'`,
    )
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
        const toLine = options.json === true || !context.stdout.isTTY ? toJsonLine : toTextLine;
        for await (const batch of decisions({ run, store, plan })) {
          const shown = batch.filter(({ match }) => options.rule === undefined || match.rule_id === options.rule);
          context.stdout.write(shown.map(toLine).join(''));
        }
        const unlisted = await describeUnlisted(store, options.rule);
        if (unlisted !== null) createTell(command, context)(unlisted);
        end(EXIT.done);
      } finally {
        await close();
      }
    });
}

/** What is only counted; null where that is nothing, or the reports are not written yet. */
async function describeUnlisted(store: RunStore, ruleId: string | undefined): Promise<string | null> {
  const bytes = await store.get('summary.json');
  if (bytes === null) return null;
  const { rules } = JSON.parse(Buffer.from(bytes).toString()) as SummaryFile;
  const counts = rules.filter((rule) => ruleId === undefined || rule.rule_id === ruleId).map(({ matches }) => matches);
  const sum = (key: 'other_index' | 'without_time' | 'outside'): number =>
    counts.reduce((total, matches) => total + matches[key], 0);
  const [otherIndex, timeless, outside] = [sum('other_index'), sum('without_time'), sum('outside')];
  if (otherIndex + timeless + outside === 0) return null;
  return `not listed: ${countOf(otherIndex, 'match', 'matches')} in another index, ${timeless} without a time, ${outside} outside of range and history`;
}
