// How the help reads: what an option takes and defaults to, without what a programmer would want to know.

import type { Argument, Help, Option } from 'commander';

/** For `configureHelp`; subcommands inherit it. */
export const HELP_STYLE = {
  showGlobalOptions: true,
  optionDescription: (option: Option): string => {
    const facts = [
      ...(option.argChoices === undefined ? [] : [option.argChoices.join(', ')]),
      ...(isTold(option) ? [`default: ${option.defaultValueDescription ?? String(option.defaultValue)}`] : []),
    ];
    return `${option.description}${facts.length === 0 ? '' : ` (${facts.join('; ')})`}`;
  },
  argumentDescription: ({ description, argChoices }: Argument): string =>
    argChoices === undefined ? description : `${description} (${argChoices.join(', ')})`,
} satisfies Partial<Help>;

/** No list and no switch begins with something that is worth telling. */
function isTold({ defaultValue }: Option): boolean {
  return defaultValue !== undefined && typeof defaultValue !== 'boolean' && !Array.isArray(defaultValue);
}

/**
 * `help scan` and `help rules list` -> the same with `--help`, which also reaches subcommands; `help scann` -> `scann`, which is refused
 * with what was probably meant. Everything else as it is.
 */
export function withoutHelpCommand(args: readonly string[], commands: readonly string[]): readonly string[] {
  const [first, second, ...rest] = args;
  if (first !== 'help' || second === undefined || second.startsWith('-')) return args;
  return commands.includes(second) ? [second, ...rest, '--help'] : [second];
}
