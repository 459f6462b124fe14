// A rule set as a thing to work with, from outside: list, lint, coverage, convert; and what is wrong with rules, with its place.

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt } from '../run-command.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-rules-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const toml = (id: string, keys: string): string =>
  `[rule]\nrule_id = "${id}"\nname = "N"\ndescription = "D"\nseverity = "low"\nrisk_score = 1\n${keys}\n`;

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, text);
  return file;
}

/** Of the rule files below: the line before their query. */
const FIRST_QUERY_LINE = 9;

/** Query -> line, column and the beginning of what is said of it. */
const WRONG: readonly (readonly ['kuery' | 'eql', string, number, number, string])[] = [
  ['kuery', 'process.name: (a or', 1, 15, 'this "(" is not closed'],
  ['kuery', 'process.name: a\n  and user.name: "b', 2, 18, 'this quotation mark is not closed'],
  ['kuery', 'process.pid: abc', 1, 14, 'field process.pid: "abc" is no number'],
  ['kuery', 'source.ip: 10.*', 1, 12, 'field source.ip: a field of type ip knows no patterns'],
  ['kuery', 'dll.pe.sections.name: a', 1, 1, 'dll.pe.sections.name is a nested field'],
  ['eql', 'process where', 1, 14, 'expected'],
  ['eql', 'process where lenght(process.name) > 3', 1, 15, 'unknown function "lenght": did you mean length?'],
  ['eql', 'process where process.pid : "a"', 1, 15, 'process.pid is a number, but : takes strings'],
  [
    'eql',
    'process where process.name == "a" and\n  process.name = "b"',
    2,
    16,
    'expected "and", "or", "|" or the end of the query, found "="',
  ],
  [
    'eql',
    'process where process.name regex "a{9999}{9999}{99}"',
    1,
    34,
    'the regular expression needs more than 5000 states',
  ],
  ['eql', 'process where process.name regex "(a|b"', 1, 34, 'regular expression'],
  ['eql', 'process where length(process.name) == length(user.name)', 1, 36, '== compares with a constant'],
  ['eql', "process where process.name == 'a'", 1, 31, 'a string stands in double quotes'],
];

describe('rules that cannot be used', () => {
  it('names the place of every mistake, and finds no bug of its own', async () => {
    for (const [index, [language, query]] of WRONG.entries()) {
      const type = language === 'eql' ? 'eql' : 'query';
      await write(
        `wrong/${index}.toml`,
        toml(`w${index}`, `type = "${type}"\nlanguage = "${language}"\nquery = '''\n${query}'''`),
      );
    }
    const { code, stderr } = await coldhunt(['rules', 'validate', join(folder, 'wrong')]);
    for (const [index, [, , line, column, message]] of WRONG.entries())
      expect(stderr).toContain(
        `${join(folder, 'wrong', `${index}.toml`)}:${line + FIRST_QUERY_LINE}:${column}: query: ${message}`,
      );
    expect(stderr).not.toContain('INVARIANT');
    expect(code).toBe(2);
  });

  it('reads 10,000 rules, and names rules with one id', async () => {
    const line = (id: string, query: string): string =>
      `${JSON.stringify({ rule_id: id, name: id, description: 'd', type: 'query', severity: 'low', risk_score: 1, query })}\n`;
    const rules = Array.from({ length: 10_000 }, (_, index) => line(`r${index}`, `process.name: a${index}`));
    await write('many/all.ndjson', rules.join(''));
    await write('many/more.ndjson', line('r7', 'process.name: b'));
    const { code, stdout, stderr } = await coldhunt(['rules', 'validate', join(folder, 'many')]);
    expect(stdout).toContain('10,001 rules: 9,999 ready, 0 unsupported, 2 invalid\n');
    expect(stderr).toContain('the rule id r7 stands in');
    expect(code).toBe(2);
  });

  it('reads a rule of 5 MB', async () => {
    const names = Array.from({ length: 300_000 }, (_, index) => `"a${index}.exe"`).join(', ');
    const query = `process where process.name in (${names}) and process.pid == "x"`;
    const file = await write('large.toml', toml('l', `type = "eql"\nlanguage = "eql"\nquery = '''${query}'''`));
    const { code, stdout, stderr } = await coldhunt(['rules', 'list', '--json', file]);
    expect(JSON.parse(stdout)).toMatchObject({
      rule_id: 'l',
      state: 'invalid',
      reason: expect.stringContaining('process.pid'),
    });
    expect(stderr).toBe('');
    expect(code).toBe(0);
  });
});

