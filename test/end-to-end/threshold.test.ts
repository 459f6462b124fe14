// A threshold rule through the command, over an archive that is cut by days: what counts together lies on both sides of the cuts.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';
import { readAnswer } from './read-answer.ts';

const RULE = {
  rule_id: 'many-logins',
  name: 'Many failed logins',
  description: 'A rule for tests',
  type: 'threshold',
  language: 'kuery',
  query: 'event.action:"login" and event.outcome:"failure"',
  severity: 'medium',
  risk_score: 47,
  from: 'now-30m',
  interval: '5m',
  threshold: { field: ['host.name'], value: 5, cardinality: [{ field: 'user.name', value: 3 }] },
};
const RANGE = ['--from', '2026-02-02', '--to', '2026-02-03'];
const LAYOUT = ['--layout', '%Y/%m/%d/*', '--layout-time', 'event'];

let folder: string;
let question: readonly string[];

interface Login {
  readonly time: string;
  readonly host: string | null;
  readonly user: string;
}

const logins: readonly Login[] = [
  // Around the start of the range, the last in it.
  ...series('2026-02-01T23:56:30Z', 8, 'before'),
  // Around its end, the last after it: the next hunt's.
  ...series('2026-02-02T23:56:30Z', 8, 'after'),
  // Enough before the start already: the one in the range is not enough for another alert.
  ...series('2026-02-01T23:54:30Z', 7, 'counted-before'),
  ...series('2026-02-02T23:54:30Z', 5, 'late'),
  ...series('2026-02-02T12:00:30Z', 7, 'within'),
  // The same host again, within the window of what alerted: too few that are new.
  ...series('2026-02-02T12:11:30Z', 4, 'within'),
  // Enough events, of one user.
  ...series('2026-02-02T12:00:30Z', 20, 'one-user').map((login) => ({ ...login, user: 'root' })),
  ...series('2026-02-02T12:00:30Z', 20, 'none').map((login) => ({ ...login, host: null })),
  ...series('2026-01-30T12:00:30Z', 9, 'early'),
  ...series('2026-02-04T12:00:30Z', 9, 'late-day'),
];

