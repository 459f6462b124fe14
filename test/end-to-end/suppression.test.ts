// A rule with alert suppression through the command, over an archive that is cut by days: what an alert before the range holds, too.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';
import { readAnswer } from './read-answer.ts';

const RULE = `
[rule]
rule_id = "role-assumed"
name = "Role assumed"
description = "Somebody assumed a role."
type = "query"
language = "kuery"
query = 'event.action:"AssumeRole"'
severity = "medium"
risk_score = 47
from = "now-9m"
interval = "5m"

[rule.alert_suppression]
group_by = ["host.name", "user.name"]
duration = { value = 1, unit = "h" }
missing_fields_strategy = "suppress"
`;
const LAYOUT = ['--layout', '%Y/%m/%d/*', '--layout-time', 'event'];

interface Event {
  readonly time: string;
  readonly host: string | readonly string[];
  readonly user: string | null;
}

const events: readonly Event[] = [
  // Two days before: nothing that is read.
  { time: '2026-01-31T12:00:00Z', host: 'a', user: 'root' },
  { time: '2026-02-01T23:30:00Z', host: 'a', user: 'root' },
  { time: '2026-02-02T00:30:00Z', host: 'a', user: 'root' },
  { time: '2026-02-02T00:30:00.001Z', host: 'a', user: 'root' },
  { time: '2026-02-02T01:10:00Z', host: 'a', user: 'root' },
  { time: '2026-02-02T01:11:00Z', host: ['a', 'b'], user: 'root' },
  { time: '2026-02-02T01:12:00Z', host: 'b', user: 'root' },
  { time: '2026-02-02T01:13:00Z', host: 'b', user: null },
  { time: '2026-02-02T01:14:00Z', host: 'b', user: null },
];