describe('rules list', () => {
  it('tells the lives of rules and why they cannot run', async () => {
    await write(
      'pack/_deprecated/old.toml',
      `[metadata]\nmaturity = "deprecated"\n${toml('old', 'type = "query"\nquery = "a: b"')}`,
    );
    await write(
      'pack/ml.toml',
      `[metadata]\nmin_stack_version = "9.3.0"\n${toml('ml', 'type = "machine_learning"\nmachine_learning_job_id = "rare"')}`,
    );
    await write(
      'pack/sequence.toml',
      toml('seq', 'type = "eql"\nlanguage = "eql"\nquery = "sequence [file where true] [process where true]"'),
    );
    const { stdout } = await coldhunt(['rules', 'list', '--json', join(folder, 'pack')]);
    expect(
      stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { rule_id: 'old', state: 'ready', maturity: 'deprecated', deprecated: true, building_block: false },
      {
        rule_id: 'ml',
        state: 'unsupported',
        reason: 'needs the machine-learning job rare in Elasticsearch',
        min_stack_version: '9.3.0',
      },
      { rule_id: 'seq', state: 'unsupported', reason: 'uses a sequence', deprecated: false, duplicates: [] },
    ]);
    expect((await coldhunt(['rules', 'list', join(folder, 'pack')])).stdout).toContain('unsupported because:\n');
  });
});

describe('rules lint', () => {
  it('prints places and codes, and fails only when told to', async () => {
    const file = await write(
      'lint.toml',
      toml('lint', 'type = "query"\nquery = "host.os.type: Linux and process.name: a and not process.name: a"'),
    );
    const plain = await coldhunt(['rules', 'lint', file]);
    expect(plain.stdout).toContain(`${file}:8:24: wrong-case: query: host.os.type is compared in its case`);
    expect(plain.stdout).toContain('1 rule: 1 contradiction, 1 wrong-case\n');
    expect(plain.code).toBe(0);
    const strict = await coldhunt(['rules', 'lint', '--strict', '--json', file]);
    expect(
      strict.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toMatchObject([
      { code: 'wrong-case', file, line: 8, column: 24, path: 'query', rule_id: 'lint' },
      { code: 'contradiction', line: 8 },
    ]);
    expect(strict.code).toBe(2);
  });
});

describe('rules coverage', () => {
  it('says what can fire, in a table, as JSON and as a layer', async () => {
    const event = { '@timestamp': '2026-02-01T00:00:00Z', event: { category: ['process'] }, process: { name: 'x' } };
    await write('archive/a.ndjson', `${JSON.stringify(event)}\n`);
    const threat = `[[rule.threat]]\nframework = "MITRE ATT&CK"\n[[rule.threat.technique]]\nid = "T1059"\nname = "Command"\nreference = "r"\n[rule.threat.tactic]\nid = "TA0002"\nname = "Execution"\nreference = "r"`;
    const fires = await write(
      'cover/fires.toml',
      toml('fires', `type = "query"\nquery = "event.category: process and process.name: x"\n${threat}`),
    );
    await write(
      'cover/not.toml',
      toml('not', `type = "eql"\nlanguage = "eql"\nquery = "file where file.path : \\"x\\""\n${threat}`),
    );
    await write('cover/esql.toml', toml('esql', `type = "esql"\nlanguage = "esql"\nquery = "from x"\n${threat}`));
    const layer = join(folder, 'layer.json');
    const args = ['rules', 'coverage', '--archive', join(folder, 'archive'), '--rule', join(folder, 'cover')];
    const table = await coldhunt([...args, '--navigator', layer]);
    expect(table.stderr).toBe('');
    expect(table.stdout).toContain('3 rules: 1 can fire, 0 not seen to, 1 cannot, 1 not run\n');
    expect(table.stdout).toContain('events with event.category file');
    expect(table.code).toBe(0);
    expect(table.stdout).toMatch(/\nN +yes .*\nN +no /);
    const cannot = await coldhunt([...args, '--can-fire', 'no']);
    expect(cannot.stdout).toContain(': 1 can fire, ');
    expect(cannot.stdout).not.toMatch(/^N +yes/m);
    expect(JSON.parse(await readFile(layer, 'utf8'))).toMatchObject({
      versions: { layer: '4.5' },
      techniques: [{ techniqueID: 'T1059', tactic: 'execution', score: 33 }],
    });
    const json = await coldhunt([...args, '--json', '--from', '2026-02-02']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      sample: { events: 0, events_outside: 1, is_whole: true },
      techniques: [{ id: 'T1059', can: 0, cannot: 2, not_run: 1 }],
      rules_not_run: [{ rule_id: 'esql', reason: 'ES|QL rules need Elasticsearch' }],
    });
    expect((await coldhunt(['rules', 'coverage', '--archive', join(folder, 'nowhere'), '--rule', fires])).code).toBe(2);
  });
});

