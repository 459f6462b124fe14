// `coldhunt matches <run>`: every match of a hunt, new, known or excepted, with the one before it.

import type { Command } from 'commander';
import { InputError, type RunStore } from '@coldhunt/core';
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
      'Prints every match within the range and the history of its rule, by rule and terms in order of time (of a rule without terms all in order of time, as the events that lack one): what became of it, and the match before it. Matches in an index that the rule does not name, without a time, or outside of range and history are only counted, and of excepted ones all beyond the first 1,000 of each shard and rule.',
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
        let excepted = 0;
        for await (const batch of decisions({ run, store, plan })) {
          const shown = batch.filter(({ match }) => options.rule === undefined || match.rule_id === options.rule);
          excepted += shown.filter(({ verdict }) => verdict === 'excepted').length;
          context.stdout.write(shown.map(toLine).join(''));
        }
        const unlisted = await describeUnlisted(store, { ruleId: options.rule, excepted });
        if (unlisted !== null) createTell(command, context)(unlisted);
        end(EXIT.done);
      } finally {
        await close();
      }
    });
}

/** What is only counted; null where that is nothing, or the reports are not written yet. `excepted`: how many were listed. */
async function describeUnlisted(
  store: RunStore,
  { ruleId, excepted }: { readonly ruleId: string | undefined; readonly excepted: number },
): Promise<string | null> {
  const bytes = await store.get('summary.json');
  if (bytes === null) return null;
  const { rules } = JSON.parse(Buffer.from(bytes).toString()) as SummaryFile;
  const counts = rules.filter((rule) => ruleId === undefined || rule.rule_id === ruleId).map(({ matches }) => matches);
  const sum = (key: 'other_index' | 'without_time' | 'outside' | 'excepted'): number =>
    counts.reduce((total, matches) => total + matches[key], 0);
  const parts = [
    [sum('other_index'), 'in another index'],
    [sum('without_time'), 'without a time'],
    [sum('outside'), 'outside of range and history'],
    [sum('excepted') - excepted, 'more that were excepted'],
  ] as const;
  const found = parts
    .filter(([count]) => count > 0)
    .map(([count, words]) => `${count.toLocaleString('en-US')} ${words}`);
  return found.length === 0 ? null : `matches that are not listed: ${found.join(', ')}`;
}
