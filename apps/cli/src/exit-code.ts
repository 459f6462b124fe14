// How a command ends: the exit codes of the contract, and one clear message on stderr for every error.

import { CommanderError } from 'commander';
import { AppError, InputError, nearestWord, toAppError } from '@coldhunt/core';
import { toTerminalText } from './terminal-text.ts';

/** 0 done and complete · 1 failed · 2 invalid input · 3 coverage incomplete · 4 alerts and --fail-on-alerts · 130 interrupted. */
export const EXIT = { done: 0, failed: 1, invalid: 2, incomplete: 3, alerts: 4, interrupted: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The exit code of an error. Commander's own help and version endings count as done, its complaints as invalid input. */
export function exitCodeOf(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.invalid;
  if (error instanceof InputError) return EXIT.invalid;
  if (error instanceof AppError && error.code === 'INTERRUPTED') return EXIT.interrupted;
  return EXIT.failed;
}

/** What commander says of a command line (`error: …`, perhaps with a suggestion below) in the words of every other error. */
export function describeComplaint(complaint: string): string {
  const [told = '', ...rest] = complaint.trimEnd().split('\n');
  const { first, hints } = inOurWords(told);
  const code = /^error: (?:unknown|too many)/.test(first) ? 'OPTION_UNKNOWN' : 'OPTION_INVALID';
  const lines = [
    `coldhunt: ${toTerminalText(first.replace(/^error: /, '').replace(/\.$/, ''))} (${code})`,
    ...hints.map((hint) => `  ${toTerminalText(hint)}`),
    ...rest.map((line) => `  ${toTerminalText(line.replace(/^\((.*)\)$/, '$1').replace(/^D/, 'd'))}`),
  ];
  return `${lines.join('\n')}\n`;
}

const BAD_OPTION = /^error: option '(?:-\w, )?(--[\w-]+)[^']*' argument '([^]*)' is invalid\. ([^]*)$/;
const BAD_ARGUMENT = /^error: command-argument value '([^]*)' is invalid for argument '([^']*)'\. ([^]*)$/;
const NO_VALUE = /^error: option '(?:-\w, )?(--[\w-]+) ([^']*)' argument missing$/;
const CHOICES = /^Allowed choices are ([^]*)\.$/;

/** What was given, what was expected, and what was probably meant, as every other error says it. */
function inOurWords(complaint: string): { readonly first: string; readonly hints: readonly string[] } {
  const [, option, value] = NO_VALUE.exec(complaint) ?? [];
  if (option !== undefined) return { first: `error: ${option}: expected ${value} after it`, hints: [] };
  const [, flag, ofFlag, whyFlag] = BAD_OPTION.exec(complaint) ?? [];
  const [, ofArgument, argument, whyArgument] = BAD_ARGUMENT.exec(complaint) ?? [];
  const [where, given, why] = [flag ?? argument, ofFlag ?? ofArgument, whyFlag ?? whyArgument];
  if (where === undefined || given === undefined || why === undefined) return { first: complaint, hints: [] };
  const head = `error: ${flag === undefined ? `<${where}>` : where} ${JSON.stringify(given)}`;
  const [, choices] = CHOICES.exec(why) ?? [];
  if (choices === undefined)
    return { first: `${head}: ${lowerFirst(why.replace(/\.$/, '').replace(/, got "[^]*"$/, ''))}`, hints: [] };
  const known = choices.split(', ');
  const near = nearestWord(given, known);
  const expected = known.length < 2 ? choices : `${known.slice(0, -1).join(', ')} or ${known.at(-1)}`;
  return { first: `${head}: expected ${expected}`, hints: near === null ? [] : [`did you mean ${near}?`] };
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`;
}

/** The message for people: `coldhunt: what is wrong (CODE)`, with the lines that details add. `debug` adds the stack. */
export function describeError(error: unknown, debug = false): string {
  const known = toAppError(error);
  const lines = known.message.split('\n').map((line) => toTerminalText(line));
  lines[0] = `coldhunt: ${lines[0] ?? ''} (${known.code})`;
  const hint = known.details['hint'];
  if (typeof hint === 'string') lines.push(...hint.split('\n').map((line) => `  ${toTerminalText(line)}`));
  if (known.code === 'INVARIANT')
    lines.push('  this is a bug in coldhunt: please report it with the command and the lines above');
  if (debug && error instanceof Error && error.stack !== undefined) lines.push(error.stack);
  return `${lines.join('\n')}\n`;
}