describe('rules convert', () => {
  it('writes a query in another language', async () => {
    const kql = 'event.category: process and process.name: (a or b*) and not user.name: *';
    const eql = await coldhunt(['rules', 'convert', '--to', 'eql', '--kql', kql]);
    expect(eql.stdout).toBe(
      'process where (process.name == "a" or process.name like "b*") and not user.name != null\n',
    );
    const athena = await coldhunt([
      'rules',
      'convert',
      '--to',
      'sql',
      '--dialect',
      'athena',
      '--table',
      'logs.endpoint',
      '--kql',
      kql,
    ]);
    expect(athena.stdout).toContain(
      'FROM "logs"."endpoint"\nWHERE any_match("event"."category", v -> v = \'process\')\n',
    );
    expect(athena.code).toBe(0);
  });

  it('says of each clause why it cannot be said', async () => {
    const query = 'process where process.name : "cmd.exe" and length(user.name) > 3';
    const { code, stdout, stderr } = await coldhunt(['rules', 'convert', '--to', 'kql', '--eql', query]);
    expect(stdout).toBe('');
    expect(stderr).toBe(
      '1:28: process.name : "cmd.exe": KQL minds the case of process.name, and this test does not\n' +
        '1:62: length(user.name) > 3: it calculates with values, which only EQL can say\n',
    );
    expect(code).toBe(2);
    const sequence = await coldhunt([
      'rules',
      'convert',
      '--to',
      'sql',
      '--eql',
      'sequence [file where true] [file where true]',
    ]);
    expect(sequence.stderr).toContain('the query uses a sequence');
    expect(sequence.code).toBe(2);
    expect((await coldhunt(['rules', 'convert', '--to', 'sql'])).code).toBe(2);
  });
});