/** One login a minute; users take turns. */
function series(start: string, count: number, host: string): readonly Login[] {
  return Array.from({ length: count }, (_, number) => ({
    time: new Date(Date.parse(start) + number * 60_000).toISOString(),
    host,
    user: `user-${number % 4}`,
  }));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-threshold-'));
  const days = Map.groupBy(logins, ({ time }) => time.slice(0, 10));
  for (const [day, own] of days) {
    const file = join(folder, 'archive', day.replaceAll('-', '/'), 'events.ndjson');
    await mkdir(dirname(file), { recursive: true });
    const lines = own.map(({ time, host, user }) => ({
      '@timestamp': time,
      event: { action: 'login', outcome: 'failure' },
      ...(host === null ? {} : { host: { name: host } }),
      user: { name: user },
    }));
    await writeFile(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
  await writeFile(join(folder, 'rule.ndjson'), `${JSON.stringify(RULE)}\n`);
  question = ['--archive', join(folder, 'archive'), '--rule', join(folder, 'rule.ndjson'), ...RANGE];
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

describe('a threshold rule over days', () => {
  it('counts what lies together, whatever the cuts, and belongs to the hunt that holds the last event', async () => {
    const out = join(folder, 'by-day');
    const { code, stderr } = await coldhunt(['scan', ...question, ...LAYOUT, '--out', out]);
    expect(code, stderr).toBe(0);
    const alerts = toJson<Record<string, unknown>>(await readFile(join(out, 'alerts.ndjson'), 'utf8'));
    const told = alerts.map((alert) => [
      alert['host.name'],
      alert['kibana.alert.original_time'],
      alert['kibana.alert.intended_timestamp'],
      alert['kibana.alert.threshold_result'],
      (alert['coldhunt.bucket'] as { evidence: unknown[] }).evidence.length,
    ]);
    const result = (host: string, count: number, from: string): unknown => ({
      terms: [{ field: 'host.name', value: host }],
      cardinality: [{ field: 'user.name', value: 4 }],
      count,
      from,
    });
    expect(told).toEqual([
      [
        'before',
        '2026-02-02T00:03:30.000Z',
        '2026-02-02T00:05:00.000Z',
        result('before', 8, '2026-02-01T23:56:30.000Z'),
        8,
      ],
      [
        'within',
        '2026-02-02T12:04:30.000Z',
        '2026-02-02T12:05:00.000Z',
        result('within', 5, '2026-02-02T12:00:30.000Z'),
        5,
      ],
      [
        'within',
        '2026-02-02T12:14:30.000Z',
        '2026-02-02T12:15:00.000Z',
        result('within', 6, '2026-02-02T12:05:30.000Z'),
        6,
      ],
      [
        'late',
        '2026-02-02T23:58:30.000Z',
        '2026-02-03T00:00:00.000Z',
        result('late', 5, '2026-02-02T23:54:30.000Z'),
        5,
      ],
    ]);
    const coverage = JSON.parse(await readFile(join(out, 'coverage.json'), 'utf8')) as {
      readonly skipped: readonly { readonly uri: string; readonly reason: string }[];
      readonly matches: Readonly<Record<string, number>>;
    };
    expect(coverage.skipped.map(({ uri, reason }) => [uri.slice(-23), reason])).toEqual([
      ['2026/01/30/events.ndjson'.slice(-23), 'time'],
      ['2026/02/04/events.ndjson'.slice(-23), 'time'],
    ]);
    const isOn = (day: string): number => logins.filter(({ time }) => time.startsWith(day)).length;
    expect(coverage.matches).toMatchObject({
      in_range: isOn('2026-02-02'),
      in_history: isOn('2026-02-01') + isOn('2026-02-03'),
      outside: 0,
    });
  });

  it('gives the same without a layout, and with any number of threads', async () => {
    const alerts = async (name: string, ...flags: readonly string[]): Promise<string> => {
      const out = join(folder, name);
      const { code, stderr } = await coldhunt(['scan', ...question, ...flags, '--out', out]);
      expect(code, stderr).toBe(0);
      return (await readAnswer(out))['alerts.ndjson']?.replaceAll(/"coldhunt\.run_id":"[0-9a-f]+"/g, '') ?? '';
    };
    const expected = await alerts('plain', ...LAYOUT);
    expect(expected).not.toBe('');
    expect(await alerts('whole')).toBe(expected);
    expect(await alerts('one', ...LAYOUT, '--workers', '1')).toBe(expected);
  });

  it('says of every match what its bucket made of it', async () => {
    const { stdout } = await coldhunt(['matches', join(folder, 'by-day'), '--json']);
    const matches = toJson<{ verdict: string; terms: string[] | null }>(stdout).filter(({ terms }) => terms !== null);
    const verdicts = Object.fromEntries(
      [...Map.groupBy(matches, ({ terms }) => String(terms))].map(([host, own]) => [
        host,
        own.map(({ verdict }) => verdict).join(' '),
      ]),
    );
    expect(verdicts).toEqual({
      after: 'counted counted counted counted history history history history',
      before: 'counted counted counted counted counted counted counted alert',
      'counted-before': 'history history history history history history below',
      late: 'counted counted counted counted alert',
      'one-user': Array.from({ length: 20 }, () => 'below').join(' '),
      within: `counted counted counted counted alert ${'counted '.repeat(5)}alert`,
    });
  });

  it('tells the count in the page, the CSV and the list of rules', async () => {
    const page = await readFile(join(folder, 'by-day', 'report.html'), 'utf8');
    expect(page.replaceAll(/<[^>]*>/g, '').replaceAll(/\s+/g, ' ')).toContain(
      'Counted: 8 events of host.name before from 2026-02-01T23:56:30.000Z to 2026-02-02T00:03:30.000Z, with 4 different values of user.name.',
    );
    const csv = await readFile(join(folder, 'by-day', 'alerts.csv'), 'utf8');
    expect(csv.split('\r\n')[0]).toMatch(/threshold_terms,threshold_count,threshold_cardinality,/);
    expect(csv.split('\r\n')[1]).toMatch(/,before,8,4,,,$/);
    const { stdout } = await coldhunt(['rules', 'list', join(folder, 'rule.ndjson'), '--json']);
    expect(toJson(stdout)).toMatchObject([{ rule_id: 'many-logins', type: 'threshold', state: 'ready' }]);
  });
});
