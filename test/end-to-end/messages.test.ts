// The words of the command line: what is warned of, what --quiet leaves, what is refused, in which counts. A new case is a new row.

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt, startColdhunt, type RunOptions } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const NOTHING = /^$/;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-words-'));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await write('a.ndjson', '{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"aws"},"course_nmae":"x"}\n');
  await write('torn.ndjson', '{"@timestamp":"2026-02-01T00:00:00Z"}\n{"@timest\n');
  await write('types.json', '{"course_nmae":"keyword"}');
  const rule = { rule_id: 'r', name: 'n', type: 'query', severity: 'low', risk_score: 1, query: 'process.nmae: "aws"' };
  await write('rule.json', JSON.stringify(rule, null, 2));
  await write('signs.json', JSON.stringify({ ...rule, query: "process.name: 'aws'" }, null, 2));
  const unknown = 'abcde'.split('').map((name) => ({ rule_id: name, type: 'eql', query: `any where x.${name} == 1` }));
  await write(
    'unknown.ndjson',
    unknown.map((each) => JSON.stringify({ ...rule, ...each, name: each.rule_id })).join('\n'),
  );
  const first = { type: 'new_terms', new_terms_fields: ['process.name'], history_window_start: 'now-7d' };
  const listed = { exceptions_list: [{ id: '1', list_id: 'gone', type: 'detection', namespace_type: 'single' }] };
  const both = ['r1', 'r2'].map((id) => ({
    ...rule,
    ...first,
    ...listed,
    rule_id: id,
    name: id,
    query: 'process.name: aws',
  }));
  await write('first.ndjson', both.map((each) => JSON.stringify(each)).join('\n'));
  await write('list.txt', 'x\n');
  await write('invalid.json', JSON.stringify({ ...rule, risk_score: 200 }));
  await write('sigma.yml', 'title: x\n');
  await write('array.json', '[{"name":"x"}]');
  await write('none.ndjson', '{"exported_count":0,"missing_rules":[]}\n');
  await write(
    'bulk.ndjson',
    '{"index":{"_index":"logs"}}\n{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"aws"}}\n',
  );
  await write('indexed.json', JSON.stringify({ ...rule, query: 'process.name: aws', index: ['logs-x.*'] }));
  await mkdir(join(folder, 'odd'));
  await write('odd/notes.txt', 'no event\n');
  await write('odd/a.zip', 'PK\u0003\u0004 and so on');
  await write('eql.json', JSON.stringify({ ...rule, type: 'esql', language: 'esql', query: 'from x' }));
  await write('bad.yaml', 'log_levl: info\ns3: {endpoint: 5}\n');
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Case {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  readonly stdin?: string;
  readonly env?: RunOptions['env'];
}

