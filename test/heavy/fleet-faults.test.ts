// Hunts over BullMQ whose workers are killed and stopped, and which are robbed of Redis, give the bytes that threads give.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FleetSetting, midway } from '../end-to-end/fleet-setting.ts';
import { endRole } from '../end-to-end/fleet.ts';
import { coldhunt, startColdhunt } from '../run-command.ts';

let setting: FleetSetting;

beforeAll(async () => {
  setting = await FleetSetting.create();
});

afterEach(() => setting.fleet.end());

afterAll(() => setting.end());

/** The timings of every shard that has a record: they would differ if it were scanned again. */
async function readStats(out: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(join(out, 'scan'));
  const done = new Set(names.filter((name) => name.endsWith('.ledger.json')).map((name) => name.split('.')[0]));
  const stats = names.filter((name) => name.includes('.stats-') && done.has(name.split('.')[0]));
  return new Map(
    await Promise.all(stats.map(async (name) => [name, await readFile(join(out, 'scan', name), 'utf8')] as const)),
  );
}

async function endChild(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe('a hunt over Redis', () => {
  it('ends although Redis is emptied in the middle', async () => {
    const out = join(setting.folder, 'emptied');
    await setting.fleet.start('worker');
    const hunt = setting.scan(out);
    await midway(out);
    await setting.redis.flush();
    await setting.expectSameAnswer(await hunt, out);
  });

  it('is resumed from its run folder alone after hunter and Redis are lost, and scans nothing again that has a record', async () => {
    const out = join(setting.folder, 'resumed');
    await setting.fleet.start('worker');
    const hunter = startColdhunt(['scan', ...setting.question(), '--redis', '--out', out], { env: setting.env });
    await midway(out);
    await Promise.all([endChild(hunter), setting.fleet.end(), setting.redis.flush()]);
    const recorded = await readStats(out);
    expect(recorded.size).toBeGreaterThan(0);
    await setting.fleet.start('worker');
    const resumed = await coldhunt(['resume', out, '--redis'], { env: setting.env });
    await setting.expectSameAnswer(resumed, out);
    const stats = await readStats(out);
    expect(stats.size).toBeGreaterThan(recorded.size);
    for (const [name, text] of recorded) expect(stats.get(name)).toBe(text);
  });

  it('ends although Redis crashes and comes back in the middle', async () => {
    const out = join(setting.folder, 'crashed');
    await setting.fleet.start('worker');
    const hunt = setting.scan(out);
    await midway(out);
    await setting.redis.kill();
    await setting.redis.restart();
    await setting.expectSameAnswer(await hunt, out);
  });

  it('gives its shard back when it is told to end, and another takes it', async () => {
    const out = join(setting.folder, 'drained');
    const first = await setting.fleet.start('worker');
    const hunt = setting.scan(out);
    await midway(out);
    await endRole(first);
    expect(first.process.exitCode).toBe(0);
    expect(first.output()).toContain('"msg":"stopped"');
    await setting.fleet.start('worker');
    await setting.expectSameAnswer(await hunt, out);
  });
});