let folder: string;
let question: readonly string[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-groups-'));
  for (const [day, own] of Map.groupBy(events, ({ time }) => time.slice(0, 10))) {
    const file = join(folder, 'archive', day.replaceAll('-', '/'), 'events.ndjson');
    await mkdir(dirname(file), { recursive: true });
    const lines = own.map(({ time, host, user }) => ({
      '@timestamp': time,
      event: { action: 'AssumeRole' },
      host: { name: host },
      ...(user === null ? {} : { user: { name: user } }),
    }));
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  await writeFile(join(folder, 'rule.toml'), RULE);
  question = ['--archive', join(folder, 'archive'), '--rule', join(folder, 'rule.toml'), '--from', '2026-02-02'];
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function toJson<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

async function scan(name: string, ...flags: readonly string[]): Promise<{ out: string; stdout: string }> {
  const out = join(folder, name);
  const { code, stdout, stderr } = await coldhunt(['scan', ...question, ...flags, '--out', out]);
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('not applied');
  return { out, stdout };
}

describe('a rule with alert suppression', () => {
  it('raises one alert for each group and hour, and tells what it holds', async () => {
    const { out, stdout } = await scan('by-day', ...LAYOUT);
    const alerts = toJson<Record<string, unknown>>(await readFile(join(out, 'alerts.ndjson'), 'utf8'));
    const told = alerts.map((alert) => [
      (alert['kibana.alert.suppression.terms'] as { value: unknown }[]).map(({ value }) => value).join(),
      alert['kibana.alert.suppression.start'],
      alert['kibana.alert.suppression.end'],
      alert['kibana.alert.suppression.docs_count'],
    ]);
    expect(told).toEqual([
      ['a,root', '2026-02-02T00:30:00.001Z', '2026-02-02T01:11:00.000Z', 2],
      ['b,root', '2026-02-02T01:11:00.000Z', '2026-02-02T01:12:00.000Z', 1],
      ['b,', '2026-02-02T01:13:00.000Z', '2026-02-02T01:14:00.000Z', 1],
    ]);
    expect(new Set(alerts.map((alert) => alert['kibana.alert.uuid'])).size).toBe(3);
    expect(stdout).toContain(
      '5 further alerts were suppressed as the rules ask, 1 of them by alerts before the range: --ignore-suppression raises every alert.',
    );
    expect(stdout).toMatch(/ suppressed.*\n {2}Role assumed +3 +0 +0 +5/);
    const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as {
      readonly matches: Readonly<Record<string, number>>;
      readonly objects: Readonly<Record<string, number>>;
    };
    expect(coverage.matches).toMatchObject({ in_range: 7, in_history: 1 });
    expect(coverage.objects).toMatchObject({ listed: 3, scanned: 2, skipped: 1 });
    const summary = JSON.parse(await readFile(join(out, 'summary.json'), 'utf8')) as { readonly rules: unknown };
    expect(summary.rules).toMatchObject([{ alerts: 3, suppressed: 5, suppressed_by_earlier: 1 }]);
    const page = (await readFile(join(out, 'report.html'), 'utf8')).replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ');
    expect(page).toContain(
      'Suppresses 2 further alerts of host.name a, user.name root up to 2026-02-02T01:11:00.000Z.',
    );
    expect(page).toContain('suppression of 1 rule');
  });

  it('gives the same without a layout and with one thread', async () => {
    const alerts = async (out: string): Promise<string> =>
      (await readAnswer(out))['alerts.ndjson']?.replaceAll(/"coldhunt\.run_id":"[0-9a-f]+"/g, '') ?? '';
    const expected = await alerts(join(folder, 'by-day'));
    expect(await alerts((await scan('whole')).out)).toBe(expected);
    expect(await alerts((await scan('one', ...LAYOUT, '--workers', '1')).out)).toBe(expected);
  });

  it('shows of each match by which alert it is held', async () => {
    const { stdout } = await coldhunt(['matches', join(folder, 'by-day'), '--json']);
    interface Shown {
      readonly time: string;
      readonly verdict: string;
      readonly suppression: {
        readonly values: readonly unknown[];
        readonly held_by: { readonly uuid: string; readonly time: string; readonly place: string } | null;
      } | null;
    }
    const told = toJson<Shown>(stdout).map(({ time, verdict, suppression }) =>
      [
        time.slice(8),
        verdict,
        suppression?.values.join(),
        suppression?.held_by?.time.slice(8),
        suppression?.held_by?.place,
      ]
        .filter((part) => part !== undefined)
        .join(' '),
    );
    expect(told.toSorted()).toEqual([
      '01T23:30:00.000Z history',
      '02T00:30:00.000Z suppressed a,root 01T23:30:00.000Z history',
      '02T00:30:00.001Z alert a,root',
      '02T01:10:00.000Z suppressed a,root 02T00:30:00.001Z range',
      '02T01:11:00.000Z alert b,root',
      '02T01:11:00.000Z suppressed a,root 02T00:30:00.001Z range',
      '02T01:12:00.000Z suppressed b,root 02T01:11:00.000Z range',
      '02T01:13:00.000Z alert b,',
      '02T01:14:00.000Z suppressed b, 02T01:13:00.000Z range',
    ]);
    const uuids = toJson<Record<string, unknown>>(await readFile(join(folder, 'by-day', 'alerts.ndjson'), 'utf8')).map(
      (alert) => alert['kibana.alert.uuid'],
    );
    const holders = toJson<Shown>(stdout).flatMap(({ suppression }) =>
      suppression?.held_by?.place === 'range' ? [suppression.held_by.uuid] : [],
    );
    expect(new Set(holders)).toEqual(new Set(uuids));
  });

  it('raises every alert when it is ignored, as another question', async () => {
    const { out, stdout } = await scan('ignored', ...LAYOUT, '--ignore-suppression');
    const alerts = toJson<Record<string, unknown>>(await readFile(join(out, 'alerts.ndjson'), 'utf8'));
    expect(alerts).toHaveLength(7);
    expect(alerts.every((alert) => !('kibana.alert.suppression.terms' in alert))).toBe(true);
    expect(stdout).not.toContain('suppress');
    const runId = async (run: string): Promise<unknown> =>
      (JSON.parse(await readFile(join(run, 'run.json'), 'utf8')) as { readonly run_id: string }).run_id;
    expect(await runId(out)).not.toBe(await runId(join(folder, 'by-day')));
    const again = await coldhunt(['scan', ...question, ...LAYOUT, '--out', out]);
    expect(again.code).toBe(2);
  });
});