describe('the command line', () => {
  it.each<[string, Case]>([
    [
      'warns of a misspelled field in a query, once and with its place',
      {
        args: ['match', '--kql', 'process.nmae: x or process.nmae: y', 'a.ndjson'],
        code: 1,
        stderr: /^coldhunt: 1:1: process\.nmae is no ECS field: did you mean process\.name\?\n$/,
      },
    ],
    [
      'says how KQL writes what reads like another language',
      {
        args: ['match', '--count', '--kql', 'process.name == aws', 'a.ndjson'],
        code: 0,
        stderr:
          /^coldhunt: 1:1: "process\.name == aws" is free text, looked for in every field: write process\.name: aws\n$/,
      },
    ],
    [
      'or where a query cannot go on',
      {
        args: ['match', '--kql', 'process.name == "aws"', 'a.ndjson'],
        code: 2,
        stderr: /^coldhunt: 1:17: .*; KQL writes field: value \(KQL_SYNTAX\)\n {2}process\.name == "aws"\n {18}\^\n$/,
      },
    ],
    [
      'says it of the queries of a hunt',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', RULE, '--exclude-query', 'host.name: "a*"'],
        code: 0,
        stderr: /--exclude-query 1:12: \* in "a\*" is a character like others: leave the quotes away for a wildcard\n/,
      },
    ],
    [
      'and of rule files, with their places',
      {
        args: ['rules', 'validate', 'signs.json'],
        code: 0,
        stderr: /^coldhunt: signs\.json:7:\d+: query: single quotes are part of the value here: write "aws"\n/,
      },
    ],
    [
      'counts notes of one kind, and says where all of them are told',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', 'unknown.ndjson'],
        code: 0,
        stderr:
          /^coldhunt: a \(a\): the query asks x\.a, .* \(and 4 more like this\)\n[^]*coldhunt: all notes on rules: coldhunt rules validate unknown\.ndjson\n$/,
      },
    ],
    ['which is so', { args: ['rules', 'validate', 'unknown.ndjson'], code: 0, stderr: /asks x\.a,[^]*asks x\.e,/ }],
    [
      'tells of exceptions that hold for nothing, once, and how far alerts can be trusted',
      {
        args: ['scan', '--archive', 'a.ndjson', '--rule', 'first.ndjson', '--value-list', 'v=list.txt', '--out', 'f'],
        code: 0,
        stdout:
          /^2 alerts by 2 of 2 rules.* The exception list "gone" is nowhere to be found: its exceptions were not applied \(2 rules\)\.\n(?:(?!gone)[^])*\n {2}baselines: 2 cold; (?:(?!gone)[^])*$/,
        stderr:
          /\(r1\), r2 \(r2\): the exception list "gone" is .*\ncoldhunt: no exception item that is applied names the value list "v"\n/,
      },
    ],
    [
      'does not when it is quiet',
      { args: ['--quiet', 'match', '--kql', 'process.nmae: x', 'a.ndjson'], code: 1, stderr: NOTHING },
    ],
    [
      'nor of a field that the field types know',
      {
        args: ['match', '--count', '--kql', 'course_nmae: x', '--field-types', 'types.json', 'a.ndjson'],
        code: 0,
        stdout: /^1\n$/,
        stderr: NOTHING,
      },
    ],
    [
      'warns of a misspelled field in a rule file',
      {
        args: ['rules', 'validate', 'rule.json'],
        code: 0,
        stderr: /rule\.json:7:13: query: process\.nmae is no ECS field/,
      },
    ],
    [
      'warns of it in a hunt too, and of options that name fields',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', 'rule.json', '--exclude-query', 'hst.name: x'],
        code: 0,
        stderr: /rule\.json:7:13: [^]*--exclude-query 1:1: hst\.name is no ECS field: did you mean host\.name\?/,
      },
    ],
    [
      'names a missing file of match, and reads the others',
      {
        args: ['match', '--count', '--kql', 'process.name: aws', 'nowhere.ndjson', 'a.ndjson'],
        code: 3,
        stdout: /^1\n$/,
        stderr: /^coldhunt: nowhere\.ndjson: no such file or folder \(STORAGE_NOT_FOUND\)\n$/,
      },
    ],
    [
      'tells the name that was probably meant, of files, archives and rules',
      {
        args: ['match', '--kql', 'a: b', 'a.ndjsn'],
        code: 3,
        stderr: /^coldhunt: a\.ndjsn: no such file or folder: did you mean a\.ndjson\? \(STORAGE_NOT_FOUND\)\n$/,
      },
    ],
    ['of archives', { args: ['plan', '--archive', 'a', '--rule', RULE], code: 2, stderr: /did you mean a\.ndjson\?/ }],
    [
      'of rules',
      { args: ['plan', '--archive', 'a.ndjson', '--rule', 'rules.json'], code: 2, stderr: /did you mean rule\.json\?/ },
    ],
    [
      'of files that options name',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', RULE, '--exceptions', 'frist.ndjson'],
        code: 2,
        stderr:
          /^coldhunt: --exceptions: cannot read frist\.ndjson: no such file \(OPTION_INVALID\)\n {2}did you mean first\.ndjson\?\n$/,
      },
    ],
    [
      'says which option a path without one wants',
      { args: ['scan', './events'], code: 2, stderr: /unexpected argument "\.\/events": .* --archive \.\/events/ },
    ],
    [
      'says what is missing: an archive',
      { args: ['scan', '--rule', RULE], code: 2, stderr: /name one with --archive/ },
    ],
    ['or a rule', { args: ['scan', '--archive', 'a.ndjson'], code: 2, stderr: /name one with --rule/ }],
    [
      'reads standard input where - stands',
      {
        args: ['match', '--count', '--kql', 'process.name: aws', 'a.ndjson', '-'],
        stdin: '{"process":{"name":"aws"}}',
        code: 0,
        stdout: /^2\n$/,
      },
    ],
    [
      'says where a region may be given',
      {
        args: ['plan', '--archive', 's3://example-bucket/x', '--rule', RULE],
        env: { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined, AWS_CONFIG_FILE: '/dev/null' },
        code: 2,
        stderr: /no region is known; give --region, set AWS_REGION or AWS_PROFILE/,
      },
    ],
    [
      'says what was probably meant by an option, without obeying what stands in it',
      {
        args: ['scan', '--archve\u001b[31m', 'x'],
        code: 2,
        stderr: /^coldhunt: unknown option '--archve\\u\{1b\}\[31m' \(OPTION_UNKNOWN\)\n/,
      },
    ],
    [
      'or by a command',
      {
        args: ['rules', 'lst'],
        code: 2,
        stderr: /^coldhunt: unknown command 'lst' \(OPTION_UNKNOWN\)\n {2}did you mean list\?\n/,
      },
    ],
    ['says the version', { args: ['-V'], code: 0, stdout: /^\d+\.\d+\.\d+\n$/ }],
    ['gives its help to who asks nothing', { args: [], code: 2, stdout: NOTHING, stderr: /^Usage: coldhunt/ }],
    [
      'says of events that they are no rule, of rules in other formats which it takes',
      {
        args: ['rules', 'validate', 'a.ndjson'],
        code: 2,
        stderr: /^a\.ndjson:1:1: this is an event, no rule\n$/,
      },
    ],
    ['of Sigma', { args: ['rules', 'list', 'sigma.yml'], code: 2, stderr: /rules in YAML \(Sigma\) cannot be run/ }],
    ['of an array', { args: ['rules', 'list', 'array.json'], code: 2, stderr: /jq -c '\.\[\]' array\.json/ }],
    [
      'of an export without a rule',
      { args: ['plan', '--archive', 'a.ndjson', '--rule', 'none.ndjson'], code: 2, stderr: /no rule in none\.ndjson/ },
    ],
    [
      'says why matches count for nothing',
      {
        args: ['scan', '--archive', 'bulk.ndjson', '--rule', 'indexed.json', '--out', 'i'],
        code: 0,
        stdout: /1 matching event lies in an index [^]*--index-patterns ignore takes it\.\n[^]*, 1 in another index\n/,
      },
    ],
    [
      'says where it is told what was not examined',
      {
        args: ['scan', '--archive', 'odd', '--rule', RULE, '--out', 'n'],
        code: 3,
        stdout: /\n {2}what was not examined: coldhunt coverage n\n/,
      },
    ],
    [
      'and what to do about it',
      {
        args: ['coverage', 'n'],
        code: 3,
        stdout: /a\.zip {2}refused: zip: unpack it, [^]*left out with --exclude-key, such as --exclude-key '\*\.txt'\n/,
      },
    ],
    [
      'refuses a missing event file',
      {
        args: ['explain', '--kql', 'a:b', '--event', 'nowhere.json'],
        code: 2,
        stderr: /--event nowhere\.json: no such file/,
      },
    ],
    [
      'refuses a missing archive',
      {
        args: ['plan', '--archive', 'nowhere', '--rule', RULE],
        code: 2,
        stderr: /--archive nowhere: no such file or folder/,
      },
    ],
    [
      'refuses a missing rule file',
      {
        args: ['match', '--rule', 'nowhere.toml', 'a.ndjson'],
        code: 2,
        stderr: /there is no rule "nowhere\.toml": no such file or folder \(RULE_NOT_FOUND\)/,
      },
    ],
    [
      'counts rules by state and type',
      {
        args: ['rules', 'validate', 'eql.json'],
        code: 0,
        stdout: /\n1 rule: 0 ready, 1 unsupported, 0 invalid\n  esql  1 unsupported\n$/,
      },
    ],
    [
      'lints invalid rules as such',
      {
        args: ['rules', 'lint', 'invalid.json', 'eql.json'],
        code: 2,
        stdout: /^invalid\.json:1:\d+: invalid: risk_score: /,
      },
    ],
    ['lints others with findings', { args: ['rules', 'lint', 'signs.json'], code: 0, stdout: /: not-kql: query: / }],
    [
      'takes what cannot be run for an error when it is told so',
      { args: ['rules', 'validate', '--strict', 'eql.json'], code: 2 },
    ],
    [
      'says what it expected in a configuration',
      {
        args: ['--config', 'bad.yaml', 'coverage', 'x'],
        code: 2,
        stderr:
          /bad\.yaml:1:1: log_levl: unknown key "log_levl": did you mean log_level\?.*\nbad\.yaml:2:6: s3\.endpoint: found 5: expected http/,
      },
    ],
    [
      'says what doctor would try',
      { args: ['doctor'], code: 0, stdout: /^note   nothing is configured here: give --archive <uri>, --out/ },
    ],
    [
      'says that no Redis is named',
      { args: ['doctor', '--redis'], code: 2, stderr: /no Redis is named: give --redis <url>/ },
    ],
    [
      'says what it expected in a price file',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', 'rule.json', '--prices', 'types.json'],
        code: 2,
        stderr: /types\.json: date: missing: expected a date such as 2026-02-01/,
      },
    ],
    [
      'says which time it expected',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', 'rule.json', '--from', 'yesterday'],
        code: 2,
        stderr: /invalid --from "yesterday": it is no time; expected RFC 3339/,
      },
    ],
    [
      'leaves nothing but the run folder that it chose of a quiet hunt',
      {
        args: ['scan', '--quiet', '--archive', 'a.ndjson', '--rule', 'rule.json'],
        code: 0,
        stdout: /^\S+\/runs\/\S+\n$/,
        stderr: NOTHING,
      },
    ],
    [
      'tells even then what was not examined',
      {
        args: ['--quiet', 'scan', '--archive', 'torn.ndjson', '--rule', 'rule.json', '--out', 't'],
        code: 3,
        stdout: NOTHING,
        stderr:
          /^coldhunt: Nothing found by 1 rule\. Not everything that was asked was examined: 1 malformed line;.*\n$/,
      },
    ],
    [
      'leaves nothing where the folder was named',
      {
        args: ['scan', '--quiet', '--archive', 'a.ndjson', '--rule', 'rule.json', '--out', 'o'],
        code: 0,
        stdout: NOTHING,
        stderr: NOTHING,
      },
    ],
    [
      'says why a report cannot be written to a place that is none',
      {
        args: ['report', 'o', '--format', 'html', '--output', 'a.ndjson/x.html'],
        code: 2,
        stderr: /^coldhunt: --output: cannot write \S+\/a\.ndjson\/x\.html: part of the path is a file/,
      },
    ],
    [
      'nor tries for ever where no folder can be made',
      {
        args: ['report', 'o', '--format', 'html,csv', '--output', '/proc/none'],
        code: 2,
        stderr: /^coldhunt: cannot make the folder file:\/\/\/proc\/none/,
      },
    ],
  ])('%s', async (_name, { args, code, stdout, stderr, ...options }) => {
    const done = await coldhunt(args, { cwd: folder, ...options });
    if (stdout !== undefined) expect(done.stdout).toMatch(stdout);
    if (stderr !== undefined) expect(done.stderr).toMatch(stderr);
    expect(done.code, done.stderr).toBe(code);
  });
});

