// Mode parity through the commands: what the live rule would have raised, held against the complete hunt and against what was raised.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = {
  rule_id: 'new-host',
  name: 'New host',
  description: 'A rule for tests',
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
const MONTHLY = { ...RULE, rule_id: 'monthly', from: 'now-1M', history_window_start: 'now-2M' };

/** Time and arrival; null: nothing says when it arrived. */
const EVENTS: readonly (readonly [time: string, host: string, ingested: string | null])[] = [
  ['2026-02-01T10:00:30Z', 'on-time', '2026-02-01T10:00:40Z'],
  ['2026-02-01T11:00:30Z', 'late', '2026-02-01T13:00:00Z'],
  ['2026-02-01T12:00:30Z', 'late', null],
  ['2026-02-03T00:01:00Z', 'forgotten', '2026-02-03T00:01:00Z'],
  ['2026-02-09T23:57:00Z', 'forgotten', '2026-02-09T23:57:00Z'],
  ['2026-02-12T00:00:00Z', 'after', '2026-02-12T00:00:00Z'],
];
const RANGE = ['--from', '2026-02-01', '--to', '2026-02-11'];

let folder: string;

const told = async (run: string): Promise<readonly string[]> =>
  (await readFile(join(folder, run, 'alerts.ndjson'), 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, string>)
    .map((alert) => `${alert['kibana.alert.original_time']} ${alert['@timestamp']}`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-parity-'));
  await mkdir(join(folder, 'archive'));
  await mkdir(join(folder, 'rules'));
  const lines = EVENTS.map(([time, host, ingested]) =>
    JSON.stringify({
      '@timestamp': time,
      host: { id: host },
      process: { name: 'aws' },
      ...(ingested === null ? {} : { event: { ingested } }),
    }),
  );
  await writeFile(join(folder, 'archive', 'events.ndjson'), `${lines.join('\n')}\n`);
  await writeFile(join(folder, 'rules', 'all.ndjson'), `${JSON.stringify(RULE)}\n${JSON.stringify(MONTHLY)}\n`);
  await writeFile(join(folder, 'rule.ndjson'), `${JSON.stringify(RULE)}\n`);
  await writeFile(join(folder, 'monthly.ndjson'), `${JSON.stringify(MONTHLY)}\n`);
  const archive = ['--archive', join(folder, 'archive'), ...RANGE];
  await coldhunt(['scan', ...archive, '--rule', join(folder, 'rule.ndjson'), '--out', join(folder, 'complete')]);
  const parity = ['scan', ...archive, '--mode', 'parity', '--rule', join(folder, 'rules')];
  await coldhunt([...parity, '--out', join(folder, 'parity')]);
  await coldhunt([...parity, '--schedule-offset', '2m', '--out', join(folder, 'offset')]);
  const both = ['scan', ...archive, '--mode', 'both', '--rule', join(folder, 'rule.ndjson')];
  await coldhunt([...both, '--out', join(folder, 'both')]);
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('mode parity', () => {
  it('raises at executions what the live rule would have raised', async () => {
    expect(await told('parity')).toEqual([
      '2026-02-01T10:00:30.000Z 2026-02-01T10:05:00.000Z',
      '2026-02-01T12:00:30.000Z 2026-02-01T12:05:00.000Z',
      '2026-02-03T00:01:00.000Z 2026-02-03T00:05:00.000Z',
      '2026-02-09T23:57:00.000Z 2026-02-10T00:05:00.000Z',
    ]);
    expect((await told('offset'))[0]).toBe('2026-02-01T10:00:30.000Z 2026-02-01T10:02:00.000Z');
    const { stdout, code } = await coldhunt(['verify', join(folder, 'parity')]);
    expect([code, stdout]).toEqual([0, expect.stringContaining('the run holds')]);
  });

  it('says what the live rule misses, what is not known, and which rule it cannot simulate', async () => {
    const text = await readFile(join(folder, 'parity', 'summary.json'), 'utf8');
    const summary = JSON.parse(text) as Record<string, unknown>;
    expect(summary['verdict']).toMatch(
      /1 event arrived after the last execution.*Of 1 matching event it is not known/s,
    );
    expect(summary['rules_left_out']).toMatchObject([{ rule_id: 'monthly', reason: expect.stringMatching(/months/) }]);
    const alone = ['scan', '--mode', 'parity', '--archive', join(folder, 'archive')];
    const { code, stderr } = await coldhunt([...alone, '--rule', join(folder, 'monthly.ndjson')]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/not in --mode parity.*months/s)]);
  });

  it('is held against the complete hunt, with the reason for each difference', async () => {
    const { stdout, stderr } = await coldhunt(['compare', join(folder, 'complete'), join(folder, 'parity')]);
    const compared = stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { in: string; terms: string[]; reason: { code: string } | null });
    expect(compared.map((each) => `${each.terms.join()} ${each.in} ${each.reason?.code ?? ''}`.trim())).toEqual([
      'forgotten both',
      'forgotten only_b forgotten',
      'late only_a late',
      'late only_b not_arrived',
      'on-time both',
    ]);
    expect(stderr).toContain(
      'the live rule misses 1 of 3 alerts: 1 arrived after the last execution that would have looked. 2 alerts are only live:',
    );
  });

  it('gives in one pass what two hunts and their comparison give', async () => {
    const lines = async (...path: readonly string[]): Promise<readonly object[]> =>
      (await readFile(join(folder, ...path), 'utf8'))
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => {
          const alert = JSON.parse(line) as Record<string, unknown>;
          return { ...alert, 'coldhunt.run_id': '' };
        });
    expect(await lines('both', 'alerts.ndjson')).toEqual(await lines('complete', 'alerts.ndjson'));
    expect(await lines('both', 'live', 'alerts.ndjson')).toEqual(await lines('parity', 'alerts.ndjson'));
    const { stdout } = await coldhunt(['compare', join(folder, 'complete'), join(folder, 'parity')]);
    expect(await readFile(join(folder, 'both', 'live', 'compare.ndjson'), 'utf8')).toBe(stdout);
    const summary = JSON.parse(await readFile(join(folder, 'both', 'summary.json'), 'utf8')) as Record<string, unknown>;
    expect(summary['verdict']).toMatch(/On an ideal schedule the live rule misses 1 of 3 alerts: 1 arrived after/);
    expect(summary['comparison']).toEqual([
      {
        rule_id: 'new-host',
        both: 2,
        only_a: 1,
        only_b: 2,
        why_only_a: { late: 1 },
        why_only_b: { forgotten: 1, not_arrived: 1 },
      },
    ]);
    const coverage = async (run: string): Promise<unknown> =>
      (JSON.parse(await readFile(join(folder, run, 'coverage.json'), 'utf8')) as Record<string, unknown>)['matches'];
    expect(await coverage('both')).toMatchObject({ total: 6, in_range: 5 });
    const verified = await coldhunt(['verify', join(folder, 'both')]);
    expect([verified.code, verified.stdout]).toEqual([0, expect.stringContaining('the run holds')]);
    const page = await readFile(join(folder, 'both', 'report.html'), 'utf8');
    expect(page).toContain('the live rule misses 1 of 3 alerts');
    expect(page).toMatch(
      /Alerts that differ.*missed live.*it arrived at 2026-02-01T13:00:00\.000Z, after the last execution/s,
    );
  });

  it('is held against what Elastic raised', async () => {
    const alerts = (await readFile(join(folder, 'parity', 'alerts.ndjson'), 'utf8')).split('\n');
    const live = alerts
      .slice(1, 3)
      .map((line) => JSON.stringify({ _index: '.alerts', _source: JSON.parse(line) as unknown }));
    const other = (alerts[0] ?? '').replace('["on-time"]', '["elsewhere"]');
    await writeFile(join(folder, 'live.ndjson'), `${[...live, other].join('\n')}\n`);
    const run = join(folder, 'parity');
    const { stdout, stderr } = await coldhunt(['compare', run, '--live', join(folder, 'live.ndjson')]);
    const states = stdout.match(/"state":"[a-z_]+"/g);
    expect(states?.toSorted()).toEqual(
      ['not_raised', 'not_raised', 'raised', 'raised', 'unknown'].map((state) => `"state":"${state}"`),
    );
    expect(stderr).toContain('Of 4 alerts of the run Elastic raised 2; 1 alert of Elastic is unknown to the run.');
    const refused = await coldhunt(['compare', run, '--live', join(folder, 'archive', 'events.ndjson')]);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('line 1 is no alert')]);
    expect((await coldhunt(['compare', run])).code).toBe(2);
  });
});
