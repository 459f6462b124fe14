// What a change of rules would do, through the commands: versions in folders and in git, told once and told again; and a backtest.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = {
  rule_id: 'new-host',
  name: 'New host',
  description: 'A host that was not seen before',
  type: 'new_terms',
  language: 'kuery',
  query: 'process.name: aws',
  new_terms_fields: ['host.id'],
  history_window_start: 'now-7d',
  severity: 'medium',
  risk_score: 47,
  from: 'now-9m',
  interval: '5m',
};

const EVENTS: readonly (readonly [day: number, host: string, process: string, user: string])[] = [
  [1, 'h1', 'aws', 'root'],
  [2, 'h2', 'aws', 'bob'],
  [3, 'h3', 'curl', 'bob'],
  [4, 'h3', 'aws', 'bob'],
];

let folder: string;
const at = (...path: readonly string[]): string => join(folder, ...path);

const write = (name: string, ...rules: readonly object[]): Promise<void> =>
  writeFile(at(name), rules.map((rule) => `${JSON.stringify(rule)}\n`).join(''));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-diff-'));
  await mkdir(at('archive'));
  await mkdir(at('rules'));
  const lines = EVENTS.map(([day, host, name, user]) =>
    JSON.stringify({
      '@timestamp': `2026-02-0${day}T10:00:00Z`,
      host: { id: host, name: `${host}.example` },
      process: { name },
      user: { name: user },
    }),
  );
  await writeFile(at('archive', 'events.ndjson'), `${lines.join('\n')}\n`);
  await write('rules/all.ndjson', RULE, { ...RULE, rule_id: 'same' });
  const git = (...args: readonly string[]): unknown =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
  git('init', '-q');
  git('add', 'rules');
  git('commit', '-q', '-m', 'rules');
  await write(
    'rules/all.ndjson',
    { ...RULE, query: 'process.name: (aws or curl) and not user.name: root' },
    { ...RULE, rule_id: 'same', severity: 'high' },
  );
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a difference of rules', () => {
  it('tells what is gained, lost and kept, with what decided, and ends as a pipeline asks', async () => {
    const asked = ['diff', '--old', 'HEAD:rules', '--new', 'rules', '--archive', 'archive', '--out', 'run'];
    const { stdout, stderr, code } = await coldhunt([...asked, '--fail-on-gain', '0'], { cwd: folder });
    expect([code, stderr]).toEqual([4, expect.stringContaining('hunting, into run')]);
    expect(stdout).toContain('1 alert gained, 2 lost, 1 kept. 1 rule differs; 1 unchanged and not run.');
    expect(stdout).toMatch(/h3\.example +1 +1 +0\n/);
    const told = (await readFile(at('run', 'diff.ndjson'), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { change: string; terms: string[]; reason: { words: string } | null });
    expect(told.map(({ change, terms, reason }) => [change, terms[0], reason?.words ?? ''])).toEqual([
      ['lost', 'h1', 'the new rule does not match it: not user.name:root (excluded by not)'],
      ['kept', 'h2', ''],
      ['gained', 'h3', 'the old rule does not match it: process.name:aws (no value is equal)'],
      [
        'lost',
        'h3',
        expect.stringMatching(/^the term is now seen earlier, at 2026-02-03T10:00:00\.000Z .*events\.ndjson/),
      ],
    ]);
    const again = await coldhunt(['diff', 'run', '--json', '--fail-on-gain', '1'], { cwd: folder });
    expect(again.code).toBe(0);
    const diff = JSON.parse(again.stdout) as object;
    expect(diff).toMatchObject({
      old: 'HEAD:rules',
      new: 'rules',
      complete: true,
      total: { gained: 1, lost: 2, kept: 1 },
      rules: [{ rule_id: 'new-host', kind: 'changed', fields: ['query'], why_gained: [{ alerts: 1 }] }],
      unchanged: ['same'],
      by_day: { '2026-02-03': { gained: 1, lost: 0, kept: 0 } },
    });
    expect(JSON.parse(await readFile(at('run', 'diff.json'), 'utf8'))).toEqual(diff);
    const verified = await coldhunt(['verify', 'run', '--manifest'], { cwd: folder });
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('the run holds')]);
  });

  it('refuses what it cannot compare, and hunts with nothing where nothing differs', async () => {
    const refused = async (...args: readonly string[]): Promise<string> => {
      const { code, stderr } = await coldhunt(['diff', ...args], { cwd: folder });
      expect(code).toBe(2);
      return stderr;
    };
    const archive = ['--archive', 'archive'];
    expect(await refused('--old', 'v9:rules', '--new', 'rules', ...archive)).toContain('v9:rules: git knows no such');
    expect(await refused('--old', 'rules', ...archive)).toContain('name both versions');
    expect(await refused('archive')).toContain('there is no diff in');
    await write('broken.ndjson', { ...RULE, query: 'process.name: (' });
    expect(await refused('--old', 'rules', '--new', 'broken.ndjson', ...archive)).toContain('broken.ndjson:1');
    const same = await coldhunt(['diff', '--old', 'HEAD:rules', '--new', 'HEAD:rules', ...archive], { cwd: folder });
    expect([same.code, same.stdout]).toEqual([0, expect.stringContaining('0 rules differ; 2 unchanged and not run.')]);
  });
});

it('a backtest tells alerts a day and what exceptions would quiet', async () => {
  const asked = ['rules', 'backtest', '--archive', 'archive', '--rule', 'rules', '--out', 'backtest'];
  const range = ['--from', '2026-02-01', '--to', '2026-02-05'];
  const { stdout, code } = await coldhunt([...asked, ...range], { cwd: folder });
  expect(code).toBe(0);
  expect(stdout).toContain('(4 days): 5 alerts, 1.3 a day, of 2 rules; 0 raised none');
  expect(stdout).toContain('  top terms: h1 (1), h2 (1), h3 (1)');
  expect(stdout).toContain('  an exception user.name: "bob" would quiet 67 % of alerts');
  const json = await coldhunt([...asked, ...range, '--json'], { cwd: folder });
  expect(json.stderr).toContain('the hunt stands in backtest');
  expect(JSON.parse(json.stdout)).toMatchObject({
    days: 4,
    rules: [{ rule_id: 'same', alerts: 3, per_day: 0.75 }, {}],
  });
  const both = await coldhunt([...asked, ...range, '--days', '3'], { cwd: folder });
  expect([both.code, both.stderr]).toEqual([2, expect.stringContaining('--days gives the range')]);
});
