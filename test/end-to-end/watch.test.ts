// A watch over a folder by the real command: nights that are due, corrections of late events, and what is told of it.

import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const DAY = 86_400_000;

let folder: string;
let archive: string;
let workspace: string;
/** Midnight three days ago. */
let startMs: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-watch-'));
  archive = join(folder, 'archive');
  workspace = join(folder, 'nightly');
  await mkdir(archive);
  startMs = Math.floor(Date.now() / DAY) * DAY - 3 * DAY;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function event(day: number, hour: number, host: string): string {
  return `${JSON.stringify({
    '@timestamp': new Date(startMs + day * DAY + hour * 3_600_000).toISOString(),
    event: { category: 'process', type: 'start' },
    host: { id: host, name: host, os: { type: 'windows' } },
    process: { name: 'aws', args: ['aws', 'ssm', 'send-command', 'AWS-RunShellScript', '--parameters', 'commands=id'] },
  })}\n`;
}

async function alerts(): Promise<string[]> {
  const { stdout } = await coldhunt(['watch', 'alerts', workspace]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const alert = JSON.parse(line) as Record<string, unknown>;
      return `${String(alert['@timestamp'])} ${String(alert['kibana.alert.new_terms'])}`;
    })
    .toSorted();
}

it('runs the nights that are due, and corrects what late events change', async () => {
  const from = new Date(startMs).toISOString();
  const refused = await coldhunt(['watch', 'run', workspace]);
  expect(refused).toMatchObject({ code: 2 });
  expect(refused.stderr).toContain('holds no watch: begin one with coldhunt watch add');

  const what = ['--archive', archive, '--rule', RULE, '--cron', '0 0 * * *', '--lateness', '0'];
  const unbegun = await coldhunt(['watch', 'add', workspace, ...what]);
  expect(unbegun).toMatchObject({ code: 2 });
  expect(unbegun.stderr).toContain('give one with --from');
  const config = join(folder, 'coldhunt.yaml');
  await writeFile(config, `sinks:\n  day: { type: files, uri: ${JSON.stringify(join(folder, 'told'))} }\n`);
  const watch = async (...args: string[]): ReturnType<typeof coldhunt> =>
    coldhunt(['--config', config, 'watch', ...args]);
  const nowhere = await watch('add', workspace, ...what, '--from', from, '--sink', 'chat');
  expect(nowhere).toMatchObject({ code: 2 });
  expect(nowhere.stderr).toContain('the sink chat is not configured here');
  const added = await watch('add', workspace, ...what, '--from', from, '--sink', 'day');
  expect(added).toMatchObject({ code: 0 });
  expect(added.stderr).toContain('3 nights are due');

  await writeFile(join(archive, 'a.ndjson'), event(0, 10, 'a') + event(1, 10, 'a') + event(1, 11, 'b'));
  const ran = await watch('run', workspace);
  expect(ran, ran.stderr).toMatchObject({ code: 0 });
  expect(ran.stderr).toContain(`3 nights are due, from ${from}`);
  // A night without alerts is one line.
  expect(ran.stderr).toMatch(/nights\/000003, .*: 0 objects read, no alert\n/);
  expect(ran.stdout).not.toContain('nights/000003');
  expect(ran.stdout).toContain('nights/000001/report.html');
  const [a, b, b2] = [
    [0, 10, 'a'],
    [1, 11, 'b'],
    [0, 9, 'b'],
  ].map(
    ([day, hour, host]) => `${new Date(startMs + Number(day) * DAY + Number(hour) * 3_600_000).toISOString()} ${host}`,
  );
  expect(await alerts()).toEqual([a, b]);
  const status = JSON.parse((await coldhunt(['watch', 'status', workspace, '--json'])).stdout) as object;
  expect(status).toMatchObject({
    watermark: new Date(startMs + 3 * DAY).toISOString(),
    nights: 3,
    is_due: false,
    pending: { day: 0 },
  });
  expect(await readdir(join(folder, 'told'))).toHaveLength(2);
  expect((await watch('run', workspace)).stderr).toContain('no night is due');
  const listed = await coldhunt(['watch', 'alerts', workspace, '--json']);
  expect(JSON.parse(listed.stdout)).toHaveLength(2);

  // Given again, it changes what is given and nothing else.
  const changed = await watch('add', workspace, '--rescan-window', '4d', '--full-rule');
  expect(changed).toMatchObject({ code: 0 });
  expect(changed.stderr).toContain('changed: rescan-window 345600 s, was 259200 s; full-rule true, was its default');
  const moved = await watch('add', workspace, '--from', '2020-01-01');
  expect(moved).toMatchObject({ code: 2 });
  expect(moved.stderr).toContain('a beginning does not move');

  // A night is a run folder like any other.
  const summary = JSON.parse(await readFile(join(workspace, 'nights/000001/summary.json'), 'utf8')) as object;
  expect(summary).toMatchObject({ complete: true, alerts: { count: 1 } });
  expect(await coldhunt(['verify', join(workspace, 'nights/000002')])).toMatchObject({ code: 0 });

  // The last night once more, now that an event has arrived that belongs to the first.
  await rm(join(workspace, 'nights/000003.json'));
  await rm(join(workspace, 'nights/000003'), { recursive: true });
  await writeFile(join(archive, 'late.ndjson'), event(0, 9, 'b'));
  const again = await watch('run', workspace);
  expect(again, again.stderr).toMatchObject({ code: 0 });
  expect(again.stderr).toContain('1 superseded');
  expect(await alerts()).toEqual([b2, a]);
});
