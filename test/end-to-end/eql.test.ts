// EQL from outside: `match --eql`, and an EQL rule in a hunt over a folder.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

const LINES = [
  '{"@timestamp":"2026-02-01T00:00:03Z","event":{"category":"process"},"process":{"name":"cmd.exe","pid":4}}',
  '{"@timestamp":"2026-02-01T00:00:01Z","event":{"category":["process"]},"process":{"name":"PowerShell.exe","args":["-enc","abc"]}}',
  '{"@timestamp":"2026-02-01T00:00:02Z","event":{"category":"file"},"process":{"name":"cmd.exe"},"custom":{"x":"y"}}',
];
const RULE = {
  rule_id: 'shells',
  name: 'Shells',
  description: 'Shells with an encoded command',
  type: 'eql',
  language: 'eql',
  query: 'process where process.name : ("cmd.exe", "power*")',
  severity: 'low',
  risk_score: 21,
  index: [],
};

let folder: string;
let events: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-eql-'));
  await mkdir(join(folder, 'archive'));
  events = join(folder, 'archive', 'events.ndjson');
  await writeFile(events, `${LINES.join('\n')}\n`);
  await writeFile(join(folder, 'rule.json'), JSON.stringify(RULE));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('coldhunt match --eql', () => {
  it.each([
    ['prints what matches in source order', 'process where process.name : ("cmd.exe", "power*")', [0, 1]],
    ['cuts by time with head and tail', 'any where true | tail 2 | head 1', [2]],
    ['takes a field with ? that nothing knows', 'any where ?custom.x == "y"', [2]],
    ['takes functions', 'any where length(process.name) > 7', [1]],
  ])('%s', async (_what, query, indexes) => {
    const { code, stdout, stderr } = await coldhunt(['match', '--eql', query, events]);
    expect(stderr).toBe('');
    expect(stdout).toBe(indexes.map((index) => `${LINES[index]}\n`).join(''));
    expect(code).toBe(0);
  });

  it('reads the category where it is told to', async () => {
    const args = [
      'match',
      '--count',
      '--event-category-field',
      'process.name',
      '--eql',
      '"cmd.exe" where true',
      events,
    ];
    expect(await coldhunt(args)).toEqual({ code: 0, stdout: '2\n', stderr: '' });
  });

  it('explains each clause', async () => {
    const { stdout } = await coldhunt(['match', '--explain', '--eql', 'process where not process.pid == 4', events]);
    expect(stdout).toContain('holds           event.category == "process"  values "process"  (a value is equal)');
    expect(stdout).toContain('does not hold   not process.pid == 4  values "4"  (excluded by not)');
  });

  it.each([
    [
      'a field that nothing knows',
      'any where procss.name == "x"',
      '1:11: unknown field "procss.name": did you mean process.name?',
    ],
    ['a sequence', 'sequence [any where true] [any where true]', 'uses a sequence'],
    ['a wrong expression', 'any where process.name regex "a("', '1:30: regular expression'],
    ['a function that does not exist', 'any where lenght(process.name) > 1', 'did you mean length?'],
    ['--explain with a pipe', 'any where true | head 2', '--explain explains each event by itself', '--explain'],
  ])('refuses %s', async (_what, query, message, ...more) => {
    const { code, stderr } = await coldhunt(['match', ...more, '--eql', query, events]);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });

  it('takes fields that only its input has, of files, folders and standard input', async () => {
    const args = ['match', '--eql', 'any where custom.x == "y"'];
    const expected = { code: 0, stdout: `${LINES[2]}\n`, stderr: '' };
    expect(await coldhunt([...args, events])).toEqual(expected);
    expect(await coldhunt([...args, join(folder, 'archive')])).toEqual(expected);
    expect(await coldhunt(args, { stdin: await readFile(events, 'utf8') })).toEqual(expected);
    expect(await coldhunt([...args, '--only-field-types', events])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('unknown field "custom.x"') as string,
    });
  });

  it('takes a field that nothing knows when told to, with a warning', async () => {
    const args = ['match', '--unknown-fields', 'warn', '--eql', 'any where custom.z != "y"', events];
    const { code, stderr } = await coldhunt(args);
    expect(stderr).toContain('the query asks custom.z');
    expect(code).toBe(0);
  });

  it('refuses a rule that asks a field that nothing knows, unless told to take it; explains it all the same', async () => {
    const rule = join(folder, 'unknown-field.json');
    await writeFile(rule, JSON.stringify({ ...RULE, query: 'any where custom.z == "y"' }));
    const refused = await coldhunt(['match', '--rule', rule, events]);
    expect(refused.stderr).toContain('1:11: unknown field "custom.z"');
    expect(refused.stderr).toContain('--unknown-fields warn');
    expect(refused.code).toBe(2);
    const taken = await coldhunt(['match', '--unknown-fields', 'warn', '--rule', rule, events]);
    expect(taken.stderr).toContain('the query asks custom.z');
    expect(taken.code).toBe(1);
    expect(await coldhunt(['explain', '--rule', rule, '--event', events])).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('the query asks custom.z') as string,
    });
  });

  it('tells of events that cannot be evaluated, and goes on', async () => {
    const { code, stderr } = await coldhunt(['match', '--eql', 'process where number(process.name) == 1', events]);
    expect(stderr).toContain('at 0: number() cannot read "cmd.exe"');
    expect(code).toBe(3);
  });
});

it('hunts with an EQL rule as Kibana would name it', async () => {
  const out = join(folder, 'run');
  const args = ['scan', '--archive', join(folder, 'archive'), '--rule', join(folder, 'rule.json'), '--out', out];
  const { code, stderr } = await coldhunt([...args, '--from', '2026-02-01', '--to', '2026-02-02']);
  expect(code, stderr).toBe(0);
  const alerts = (await readFile(join(out, 'alerts.ndjson'), 'utf8')).trimEnd().split('\n');
  expect(alerts.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    {
      'kibana.alert.rule.category': 'Event Correlation Rule',
      'kibana.alert.rule.rule_type_id': 'siem.eqlRule',
      'kibana.alert.original_time': '2026-02-01T00:00:01.000Z',
    },
    { 'kibana.alert.original_time': '2026-02-01T00:00:03.000Z' },
  ]);
});

it('refuses a hunt for a field that not even the archive has, when told to', async () => {
  const rules = { known: 'any where custom.x == "y"', unknown: 'any where custom.z == "y"' };
  for (const [name, query] of Object.entries(rules))
    await writeFile(join(folder, `${name}.json`), JSON.stringify({ ...RULE, rule_id: name, query }));
  const plan = (rule: string, what: string): ReturnType<typeof coldhunt> =>
    coldhunt([
      'plan',
      '--archive',
      join(folder, 'archive'),
      '--from',
      '2026-02-01',
      '--to',
      '2026-02-02',
      '--rule',
      join(folder, `${rule}.json`),
      '--unknown-fields',
      what,
    ]);
  expect((await plan('known', 'error')).code).toBe(0);
  const warned = await plan('unknown', 'warn');
  expect(warned.stderr).toContain('the query asks custom.z, which is no ECS field');
  expect(warned.code).toBe(0);
  const refused = await plan('unknown', 'error');
  expect(refused.stderr).toContain('Shells (unknown): query 1:11: unknown field "custom.z"');
  expect(refused.code).toBe(2);
});
