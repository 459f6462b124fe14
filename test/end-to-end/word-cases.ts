// What the tests of the command's words share: a folder of small files, and a row of a table.

import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { coldhunt, type RunOptions } from '../run-command.ts';

export const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
export const NOTHING = /^$/;

export interface Case {
  readonly args: readonly string[];
  readonly code: number;
  readonly stdout?: RegExp;
  readonly stderr?: RegExp;
  readonly stdin?: string;
  readonly env?: RunOptions['env'];
}

/** Runs the command in the folder, and holds what it says against the row. */
export async function expectWords(folder: string, { args, code, stdout, stderr, ...options }: Case): Promise<void> {
  const done = await coldhunt(args, { cwd: folder, ...options });
  if (stdout !== undefined) expect(done.stdout).toMatch(stdout);
  if (stderr !== undefined) expect(done.stderr).toMatch(stderr);
  expect(done.code, done.stderr).toBe(code);
}

/** A new folder with events and rules, right and wrong ones; whoever asked removes it. */
export async function writeCaseFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-words-'));
  const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await write('a.ndjson', '{"@timestamp":"2026-02-01T00:00:00Z","process":{"name":"aws"},"course_nmae":"x"}\n');
  await write('torn.ndjson', '{"@timestamp":"2026-02-01T00:00:00Z"}\n{"@timest\n');
  await write('types.json', '{"course_nmae":"keyword"}');
  const rule = {
    rule_id: 'r',
    name: 'n',
    type: 'query',
    severity: 'low',
    risk_score: 1,
    query: 'process.nmae: "aws"',
    description: 'd',
  };
  await write('rule.json', JSON.stringify(rule, null, 2));
  await write('signs.json', JSON.stringify({ ...rule, query: "process.name: 'aws'" }, null, 2));
  const unknown = 'abcde'
    .split('')
    .map((name) => ({ rule_id: name, type: 'eql', language: 'eql', query: `any where x.${name} == 1` }));
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
  await write('nothing.json', '');
  await write('prod.yaml', 'archives: {prod: {uri: a.ndjson}}\n');
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
  return folder;
}
