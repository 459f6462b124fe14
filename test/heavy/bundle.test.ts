// The command in a few files (`npm run build`) gives what its sources give: the same run folder, byte for byte.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringifyDocument } from '@coldhunt/core';
import { dailyCommand, sendCommand } from '../generator/commands.ts';
import { processEvent } from '../generator/events.ts';
import { createHosts } from '../generator/hosts.ts';
import { writeParquet } from '../generator/parquet-writer.ts';
import { createRandom } from '../generator/random.ts';
import { ROOT } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const NODE = join(ROOT, 'node_modules', '.bin', 'node');
const BUNDLE = join(ROOT, '.cache', 'command', 'main.js');
const SOURCE = join(ROOT, 'apps', 'cli', 'src', 'main.ts');
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-bundle-'));
  await mkdir(join(folder, 'events'));
  const random = createRandom(77);
  const [host] = createHosts(1, random);
  if (host === undefined) throw new Error('no host was made');
  const text = Array.from({ length: 60 }, (_, number) => {
    const command =
      number % 20 === 3 ? sendCommand(host.platform, `i-${number}`, 'id') : dailyCommand(host.platform, random);
    return `${stringifyDocument(processEvent(host, Date.UTC(2026, 1, 1) + number * 60_000, command, random))}\n`;
  }).join('');
  await writeFile(join(folder, 'events', 'a.ndjson'), text);
  await writeParquet(join(folder, 'events', 'b.parquet'), text);
  execFileSync(NODE, [join(ROOT, 'infra', 'setup', 'bundle-command.mjs')]);
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function hunt(entry: string, name: string): Promise<readonly string[]> {
  const out = join(folder, name);
  const args = ['scan', '--archive', join(folder, 'events'), '--rule', RULE, '--canary', '--out', out, '--quiet'];
  execFileSync(NODE, [entry, ...args]);
  return Promise.all(['alerts.ndjson', 'coverage.json', 'alerts.csv'].map((file) => readFile(join(out, file), 'utf8')));
}

describe('the bundled command', () => {
  it('answers as the sources do, in threads of its own', async () => {
    const bundled = await hunt(BUNDLE, 'bundled');
    expect(bundled[0]?.trim().split('\n')).toHaveLength(1);
    expect(bundled).toEqual(await hunt(SOURCE, 'sources'));
  });

  it('tells its version and its help alike', () => {
    for (const args of [
      ['--version'],
      ['scan', '--help'],
      ['worker', '--help'],
      ['dashboard', '--help'],
      ['completion', 'bash'],
    ]) {
      expect(execFileSync(NODE, [BUNDLE, ...args]).toString()).toBe(execFileSync(NODE, [SOURCE, ...args]).toString());
    }
  });
});
