// The help of every command, as it is printed.

import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { withoutHelpCommand } from './help.ts';
import { runCommandLine } from './program.ts';

async function run(...args: readonly string[]): Promise<{ readonly out: string; readonly err: string; code: number }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const context = {
    stdout: stdout as unknown as NodeJS.WriteStream,
    stderr: stderr as unknown as NodeJS.WriteStream,
    stdin: new PassThrough() as unknown as NodeJS.ReadStream,
    env: {},
    cwd: '/',
  };
  const code = await runCommandLine(args, context);
  return { out: textOf(stdout), err: textOf(stderr), code };
}

function textOf(stream: PassThrough): string {
  let text = '';
  for (let chunk: unknown = stream.read(); chunk !== null; chunk = stream.read()) text += String(chunk);
  return text;
}

/** The commands that a help lists. */
function commandsOf(help: string): readonly string[] {
  const list = help.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '';
  return [...list.matchAll(/^ {2}([a-z]+)/gm)].map(([, name]) => name ?? '').filter((name) => name !== 'help');
}

describe('the help', () => {
  it('of every command has an example, and no noise', async () => {
    const whole = await run('--help');
    const names = commandsOf(whole.out);
    expect(names.length).toBeGreaterThan(14);
    const ofRules = commandsOf((await run('rules', '--help')).out).map((name) => ['rules', name]);
    expect(ofRules.length).toBeGreaterThan(2);
    for (const path of [[], ...names.map((name) => [name]), ...ofRules]) {
      const { out, code } = await run(...path, '--help');
      expect(code).toBe(0);
      expect(out, path.join(' ')).toMatch(/\nExample:\n {2}\S/);
      expect(out, path.join(' ')).not.toMatch(/default: (?:\[\]|false|true|")|choices:/);
    }
  });

  it('offers scan threads to the worker alone', async () => {
    expect((await run('worker', '--help')).out).toContain('--thread-memory');
    for (const name of ['planner', 'reducer'])
      expect((await run(name, '--help')).out).not.toMatch(/--thread-memory|--workers/);
  });

  it('tells values and defaults in words', async () => {
    const { out } = await run('scan', '--help');
    const flat = out.replaceAll(/\s+/g, ' ');
    expect(flat).toContain('(complete, parity, both; default: complete)');
    expect(flat).toContain('a longer line is malformed (default: 16 MiB)');
    expect(flat).toContain('--quiet');
  });

  it('reaches subcommands by the word help', async () => {
    expect((await run('help', 'rules', 'validate')).out).toContain('Usage: coldhunt rules validate');
  });

  it.each([[['help', 'scann']], [['scann']]])('asks back for %s', async (args) => {
    const { err, code } = await run(...args);
    expect(err).toMatch(
      /^coldhunt: unknown command 'scann' \(OPTION_UNKNOWN\)\n {2}did you mean scan\?\n {2}see --help\n$/,
    );
    expect(code).toBe(2);
  });

  it.each([
    [['help'], ['help']],
    [
      ['help', '--quiet'],
      ['help', '--quiet'],
    ],
    [
      ['help', 'scan'],
      ['scan', '--help'],
    ],
    [
      ['scan', 'help'],
      ['scan', 'help'],
    ],
  ])('%j stands for %j', (given, meant) => {
    expect(withoutHelpCommand(given, ['scan'])).toEqual(meant);
  });
});
