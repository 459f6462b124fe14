// What is to be said of the rules of a hunt before it begins: few lines, and the command that says all of it.

import { describeProblem, type CompiledRule, type LoadedRule, type RuleProblem } from '@coldhunt/rules';
import { digestNotes, type RuleNote } from './join-notes.ts';
import { toShellWord } from './shell-word.ts';

/** What their files and their queries say, and where all of it is told when it is too much for here. */
export function notesOnRules(
  loaded: readonly LoadedRule[],
  compiled: readonly CompiledRule[],
  paths: readonly string[],
): readonly string[] {
  const { lines, folded } = digestNotes([
    ...loaded.flatMap(({ warnings }) => warnings.map((warning) => toNote(warning))),
    ...compiled.flatMap(({ rule, warnings }) =>
      warnings.map((note) => ({ rule: `${rule.name} (${rule.rule_id})`, note })),
    ),
  ]);
  const command = `coldhunt rules validate ${paths.map(toShellWord).join(' ')}`;
  return folded === 0 ? lines : [...lines, `all notes on rules: ${command}`];
}

/** The message apart from its place, which differs from note to note. */
function toNote(problem: RuleProblem): RuleNote {
  const text = describeProblem(problem);
  const rule = describeProblem({ ...problem, path: '', message: '' }).replace(/: $/, '');
  return { rule, note: text.slice(rule.length + 2) };
}
