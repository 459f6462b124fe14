// The script for bash, run by bash: what it offers at the end of a line. The other shells' scripts are made from the same words.

import { spawnSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { collectWords } from './collect-words.ts';
import { completionScript } from './completion-script.ts';

function program(): Command {
  const root = new Command('coldhunt')
    .option('--quiet')
    .addOption(new Option('--log-level <level>').choices(['debug', 'info']));
  root
    .command('scan')
    .addOption(new Option('--mode <mode>').choices(['complete', 'parity']))
    .option('--layout <name>')
    .option('--rule <id>')
    .option('--redis [url]')
    .option('--no-dedupe');
  root.command('report').option('--format <formats>');
  root.command('rules').command('show').argument('<id|file>');
  return root;
}

const SCRIPT = completionScript('bash', collectWords(program()));

/** What bash offers after the words, of which the last is being written. */
function offered(...words: readonly string[]): readonly string[] {
  const line = ['coldhunt', ...words].map((word) => `'${word}'`).join(' ');
  const { stdout, stderr } = spawnSync(
    'bash',
    ['-c', `${SCRIPT}\nCOMP_WORDS=(${line}); COMP_CWORD=${words.length}; _coldhunt; printf '%s\\n' "\${COMPREPLY[@]}"`],
    { encoding: 'utf8', cwd: import.meta.dirname },
  );
  expect(stderr).not.toMatch(/syntax|unexpected/);
  return stdout.split('\n').filter((word) => word !== '');
}

const hasBash = spawnSync('bash', ['-c', 'true']).status === 0;

describe.runIf(hasBash)('completion in bash', () => {
  it.each<[readonly string[], readonly string[]]>([
    [['sc'], ['scan']],
    [['scan', '--mod'], ['--mode']],
    [
      ['scan', '--mode', ''],
      ['complete', 'parity'],
    ],
    [['scan', '--mode', 'p'], ['parity']],
    [['scan', '--mode', '=', 'c'], ['complete']],
    [
      ['scan', '--log-level', ''],
      ['debug', 'info'],
    ],
    [['--log-level', 'i'], ['info']],
    [['scan', '--quiet', '--no'], ['--no-dedupe']],
    [
      ['report', '--format', 'c'],
      ['csv', 'coverage'],
    ],
    [['rules', 'sh'], ['show']],
    [['rules', 'show', 'c371'], ['c371e9fc-6a10-11ef-a0ac-f661ea17fbcc']],
    [['scan', '--rule', 'c371'], ['c371e9fc-6a10-11ef-a0ac-f661ea17fbcc']],
    [
      ['scan', '--rule', 'completion-script.t'],
      ['completion-script.ts', 'completion-script.test.ts'],
    ],
    [['scan', '--layout', 'logst'], ['logstash']],
  ])('%j: %j', (words, expected) => {
    expect([...offered(...words)].toSorted()).toEqual([...expected].toSorted());
  });
});

describe('completion in the other shells', () => {
  it('knows the values too', () => {
    const fish = completionScript('fish', collectWords(program()));
    expect(fish).toContain("-n '__fish_seen_subcommand_from scan' -l mode -x -a 'complete parity'");
    expect(fish).toMatch(/-l rule -r -a 'c371e9fc/);
    expect(completionScript('zsh', collectWords(program()))).toMatch(/^autoload -Uz bashcompinit/);
  });
});
