// `--memory`, `--spill-dir` and `--max-spill` of the real command: the same answer in less room, and a word where there is too little.

import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt, type Finished } from '../run-command.ts';
import { readAnswer } from './read-answer.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-memory-'));
  await mkdir(join(folder, 'archive'));
  await mkdir(join(folder, 'spills'));
  const lines = Array.from({ length: 60 }, (_, number) =>
    JSON.stringify({
      '@timestamp': new Date(Date.UTC(2026, 1, 1) + number * 3_600_000).toISOString(),
      event: { type: 'start', category: 'process', action: 'exec' },
      host: { id: `h${number % 7}`, os: { type: 'linux' } },
      process: { name: 'aws', args: ['send-command', '--parameters', 'AWS-RunShellScript', 'commands=id'] },
    }),
  );
  await writeFile(join(folder, 'archive', 'a.ndjson'), `${lines.join('\n')}\n`);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function hunt(out: string, flags: readonly string[]): Promise<Finished> {
  return coldhunt(['scan', '--archive', 'archive', '--rule', RULE, '--out', out, '--workers', '1', ...flags], {
    cwd: folder,
  });
}

describe('a hunt within limits', () => {
  it('gives the answer that it gives without them, and leaves nothing where it spills', async () => {
    const free = await hunt('free', []);
    expect(free.code, free.stderr).toBe(0);
    const bound = await hunt('bound', [
      '--memory',
      '600MB',
      '--spill-dir',
      join(folder, 'spills'),
      '--max-spill',
      '1GB',
    ]);
    expect(bound.code, bound.stderr).toBe(0);
    expect(await readAnswer(join(folder, 'bound'))).toEqual(await readAnswer(join(folder, 'free')));
    expect(await readdir(join(folder, 'spills'))).toEqual([]);
  });

  it('is refused where they are too tight, with the smallest memory that works', async () => {
    const { code, stderr } = await hunt('tight', ['--memory', '10MB']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/--memory 10MB is too little for .*: the smallest that works is \d+MB/);
    expect(await readdir(folder)).not.toContain('tight');
  });
});
