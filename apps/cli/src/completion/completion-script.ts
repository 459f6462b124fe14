// What a shell may offer -> a script of its own.

import type { CommandWords } from './collect-words.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

export function completionScript(shell: Shell, commands: readonly CommandWords[]): string {
  if (shell === 'fish') return fishScript(commands);
  const bash = bashScript(commands);
  return shell === 'bash' ? bash : `autoload -Uz bashcompinit && bashcompinit\n${bash}`;
}

function bashScript(commands: readonly CommandWords[]): string {
  const cases = commands.map(({ path, words, options }) => {
    const list = [...words, ...options.map(({ name }) => name)];
    return `    '${path}') words='${list.join(' ')}' ;;`;
  });
  const values = commands.flatMap(({ path, options }) =>
    options
      .filter((option) => option.takesValue)
      .map(
        (option) =>
          `    '${path} ${option.name}') words='${option.values.join(' ')}' files=${option.isOpen ? 'yes' : 'no'} ;;`,
      ),
  );
  const known = commands.filter(({ path }) => path !== '').map(({ path }) => `'${path}'`);
  return `_coldhunt() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" path='' word next words='' files=no
  # \`--mode=x\` arrives as three words.
  [ "$current" = '=' ] && current=''
  [ "$previous" = '=' ] && previous="\${COMP_WORDS[COMP_CWORD-2]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${known.join('|')}) path="$next" ;; esac
  done
  case "$path $previous" in
${values.join('\n')}
    *)
      files=unless
      case "$path" in
${cases.map((line) => `    ${line}`).join('\n')}
      esac
      ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ $files = yes ]; then
    COMPREPLY+=($(compgen -f -- "$current"))
  elif [ $files = unless ] && [ \${#COMPREPLY[@]} -eq 0 ]; then
    COMPREPLY=($(compgen -f -- "$current"))
  fi
}
complete -o filenames -F _coldhunt coldhunt
`;
}

function fishScript(commands: readonly CommandWords[]): string {
  const lines = commands.flatMap(({ path, words, options }) => {
    const condition =
      path === ''
        ? '__fish_use_subcommand'
        : path
            .split(' ')
            .map((word) => `__fish_seen_subcommand_from ${word}`)
            .join('; and ');
    const start = `complete -c coldhunt -n '${condition}'`;
    return [
      ...words.map((word) => `${start} -f -a ${word}`),
      ...options.map(({ name, takesValue, values, isOpen }) => {
        const value = !takesValue
          ? ''
          : `${isOpen ? ' -r' : ' -x'}${values.length > 0 ? ` -a '${values.join(' ')}'` : ''}`;
        return `${start} -l ${name.slice(2)}${value}`;
      }),
    ];
  });
  return `${lines.join('\n')}\n`;
}
