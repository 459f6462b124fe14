// What the documents say must be true of the code.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERROR_CODES } from '@coldhunt/core';
import { MAX_STARTS, MAX_WAITING } from '@coldhunt/queue';
import { coldhunt, ROOT } from './run-command.ts';

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

describe('docs/errors.md', () => {
  it('lists every code with its meaning, and no other', async () => {
    const rows = [...(await read('docs/errors.md')).matchAll(/^\| `([A-Z0-9_]+)` \| (.+) \|$/gm)].map(
      ([, code, meaning]) => [code, meaning],
    );
    expect(rows).toEqual(Object.entries(ERROR_CODES));
  });
});

describe('docs/operations.md', () => {
  it('names every environment variable that is read, and no other', async () => {
    const sources = ['process-config.ts', 'service-config.ts', 'dashboard-config.ts'].map((name) =>
      read(`packages/runtime/src/${name}`),
    );
    const named = (text: string): string[] => [...new Set(text.match(/COLDHUNT_[A-Z0-9_]+/g))].toSorted();
    expect(named(await read('docs/operations.md'))).toEqual(named((await Promise.all(sources)).join()));
  });

  it('tells the limits of the queue as they are', async () => {
    const text = await read('docs/operations.md');
    expect(text).toContain(`At most ${MAX_WAITING.toLocaleString('en-US')} shards`);
    expect(MAX_STARTS).toBe(3);
    expect(text).toContain('After three starts');
  });
});

describe('docs/rules.md', () => {
  it('shows cases that the rule of the README passes', async () => {
    const block = (text: string, kind: string): string => text.split(`\`\`\`${kind}\n`)[1]?.split('```')[0] ?? '';
    const folder = await mkdtemp(join(tmpdir(), 'coldhunt-docs-'));
    await writeFile(join(folder, 'rsync.toml'), block(await read('README.md'), 'toml'));
    await writeFile(join(folder, 'rsync.tests.yaml'), block(await read('docs/rules.md'), 'yaml'));
    const { code, stdout } = await coldhunt(['rules', 'test', folder]);
    await rm(folder, { recursive: true });
    expect(stdout).toContain('2 cases of 1 rule, 0 failed\n');
    expect(code).toBe(0);
  });
});

describe('README.md', () => {
  it('names the two commands at its top, exactly', async () => {
    expect((await read('README.md')).split('\n').slice(0, 12).join('\n')).toContain(
      '```sh\nnpm run demo\nnpm test\n```',
    );
  });

  it('names only options that the command has', async () => {
    const text = await read('README.md');
    const scan = (await coldhunt(['scan', '--help'])).stdout;
    for (const [, option = ''] of text.matchAll(/coldhunt scan .*?(--[a-z0-9-]+)/g)) expect(scan).toContain(option);
  });
});

describe('--help', () => {
  it.each([
    'scan',
    'plan',
    'resume',
    'status',
    'match',
    'matches',
    'compare',
    'explain',
    'report',
    'coverage',
    'doctor',
    'worker',
    'planner',
    'reducer',
    'dashboard',
    'init',
    'config',
    'completion',
  ])('of %s has an example', async (command) => {
    const { code, stdout } = await coldhunt([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Example:');
  });

  it('lists every command', async () => {
    const { stdout } = await coldhunt(['--help']);
    for (const name of ['scan', 'plan', 'resume', 'status', 'match', 'rules', 'doctor', 'worker'])
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });
});

describe('the command under an older Node', () => {
  it('hands over to the Node that came with the packages', async () => {
    const { execFile } = await import('node:child_process');
    const { promisify } = await import('node:util');
    const system = (process.env['PATH'] ?? '')
      .split(':')
      .filter((folder) => !folder.includes('node_modules'))
      .join(':');
    const { stdout } = await promisify(execFile)(join(ROOT, 'node_modules', '.bin', 'coldhunt'), ['--version'], {
      env: { ...process.env, PATH: system },
    });
    expect(stdout).toBe('0.1.0\n');
  });
});
