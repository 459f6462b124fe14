// What is told beside the data: warnings and what is going on, on standard error. Nothing with --quiet; errors go their own way.

import type { Command } from 'commander';
import type { CliContext } from './program.ts';
import { screenOf } from './screen.ts';
import { toTerminalText } from './terminal-text.ts';

/** Writes one line, `coldhunt: …`; the same line is not told twice. */
export type Tell = (text: string) => void;

/** Whether `--quiet` stands anywhere on the command line. */
export function isQuiet(command: Command): boolean {
  return command.optsWithGlobals<{ readonly quiet?: boolean }>().quiet === true;
}

/** What a first and a second signal do to a hunt. */
export function describeSignal(name: string, isFirst: boolean): string {
  return `${name}: ${isFirst ? 'finishing the shards under way (once more to stop now)' : 'stopping'}`;
}

export function createTell(command: Command, context: CliContext): Tell {
  if (isQuiet(command)) return () => undefined;
  const told = new Set<string>();
  // What is told while a line of progress stands takes its place.
  const { columns, isPlain } = screenOf(context.stderr, context.env);
  const wipe = columns === null || isPlain ? '' : '\r\u001b[K';
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    context.stderr.write(`${wipe}coldhunt: ${toTerminalText(text)}\n`);
  };
}
