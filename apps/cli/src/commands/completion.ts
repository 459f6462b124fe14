// `coldhunt completion <shell>`: a script that completes commands and options, made from the commands themselves.

import { Argument, type Command } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { CliContext } from '../program.ts';

export function add(program: Command, context: CliContext, end: (code: ExitCode) => void): void {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a completion script: bash and zsh read it with eval, fish from a file.')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', '\nExample:\n  eval "$(coldhunt completion bash)"')
    .action((shell: 'bash' | 'zsh' | 'fish') => {
      context.stdout.write(completionScript(shell, wordsOf(program)));
      end(EXIT.done);
    });
}

/** Command path (`''` for the program, `rules list`) -> the words that may follow. */
export function wordsOf(program: Command): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, readonly string[]>();
  const visit = (command: Command, path: string): void => {
    const options = command.options.map((option) => option.long).filter((long) => long !== undefined && long !== null);
    words.set(path, [...command.commands.map((child) => child.name()), ...options, '--help']);
    for (const child of command.commands) visit(child, path === '' ? child.name() : `${path} ${child.name()}`);
  };
  visit(program, '');
  return words;
}

function completionScript(shell: 'bash' | 'zsh' | 'fish', words: ReadonlyMap<string, readonly string[]>): string {
  if (shell === 'fish') return fishScript(words);
  const cases = [...words].map(([path, list]) => `    '${path}') words='${list.join(' ')}' ;;`).join('\n');
  const known = [...words.keys()].filter((path) => path !== '').map((path) => `'${path}'`);
  const bash = `_coldhunt() {
  local current="\${COMP_WORDS[COMP_CWORD]}" path='' word next words=''
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${known.join('|')}) path="$next" ;; esac
  done
  case "$path" in
${cases}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  [ \${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$current"))
}
complete -o filenames -F _coldhunt coldhunt
`;
  return shell === 'bash' ? bash : `autoload -Uz bashcompinit && bashcompinit\n${bash}`;
}

function fishScript(words: ReadonlyMap<string, readonly string[]>): string {
  const lines: string[] = [];
  for (const [path, list] of words) {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    for (const word of list) {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      lines.push(`complete -c coldhunt -n '${condition}' ${what}`);
    }
  }
  return `${lines.join('\n')}\n`;
}
