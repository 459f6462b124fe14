// Rules of a git revision, also where names and revisions are made to harm.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseRevision, readRevision } from './git-revision.ts';

const HOSTILE = '$(touch pwned);"\n\'--x.toml';

let folder: string;

const git = (...args: readonly string[]): void => {
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd: folder });
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-git-'));
  await mkdir(join(folder, 'rules', 'deep'), { recursive: true });
  await writeFile(join(folder, 'rules', 'a.toml'), 'old');
  await writeFile(join(folder, 'rules', 'deep', HOSTILE), 'hostile\n');
  await writeFile(join(folder, 'rules', 'notes.md'), 'no rule');
  await writeFile(join(folder, 'rules', 'a.tests.toml'), 'cases');
  await symlink('/etc/passwd', join(folder, 'rules', 'link.toml'));
  git('init', '-q');
  git('add', '-A');
  git('commit', '-q', '-m', 'old');
  git('tag', 'v1');
  await writeFile(join(folder, 'rules', 'a.toml'), 'new');
  git('commit', '-q', '-a', '-m', 'new');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('rules of a revision', () => {
  it('are the rule files of a folder as they stood there, links left aside', async () => {
    const { files, mustLoad } = await readRevision('v1:rules', folder);
    expect(files).toEqual([
      { name: 'v1:rules/a.toml', text: 'old' },
      { name: `v1:rules/deep/${HOSTILE}`, text: 'hostile\n' },
    ]);
    expect(mustLoad.size).toBe(0);
    expect((await readRevision('HEAD:rules', folder)).files[0]?.text).toBe('new');
    expect((await readRevision('HEAD:./a.toml', join(folder, 'rules'))).files).toEqual([
      { name: 'HEAD:./a.toml', text: 'new' },
    ]);
    expect((await readRevision('HEAD~1:', folder)).files).toHaveLength(2);
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it.each([
    ['v9:rules'],
    ['v1:nothing'],
    ['--output=pwned:rules'],
    ['-p:rules'],
    ['v1;touch pwned:rules'],
    ['$(touch pwned):rules'],
    ['v1:../../etc'],
    ['v1:rules/notes.md/..'],
    ['s3://bucket/rules'],
    ['v1:rules/deep/..'],
    ['v1:ru\0les'],
  ])('are refused for %j, and nothing is run', async (text) => {
    await expect(readRevision(text, folder)).rejects.toMatchObject({ code: 'RULE_NOT_FOUND' });
    expect(existsSync(join(folder, 'pwned'))).toBe(false);
  });

  it('need a repository', async () => {
    await expect(readRevision('v1:rules', tmpdir())).rejects.toMatchObject({ code: 'RULE_NOT_FOUND' });
  });

  it('are named by a revision and a path', () => {
    expect(parseRevision('v1:a:b')).toEqual({ revision: 'v1', path: 'a:b' });
    for (const text of ['rules', ':rules', '/a/b']) expect(parseRevision(text)).toBe(null);
  });
});
