// `coldhunt report` and `coldhunt evidence` as a user runs them: groups, exports, reports that leave the team, and the event of an alert.

import { appendFile, cp, mkdir, mkdtemp, readFile, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const SECRET = /jonas|ws-17|\bh-17\b/i;

let folder: string;
let out: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-reports-'));
  out = join(folder, 'run');
  await mkdir(join(folder, 'archive'));
  const events = ['ws-17', 'ws-18'].map((host, number) =>
    JSON.stringify({
      '@timestamp': `2026-02-0${number + 1}T10:00:00.000Z`,
      event: { category: ['process'], type: ['start'], action: 'exec' },
      host: { id: host.replace('ws', 'h'), name: host, os: { type: 'linux' } },
      user: { name: 'jonas' },
      process: {
        name: 'aws',
        working_directory: '/home/jonas',
        args: ['aws', 'ssm', 'send-command', '--parameters', 'AWS-RunShellScript', 'commands=ssh jonas@WS-17.example'],
      },
    }),
  );
  await writeFile(join(folder, 'archive', 'ws-17.ndjson'), `${events.join('\n')}\n`);
  const { code, stderr } = await coldhunt(['scan', '--archive', join(folder, 'archive'), '--rule', RULE, '--out', out]);
  expect(code, stderr).toBe(0);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('coldhunt evidence', () => {
  it('prints the event of an alert as it lies in the archive, and says when it does not any more', async () => {
    const [line = ''] = (await readFile(join(out, 'alerts.ndjson'), 'utf8')).split('\n');
    const uuid = (JSON.parse(line) as Record<string, string>)['kibana.alert.uuid'] ?? '';
    const object = join(folder, 'archive', 'ws-17.ndjson');
    const text = await readFile(object, 'utf8');
    const shown = await coldhunt(['evidence', out, uuid.slice(0, 10)]);
    expect([shown.code, shown.stdout]).toEqual([0, text.slice(0, text.indexOf('\n') + 1)]);
    expect(shown.stderr).toMatch(/SHA-256 [0-9a-f]{64} holds/);
    for (const [id, words] of [
      ['1234', 'too short'],
      ['zzzzzzzz', 'none of the 2 alerts'],
    ] as const) {
      const refused = await coldhunt(['evidence', out, id]);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(words);
    }
    const copy = join(folder, 'copy');
    await cp(out, copy, { recursive: true });
    await rename(object, `${object}.gone`);
    const gone = await coldhunt(['evidence', copy, uuid]);
    await rename(`${object}.gone`, object);
    expect([gone.code, gone.stdout]).toEqual([3, '']);
    expect(gone.stderr).toContain('missing');
  });
});

describe('coldhunt report', () => {
  it('groups by rule and terms beside the alerts, and by other fields when asked', async () => {
    const groups = (await readFile(join(out, 'groups.ndjson'), 'utf8')).trim().split('\n');
    expect(groups).toHaveLength(2);
    const { code, stdout } = await coldhunt(['report', out, '--format', 'groups', '--group-by', 'user.name']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ group: { 'user.name': 'jonas' }, alerts: 2, hosts: ['ws-17', 'ws-18'] });
  });

  it('leaves no name behind that was asked to be replaced, in any format', async () => {
    const key = join(folder, 'key');
    const target = join(folder, 'for-others');
    const flags = [
      '--pseudonymise',
      'user.name,host.name,host.id',
      '--pseudonym-key',
      key,
      '--redact',
      'process.working_directory',
    ];
    const { code, stderr } = await coldhunt([
      'report',
      out,
      '--format',
      'html,ndjson,csv,json,coverage,groups',
      '--output',
      target,
      ...flags,
    ]);
    expect(code, stderr).toBe(0);
    expect((await stat(key)).mode & 0o077).toBe(0);
    for (const file of [
      'alerts.ndjson',
      'alerts.csv',
      'summary.json',
      'coverage.json',
      'groups.ndjson',
      'report.html',
    ]) {
      expect(SECRET.exec(await readFile(join(target, file), 'utf8')), file).toBeNull();
    }
    const page = await readFile(join(target, 'report.html'), 'utf8');
    const blocks = [...page.matchAll(/<script type="text\/plain" id="(\w+)" data-sha256="\w+">([^<]*)</g)];
    expect(blocks.length).toBeGreaterThan(5);
    for (const [, id, base64 = ''] of blocks) {
      expect(SECRET.exec(gunzipSync(Buffer.from(base64, 'base64')).toString()), id).toBeNull();
    }
    const again = await coldhunt(['report', out, '--format', 'ndjson', ...flags]);
    expect(again.stdout).toBe(await readFile(join(target, 'alerts.ndjson'), 'utf8'));
  });

  it('writes alerts that DuckDB reads, and what else others read', async () => {
    const target = join(folder, 'exports');
    const formats = 'parquet,md,elastic,timesketch,navigator,ocsf';
    const { code, stderr } = await coldhunt(['report', out, '--format', formats, '--output', target]);
    expect(code, stderr).toBe(0);
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const read = await connection.runAndReadAll(
      `select host_name, epoch_ms(timestamp) ms, json_extract_string(document, '$."kibana.alert.uuid"') = alert_uuid same from '${join(target, 'alerts.parquet')}'`,
    );
    expect(read.getRowsJson()).toEqual([
      ['ws-17', String(Date.parse('2026-02-01T10:00:00Z')), true],
      ['ws-18', String(Date.parse('2026-02-02T10:00:00Z')), true],
    ]);
    expect(await readFile(join(target, 'report.md'), 'utf8')).toContain('## coldhunt: 2 alerts');
    expect((await readFile(join(target, 'alerts.bulk.ndjson'), 'utf8')).split('\n')).toHaveLength(5);
    expect((await readFile(join(target, 'alerts.timesketch.jsonl'), 'utf8')).split('\n')).toHaveLength(3);
    expect(JSON.parse((await readFile(join(target, 'alerts.ocsf.ndjson'), 'utf8')).split('\n')[0] ?? '')).toMatchObject(
      {
        class_uid: 2004,
        device: { name: 'ws-17' },
      },
    );
    expect(JSON.parse(await readFile(join(target, 'alerts.navigator.json'), 'utf8'))).toMatchObject({
      versions: { layer: '4.5' },
    });
  });

  it('writes over no file unasked, and leaves no half of one', async () => {
    const file = join(folder, 'mine.csv');
    await writeFile(file, 'mine');
    const refused = await coldhunt(['report', out, '--format', 'csv', '--output', file]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('--clobber');
    expect(await readFile(file, 'utf8')).toBe('mine');
    expect((await coldhunt(['report', out, '--format', 'csv', '--output', file, '--clobber'])).code).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('alert_uuid');
    const torn = join(folder, 'torn');
    await cp(out, torn, { recursive: true });
    await appendFile(join(torn, 'alerts.ndjson'), '{"torn": ');
    const failed = await coldhunt(['report', torn, '--format', 'html', '--output', join(folder, 'torn.html')]);
    expect(failed.code).toBe(2);
    expect(failed.stderr).toContain('is not a JSON document');
    expect((await readdir(folder)).filter((name) => name.startsWith('torn.html'))).toEqual([]);
  });

  it.each([
    [['--pseudonymise', 'user.name'], '--pseudonym-key'],
    [['--pseudonymise', 'user.name', '--pseudonym-key', 'RUN/key'], 'lies in the run folder'],
    [['--redact', 'user name'], 'expected fields'],
    [['--noisy', 'many'], 'expected a whole number'],
  ])('refuses %j', async (flags, words) => {
    const { code, stderr } = await coldhunt([
      'report',
      out,
      '--format',
      'ndjson',
      ...flags.map((flag) => flag.replace('RUN', out)),
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});
