// What a new user gets wrong, and what the command says of it: what was given, what was expected, what was probably meant. A new case is
// a new row.

import { spawnSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROOT } from '../run-command.ts';
import { NOTHING, RULE, expectWords, writeCaseFolder, type Case } from './word-cases.ts';

let folder: string;

beforeAll(async () => {
  folder = await writeCaseFolder();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a mistake on the command line', () => {
  it.each<[string, Case]>([
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
      'takes no misspelled s3:// for a folder',
      {
        args: ['scan', '--archive', 'a.ndjson', '--rule', RULE, '--out', 's3:/hunts/x'],
        code: 2,
        stderr: /cannot use "s3:\/hunts\/x": did you mean s3:\/\/hunts\/x\?/,
      },
    ],
    [
      'nor a misspelled archive',
      { args: ['plan', '--archive', 's3//logs/x', '--rule', RULE], code: 2, stderr: /did you mean s3:\/\/logs\/x\?/ },
    ],
    [
      'says that there is nothing to explain',
      {
        args: ['explain', '--kql', 'a: b', '--event', 'nothing.json'],
        code: 0,
        stderr: /^coldhunt: the input holds no event\n$/,
      },
    ],
    [
      'says that there is no run',
      { args: ['runs', 'list', 'odd'], code: 0, stdout: NOTHING, stderr: /^coldhunt: odd holds no run: / },
    ],
    [
      'nor a folder',
      { args: ['runs', 'list', 'nowhere'], code: 2, stderr: /runs list nowhere: no such file or folder/ },
    ],
    [
      'says how a named archive is written',
      {
        args: ['--config', 'prod.yaml', 'plan', '--archive', 'prod', '--rule', RULE],
        code: 2,
        stderr: /--archive prod: no such file or folder: did you mean @prod\?/,
      },
    ],
    [
      'says how to count back from now',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', RULE, '--from', 'now-7d'],
        code: 2,
        stderr: /is --last, as in --last 7d/,
      },
    ],
    [
      'says what has no effect',
      {
        args: ['plan', '--archive', 'a.ndjson', '--rule', RULE, '--layout-tz', 'CET'],
        code: 0,
        stderr: /^coldhunt: --layout-tz CET says nothing without --layout/m,
      },
    ],
  ])('%s', async (_name, each) => {
    await expectWords(folder, each);
  });
});

describe('output that cannot be written', () => {
  it.each<[string, string, number, RegExp]>([
    ['a reader that goes away', 'many.ndjson 2>/dev/null | head -n 1 > first; echo ${PIPESTATUS[0]} >&2', 0, /^0\n$/],
    ['one of messages', '{1..3000} 2>&1 >/dev/null | head -c 1 > first; echo ${PIPESTATUS[0]} >&2', 0, /^3\n$/],
    ['a full disk', 'many.ndjson > /dev/full', 1, /^coldhunt: cannot write to .*: no space left \(STORAGE_FULL\)\n$/],
  ])('%s', async (_name, rest, code, expected) => {
    await writeFile(join(folder, 'many.ndjson'), '{"process":{"name":"aws"}}\n'.repeat(50_000));
    const command = `"$0" match --kql 'process.name: aws' ${rest}`;
    const done = spawnSync('bash', ['-c', command, join(ROOT, 'node_modules', '.bin', 'coldhunt')], { cwd: folder });
    expect(done.stderr.toString()).toMatch(expected);
    expect(done.status).toBe(code);
  });
});
