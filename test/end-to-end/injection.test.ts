// Text of the archive, of its keys and of rules that would be obeyed where it is shown: on a terminal, in HTML, CSV, lines of JSON and logs.
// One event, one rule and one object for each text of injections.json. A new case is a new line there.

import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRedis, type RedisServer } from '../redis-server.ts';
import { coldhunt } from '../run-command.ts';
import { Fleet } from './fleet.ts';

const injections = JSON.parse(readFileSync(new URL('injections.json', import.meta.url), 'utf8')) as readonly string[];
const SECRET = 'only-the-event-holds-this';
// eslint-disable-next-line no-control-regex -- control characters are what this is about
const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/;

let folder: string;
let archive: string;
let rules: string;
let out: string;
let scanned: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-injection-'));
  archive = join(folder, 'archive');
  rules = join(folder, 'rules.ndjson');
  out = join(folder, 'run');
  await mkdir(archive);
  for (const [number, text] of injections.entries()) {
    // What no file can be named is left out of its name.
    const name = `${number} ${text.replaceAll(/[/\0]/g, '').slice(0, 60)}.ndjson`;
    await writeFile(
      join(archive, name),
      `${JSON.stringify(eventOf(text, number))}\n{"torn": "${text.replaceAll('\n', ' ')}\n`,
    );
  }
  await writeFile(rules, injections.map((text, number) => `${JSON.stringify(ruleOf(text, number))}\n`).join(''));
  const { code, stdout, stderr } = await coldhunt([
    'scan',
    '--archive',
    archive,
    '--rule',
    rules,
    '--full-rule',
    '--out',
    out,
  ]);
  expect(code, stderr).toBe(3);
  scanned = stdout + stderr;
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

function eventOf(text: string, number: number): object {
  return {
    '@timestamp': `2026-02-01T00:${String(number).padStart(2, '0')}:00Z`,
    message: SECRET,
    [text]: text,
    event: { action: text, category: ['process'] },
    host: { name: text, id: text },
    user: { name: text },
    process: { name: text, args: [text, text] },
    labels: { [text]: text },
  };
}

function ruleOf(text: string, number: number): object {
  return {
    id: `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`,
    rule_id: `rule ${number} ${text}`,
    type: 'query',
    language: 'kuery',
    query: 'process.name: *',
    name: text,
    description: text,
    note: text,
    tags: [text],
    references: [text],
    author: [text],
    false_positives: [text],
    threat: [{ framework: 'MITRE ATT&CK', tactic: { id: text, name: text, reference: text }, technique: [] }],
    severity: 'low',
    risk_score: 1,
    from: 'now-6m',
    interval: '5m',
  };
}

describe('on a terminal', () => {
  it('a hunt obeys nothing', () => {
    expect(OBEYED.exec(scanned)).toBeNull();
  });

  it.each([['status'], ['coverage'], ['report', '--format', 'csv']])('%s obeys nothing', async (command, ...flags) => {
    const { stdout, stderr, code } = await coldhunt([command, out, ...flags]);
    expect([0, 3], stderr).toContain(code);
    // Commas and line ends of CSV are its own.
    expect(OBEYED.exec(command === 'report' ? stderr : stdout + stderr)).toBeNull();
  });

  it('plan, rules and doctor obey nothing', async () => {
    const commands = [
      ['plan', '--archive', archive, '--rule', rules],
      ['rules', 'list', rules],
      ['rules', 'validate', rules],
      ['rules', 'lint', rules],
      ['scan', '--archive', join(folder, injections[0] ?? ''), '--rule', injections[0] ?? ''],
    ];
    for (const args of commands) {
      const { stdout, stderr } = await coldhunt(args);
      expect(OBEYED.exec(stdout + stderr), args.slice(0, 2).join(' ')).toBeNull();
    }
  });
});

describe('in files', () => {
  it('a page holds no markup but its own', async () => {
    const whole = await readFile(join(out, 'report.html'), 'utf8');
    // Its own script and blocks of base64 stand behind </footer>, each on a line of its own.
    const page = whole.replaceAll(/<script type="text\/plain" id="\w+" data-sha256="\w+">[\w+/=]*<\/script>/g, '');
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.slice(0, page.indexOf('<script>'))).not.toMatch(
      /<script|<img|<svg\/|onload=alert\(1\)>|<\/style><style/,
    );
    expect(page).not.toMatch(/href="javascript:/);
    expect(page).toContain('&lt;script&gt;');
    expect(OBEYED.exec(page)).toBeNull();
  });

  it('a table has no cell that a spreadsheet would reckon', async () => {
    const table = await readFile(join(out, 'alerts.csv'), 'utf8');
    const cells = [...table.matchAll(/(?:^|,|\r\n)(?:"((?:[^"]|"")*)"|([^",\r\n]*))/g)].map(
      ([, quoted, plain]) => quoted ?? plain ?? '',
    );
    expect(cells.length).toBeGreaterThan(injections.length * injections.length);
    expect(cells.filter((cell) => /^[=+@\t\r]|^-(?!\d+(?:\.\d+)?$)/.test(cell))).toEqual([]);
  });

  it('a line of alerts is one alert, whole and unchanged', async () => {
    const lines = (await readFile(join(out, 'alerts.ndjson'), 'utf8')).split('\n').filter((line) => line !== '');
    const alerts = lines.map((line) => JSON.parse(line) as { host: { name: string } });
    expect(alerts).toHaveLength(injections.length ** 2);
    expect(new Set(alerts.map(({ host }) => host.name))).toEqual(new Set(injections));
  });
});

describe('in logs', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedis();
  });

  afterAll(() => redis.stop());

  it('each line is a line of ours, and nothing of an event stands there', async () => {
    const env = { COLDHUNT_REDIS_URL: redis.url, COLDHUNT_LOG_LEVEL: 'trace' };
    const fleet = new Fleet(env);
    try {
      const roles = await Promise.all((['planner', 'worker', 'reducer'] as const).map((name) => fleet.start(name)));
      const run = join(folder, 'logged');
      const asked = await coldhunt(['scan', '--detach', '--archive', archive, '--rule', rules, '--out', run], { env });
      expect(asked.code, asked.stderr).toBe(0);
      const ended = await coldhunt(['status', run, '--wait'], { env });
      expect(ended.code, ended.stderr).toBe(3);
      for (const role of roles) {
        const output = role.output();
        expect(output).not.toContain(SECRET);
        expect(OBEYED.exec(output)).toBeNull();
        for (const line of output.trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('msg');
        expect(output).not.toMatch(/"msg":"forged"/);
      }
    } finally {
      await fleet.end();
    }
  });
});
