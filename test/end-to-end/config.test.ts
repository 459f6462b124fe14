// What is configured: written by init, told by config show, and taken by the commands.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'coldhunt-config-'));
});

afterAll(() => rm(cwd, { recursive: true, force: true }));

it('init writes a file that the commands take, and config show tells where each value came from', async () => {
  const made = await coldhunt(['init', '--archive', 's3://logs/events', '--name', 'mine', '--region', 'eu-west-1'], {
    cwd,
  });
  expect(made.code, made.stderr).toBe(0);
  const schema = JSON.parse(await readFile(join(cwd, 'coldhunt.schema.json'), 'utf8')) as { title: string };
  expect(schema.title).toBe('coldhunt.yaml');
  const env = { COLDHUNT_REDIS_URL: 'redis://me:hidden@host' };
  const shown = await coldhunt(['config', 'show', '--s3-endpoint', 'http://127.0.0.1:9'], { cwd, env });
  expect(shown.stdout).toMatch(/s3\.endpoint +http:\/\/127\.0\.0\.1:9 +--s3-endpoint\n/);
  expect(shown.stdout).toMatch(/s3\.region +eu-west-1 +.*coldhunt\.yaml:\d+\n/);
  expect(shown.stdout).toMatch(/redis\.url +\(set, not shown\) +environment variable COLDHUNT_REDIS_URL\n/);
  expect(shown.stdout).toMatch(/archives\.mine\.uri +s3:\/\/logs\/events +.*coldhunt\.yaml:9\n/);
  expect(shown.stdout).not.toContain('hidden');
  const again = await coldhunt(['init'], { cwd });
  expect(again.code).toBe(2);
  expect(again.stderr).toContain('write over it with --clobber');
});
