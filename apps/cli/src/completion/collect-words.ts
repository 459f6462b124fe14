// The commands -> what a shell may offer at each place.

import type { Argument, Command, Option } from 'commander';
import { WRITERS } from '@coldhunt/engine';
import { builtinRules, createFieldTypes } from '@coldhunt/rules';
import { REPORT_FORMATS } from '../report-formats.ts';

export interface CommandWords {
  /** `''` for the program, `rules list`. */
  readonly path: string;
  /** Subcommands and the values of an argument. */
  readonly words: readonly string[];
  readonly options: readonly OptionWords[];
}

interface OptionWords {
  /** `--mode`. */
  readonly name: string;
  /** Always, not at will. */
  readonly takesValue: boolean;
  /** Those that are known; none: whatever the shell offers, files. */
  readonly values: readonly string[];
  /** Whether a file may stand there as well. */
  readonly isOpen: boolean;
}

/** Values of options that take others too: by their names alone commander does not know them. */
function knownValues(): Readonly<Record<string, readonly string[]>> {
  return {
    '--layout': WRITERS.map(({ name }) => name),
    '--rule': builtinRules(createFieldTypes()).map(({ rule_id }) => rule_id),
    '--format': REPORT_FORMATS,
    '--retry': ['failed', 'archived', 'failed,archived'],
  };
}

export function collectWords(program: Command): readonly CommandWords[] {
  const known = knownValues();
  const found: CommandWords[] = [];
  const shared = program.options.map((option) => toWords(option, known));
  const visit = (command: Command, path: string): void => {
    const own = command.options.filter(({ hidden }) => !hidden).map((option) => toWords(option, known));
    found.push({
      path,
      words: [
        ...command.commands.map((child) => child.name()),
        ...command.registeredArguments.flatMap((argument) => argumentValues(argument, known['--rule'] ?? [])),
      ],
      options: [...own, ...(path === '' ? [] : shared), HELP].filter(
        (option, index, all) => all.findIndex(({ name }) => name === option.name) === index,
      ),
    });
    for (const child of command.commands) visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
  };
  visit(program, '');
  return found;
}

const HELP: OptionWords = { name: '--help', takesValue: false, values: [], isOpen: false };

function toWords(option: Option, known: Readonly<Record<string, readonly string[]>>): OptionWords {
  const name = option.long ?? option.short ?? '';
  return {
    name,
    takesValue: option.required,
    values: option.argChoices ?? known[name] ?? [],
    isOpen: option.argChoices === undefined && name !== '--format' && name !== '--retry',
  };
}

function argumentValues(argument: Argument, ruleIds: readonly string[]): readonly string[] {
  return argument.argChoices ?? (argument.name().startsWith('id|') ? ruleIds : []);
}
