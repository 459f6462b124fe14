// The words of the command line: what is warned of, what --quiet leaves, in which counts. A new case is a new row.

import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { coldhunt, startColdhunt } from '../run-command.ts';
import { NOTHING, RULE, expectWords, writeCaseFolder, type Case } from './word-cases.ts';

let folder: string;

beforeAll(async () => {
  folder = await writeCaseFolder();
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

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
      'everything that does not fit its field',
      {
        args: ['match', '--kql', 'process.pid: x and source.ip: y', 'a.ndjson'],
        code: 2,
        stderr:
          /^coldhunt: 1:14: field process\.pid: .*\n {2}process\.pid: x and source\.ip: y\n {15}\^\n {2}1:31: field source\.ip: .*\n$/,
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
          /^(?:(?!gone)[^])*\n {2}baselines {2}2 cold; (?:(?!gone)[^])*\nThe exception list "gone" is nowhere to be found: its exceptions were not applied \(2 rules\)\.\n\n2 first uses by 2 of 2 rules on 1 host(?:(?!gone)[^])*$/,
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
      'says why matches count for nothing',
      {
        args: ['scan', '--archive', 'bulk.ndjson', '--rule', 'indexed.json', '--out', 'i'],
        code: 0,
        stdout: / other index\n.* 1\n[^]*1 matching event lies in an index [^]*--index-patterns ignore takes it\.\n/,
      },
    ],
    [
      'says where it is told what was not examined',
      {
        args: ['scan', '--archive', 'odd', '--rule', RULE, '--out', 'n'],
        code: 3,
        stdout: /\n {2}not read {3}coldhunt coverage n\n/,
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
        stderr: /^coldhunt: Nothing found by 1 rule; incomplete: 1 malformed line;.*\n$/,
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
  ])('%s', async (_name, each) => {
    await expectWords(folder, each);
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
      /examined {3}1 object, .* stored, 300,000 lines in .*\n {2}scanned at .*\/s of stored bytes, .*\/s decompressed\n/,
    );
  });
});
