// `coldhunt completion <shell>`: a script that completes commands, options and their values, made from the commands themselves.

import { Argument, type Command } from 'commander';
import { collectWords } from '../completion/collect-words.ts';
import { completionScript, SHELLS, type Shell } from '../completion/completion-script.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a completion script: bash and zsh read it with eval, fish from a file.')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .addHelpText(
      'after',
      '\nExample:\n  eval "$(coldhunt completion bash)"\n  coldhunt completion fish > ~/.config/fish/completions/coldhunt.fish',
    )
    .action((shell: Shell) => {
      context.stdout.write(completionScript(shell, collectWords(program)));
      end(EXIT.done);
    });
}
