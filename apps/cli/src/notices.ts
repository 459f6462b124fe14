// What is told beside the data: warnings and what is going on, on standard error. Nothing with --quiet; errors go their own way.

import type { Command } from 'commander';
import type { CliContext } from './program.ts';
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
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    context.stderr.write(`coldhunt: ${toTerminalText(text)}\n`);
  };
}