describe('a hunt that is interrupted', () => {
  it('tells the command that goes on, and that command does', async () => {
    const line = '{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"bash","args":["a","b","c"]}}\n';
    await writeFile(join(folder, 'many.ndjson'), line.repeat(300_000));
    const out = join(folder, "the hunt's folder");
    let output = '';
    let signals = 0;
    const args = ['scan', '--archive', 'many.ndjson', '--rule', RULE, '--out', out, '--no-prefilter', '--workers', '1'];
    const child = startColdhunt(args, { cwd: folder }, (text) => {
      output += text;
      // The first lets it finish the shards under way, the second does not.
      const isDue = signals === 0 ? output.includes(', into ') : output.includes('SIGINT: finishing');
      if (signals < 2 && isDue) {
        signals += 1;
        child.kill('SIGINT');
      }
    });
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    expect(code, output).toBe(130);
    const [, command] = /\n {2}go on with: coldhunt (resume .*)\n/.exec(output) ?? [];
    expect(command).toBe(`resume '${out.replace("'", `'\\''`)}'`);
    const resumed = await coldhunt(['resume', out], { cwd: folder });
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stdout).toMatch(
      /examined 1 object, .* stored, 300,000 lines in .*\n {2}scanned at .*\/s of stored bytes, .*\/s decompressed\n/,
    );
  });
});