describe('a folder with deprecated rules', () => {
  const query = 'type = "query"\nquery = "process.name: a"';
  const rule = (id: string, maturity: string): string => `[metadata]\nmaturity = "${maturity}"\n${toml(id, query)}`;
  const time = '2026-01-01T00:00:00Z';

  it('is hunted without them and without those in development, each named, unless they are asked for', async () => {
    const events = await write('retired/events/a.ndjson', `{"@timestamp":"${time}","process":{"name":"a"}}\n`);
    await write('retired/rules/good.toml', rule('good', 'production'));
    await write('retired/rules/draft.toml', rule('draft', 'development'));
    await write('retired/rules/_deprecated/old.toml', rule('old', 'deprecated'));
    const scan = async (out: string, path: string, ...flags: readonly string[]) => {
      const place = join(folder, 'retired', out);
      const paths = ['--archive', join(events, '..'), '--rule', join(folder, 'retired/rules', path), '--out', place];
      const { code, stderr } = await coldhunt(['scan', ...paths, ...flags]);
      expect(code, stderr).toBe(0);
      const summary = JSON.parse(await readFile(join(place, 'summary.json'), 'utf8')) as {
        readonly rules_left_out: readonly { readonly rule_id: string; readonly reason: string }[];
      };
      const lines = (await readFile(join(place, 'alerts.ndjson'), 'utf8')).trimEnd().split('\n');
      const raised = lines.map(
        (line) => (JSON.parse(line) as Record<string, unknown>)['kibana.alert.rule.rule_id'] as string,
      );
      return { stderr, raised, leftOut: summary.rules_left_out.map(({ rule_id: id }) => id) };
    };
    const plain = await scan('plain', '', '--strict-rules');
    expect(plain).toMatchObject({ raised: ['good'], leftOut: ['old', 'draft'] });
    expect(plain.stderr).toContain('old.toml: N: unsupported: deprecated (runs when named itself');
    expect(plain.stderr).toContain('draft.toml: N: unsupported: in development (runs when named itself');
    const all = await scan('all', '', '--include-deprecated');
    expect(all).toMatchObject({ raised: ['draft', 'good', 'old'], leftOut: [] });
    expect(await scan('folder', '_deprecated')).toMatchObject({ raised: ['old'], leftOut: [] });
    expect(await scan('file', 'draft.toml')).toMatchObject({ raised: ['draft'], leftOut: [] });
  });

  it('loses in a diff what a rule raised that the new version deprecates', async () => {
    const events = await write('fade/events/a.ndjson', `{"@timestamp":"${time}","process":{"name":"a"}}\n`);
    await write('fade/old/x.toml', rule('x', 'production'));
    await write('fade/new/_deprecated/x.toml', rule('x', 'deprecated'));
    const versions = ['--old', join(folder, 'fade/old'), '--new', join(folder, 'fade/new')];
    const diff = ['diff', ...versions, '--archive', join(events, '..'), '--json'];
    const { code, stdout, stderr } = await coldhunt([...diff, '--out', join(folder, 'fade/out')]);
    expect(code, stderr).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ total: { gained: 0, lost: 1, kept: 0 } });
    expect(stderr).toContain('x.toml: N: left out: deprecated');
    const both = await coldhunt([...diff, '--include-deprecated', '--out', join(folder, 'fade/both')]);
    expect(JSON.parse(both.stdout), both.stderr).toMatchObject({ total: { gained: 0, lost: 0, kept: 0 } });
  });
});

describe('an export of several rules', () => {
  const line = (id: string, more: object): string =>
    `${JSON.stringify({ rule_id: id, name: id, description: 'd', severity: 'low', risk_score: 1, ...more })}\n`;

  it('is hunted with what can run, and the rest is named; strictly, and alone, each must load', async () => {
    const good = line('good', { type: 'query', language: 'kuery', query: 'process.name: a' });
    const other = line('other', { type: 'esql', language: 'esql', query: 'FROM logs' });
    const events = await write(
      'several/events/a.ndjson',
      '{"@timestamp":"2026-01-01T00:00:00Z","process":{"name":"a"}}\n',
    );
    const rules = await write('several/rules.ndjson', good + other);
    const scan = ['scan', '--archive', join(events, '..'), '--rule'];
    const ran = await coldhunt([...scan, rules, '--out', join(folder, 'several/out')]);
    expect(ran.code, ran.stderr).toBe(0);
    expect(ran.stderr).toContain('other: unsupported');
    expect(ran.stdout).toMatch(/1 (?:alert|first use) on 1 host/);
    const strict = await coldhunt([...scan, rules, '--strict-rules', '--out', join(folder, 'several/strict')]);
    expect(strict).toMatchObject({ code: 2 });
    const alone = await write('several/alone.ndjson', other);
    expect(await coldhunt([...scan, alone, '--out', join(folder, 'several/alone')])).toMatchObject({ code: 2 });
  });
});
