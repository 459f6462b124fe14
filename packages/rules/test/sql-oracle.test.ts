// DuckDB as an oracle: random queries, KQL and EQL, find the same events as their SQL does. Once with events of any shape in a column of
// JSON, once with events of one shape in columns of structs.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseDocument, viewDocument } from '@coldhunt/core';
import { convertQuery, createFieldTypes } from '@coldhunt/rules';
import { compileRuleQuery } from '../src/rule-query.ts';

const SEED = 7;
const EVENTS = 300;

const NAMES = [
  'cmd.exe',
  'CMD.EXE',
  'powershell.exe',
  'bash',
  'a b',
  '100%',
  'it_s',
  "o'x",
  'x\\y',
  'ab',
  'abc',
  'a\0b',
  // Letters that fold to those of ASCII, or have a case of their own.
  '\u212aS.exe',
  'k\u017f.exe',
  'KS.exe',
  'ÉCMD.EXE',
  'écmd.exe',
];
const PATTERNS = ['c*', '*.exe', 'k*', 'É*', 'a*', '*b*', 'p*l*', '*%', 'it_*', '*'];
const ARGS = ['-c', '-enc', '-ENC', 'http://x', 'C:\\Temp\\a.ps1', '/tmp/x', ''];
const IPS = ['10.0.0.1', '10.1.2.3', '192.168.1.7', '8.8.8.8', 'fe80::1', '::1'];
const BLOCKS = ['10.0.0.0/8', '192.168.0.0/16', 'fe80::/10', '::1/128', '10.1.2.3'];
const NUMBERS = ['0', '1', '4', '443', '65535', '9007199254740993'];
const TIMES = ['2026-02-01', '2026-02-02T12:00:00Z', '2026-02-03T00:00:00.500Z'];
const REGEXPS = [
  'ks\\.exe',
  '[k-t]+\\..*',
  '[^É-é]+',
  '[a-c]+.*',
  '.*\\.(exe|ps1)',
  'x\\\\?y?',
  '-?enc|-c',
  '[^a-z]{2,}.*',
];

interface Query {
  readonly language: 'kuery' | 'eql';
  readonly query: string;
}

let folder: string;
let connection: DuckDBConnection;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-oracle-'));
  connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
});

afterAll(async () => {
  connection.disconnectSync();
  await rm(folder, { recursive: true, force: true });
});

it.each([
  {
    columns: 'json' as const,
    isAny: true,
    queries: 120,
    columnsOf: null,
    id: "CAST(event_values(event, 'event.id', '$.event.id', '$.event.id[*]')[1] AS INTEGER)",
  },
  { columns: 'struct' as const, isAny: false, queries: 220, columnsOf: structs(), id: 'CAST("event"."id" AS INTEGER)' },
])('finds the same events as SQL in $columns columns', async ({ columns, isAny, queries, columnsOf, id }) => {
  const file = join(folder, `${columns}.ndjson`);
  const lines = fc.sample(anyEvent(isAny), { numRuns: EVENTS, seed: SEED }).map((made, index) => {
    const event = { ...made, event: { ...made.event, id: String(index) } };
    return JSON.stringify(isAny && index % 3 === 0 ? respelled(event, index) : event);
  });
  await writeFile(file, `${lines.join('\n')}\n`);
  await connection.run(
    columnsOf === null
      ? `CREATE TABLE json AS SELECT json AS event FROM read_ndjson_objects('${file}')`
      : `CREATE TABLE struct AS SELECT * FROM read_json('${file}', format = 'newline_delimited', columns = ${columnsOf})`,
  );
  const events = lines.map((line) => viewDocument(parseDocument(line)));
  const fieldTypes = createFieldTypes();
  let compared = 0;
  let matches = 0;
  for (const source of fc.sample(anyRule, { numRuns: queries, seed: SEED })) {
    const sql = { dialect: 'duckdb' as const, columns, table: columns, lists: [] };
    const { text, unsayable } = convertQuery(source, { to: 'sql', fieldTypes, sql });
    if (text === null) throw new Error(JSON.stringify([source, unsayable]));
    const macro = text.slice(0, text.indexOf('SELECT *\n'));
    if (macro !== '' && compared === 0) await connection.run(macro);
    const select = `${text.slice(macro.length).replace('SELECT *', `SELECT ${id}`)}\nORDER BY 1`;
    const found = (await connection.runAndReadAll(select)).getRows().map(([row]) => Number(row));
    const { matches: test } = compileRuleQuery(source, { fieldTypes });
    const expected = events.flatMap((event, index) => (test(event, 0) ? [index] : []));
    expect({ ...source, select, found }).toEqual({ ...source, select, found: expected });
    compared += 1;
    matches += found.length;
  }
  expect(compared).toBe(queries);
  expect(matches).toBeGreaterThan(40 * queries);
});

/** The same event with dotted keys, objects in lists and lists in lists; `seed` decides where. */
function respelled(event: object, seed: number): object {
  let state = seed + 1;
  const chance = (): number => {
    state = (state * 48_271) % 2_147_483_647;
    return state % 5;
  };
  const spell = (value: unknown): unknown => {
    if (Array.isArray(value))
      return chance() === 0 && value.length > 0 ? [value.slice(0, 1), ...value.slice(1)] : value;
    if (value === null || typeof value !== 'object') return chance() === 0 ? [[value]] : value;
    const entries = Object.entries(value).flatMap(([key, inner]): readonly (readonly [string, unknown])[] => {
      const spelled = spell(inner);
      const isPlain = spelled !== null && typeof spelled === 'object' && !Array.isArray(spelled);
      if (!isPlain || chance() > 1) return [[key, chance() === 0 && isPlain ? [spelled, null] : spelled]];
      return Object.entries(spelled).map(([name, each]) => [`${key}.${name}`, each] as const);
    });
    return Object.fromEntries(entries);
  };
  return spell(event) as object;
}

function structs(): string {
  return `{
    '@timestamp': 'VARCHAR',
    event: 'STRUCT(id VARCHAR, category VARCHAR[], outcome VARCHAR)',
    process: 'STRUCT(name VARCHAR, pid BIGINT, command_line VARCHAR, args VARCHAR[], code_signature STRUCT(trusted BOOLEAN))',
    source: 'STRUCT(ip VARCHAR)',
    user: 'STRUCT(name VARCHAR)',
    file: 'STRUCT(size BIGINT)',
    dll: 'STRUCT(Ext STRUCT(relative_file_creation_time DOUBLE))'
  }`;
}

/** `isAny`: any field may have several values, or be null. */
function anyEvent(isAny: boolean): fc.Arbitrary<{ readonly event: object }> {
  const some = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => {
    const nothing = fc.constantFrom(...(isAny ? [undefined, null] : [undefined]));
    const several = fc.array(fc.oneof({ weight: 3, arbitrary: value }, fc.constant(null)), { maxLength: 3 });
    return fc.oneof({ weight: 4, arbitrary: value }, nothing, isAny ? several : value);
  };
  const list = (from: readonly string[]): fc.Arbitrary<unknown> => fc.array(fc.constantFrom(...from), { maxLength: 3 });
  const name = some(fc.constantFrom(...NAMES));
  return fc.record({
    '@timestamp': fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 10, max: 23 }))
      .map(([day, hour]) => `2026-02-0${day}T${hour}:00:00.500Z`),
    event: fc.record({
      category: list(['process', 'file', 'network']),
      outcome: some(fc.constantFrom('success', 'failure')),
    }),
    process: fc.record({
      name,
      pid: some(fc.integer({ min: 0, max: 500 })),
      command_line: some(fc.tuple(fc.constantFrom(...NAMES), fc.constantFrom(...ARGS)).map((parts) => parts.join(' '))),
      args: list(ARGS),
      code_signature: fc.record({
        trusted: some(isAny ? fc.constantFrom(true, false, 'true', 'false', '') : fc.boolean()),
      }),
    }),
    source: fc.record({ ip: some(fc.constantFrom(...IPS)) }),
    user: fc.record({ name }),
    file: fc.record({ size: some(fc.integer({ min: 0, max: 70_000 })) }),
    dll: fc.record({
      Ext: fc.record({ relative_file_creation_time: some(fc.integer({ min: 0, max: 100 }).map((n) => n / 4)) }),
    }),
  });
}

function words(...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> {
  return fc
    .tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part)))
    .map((texts) => texts.join(''));
}

function one(...from: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...from);
}

function quoted(...from: readonly string[]): fc.Arbitrary<string> {
  return fc.constantFrom(...from).map((text) => JSON.stringify(text).replaceAll('\\u0000', '\0'));
}

function tree(leaf: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.letrec<{ node: string }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', maxDepth: 3 },
      leaf,
      fc
        .tuple(one(' and ', ' or '), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))
        .map(([word, parts]) => `(${parts.join(word)})`),
      tie('node').map((inner) => `not (${inner})`),
    ),
  })).node;
}

const signs = one('<', '<=', '>', '>=');
const text = one('process.name', 'user.name', 'process.args', 'process.command_line');
const kqlText = fc.oneof(text, one('user.name.caseless'));
const long = one('process.pid', 'file.size');
const entropy = 'dll.Ext.relative_file_creation_time';

const kql = tree(
  fc.oneof(
    words(kqlText, ': ', quoted(...NAMES, ...ARGS)),
    words(kqlText, ': (', quoted(...NAMES), ' or ', one(...PATTERNS), ')'),
    words(kqlText, ': ', one(...PATTERNS)),
    words(long, ' ', signs, ' ', one(...NUMBERS, '250')),
    words('process.pid: (', one(...NUMBERS), ' or ', one('7', '70', '300'), ')'),
    words('source.ip: ', quoted(...BLOCKS)),
    words('process.code_signature.trusted: ', one('true', 'false')),
    words('@timestamp ', signs, ' ', quoted(...TIMES)),
    words('@timestamp: ', quoted(...TIMES)),
    words('event.category: ', quoted('process', 'file')),
    words(`${entropy} `, one('<', '>='), ' 12.25'),
    words(one('process.pid', 'source.ip', 'event.outcome'), ': *'),
  ),
);

const eql = tree(
  fc.oneof(
    words(text, ' ', one('==', '!='), ' ', quoted(...NAMES)),
    words(text, ' ', one(':', 'like'), ' (', quoted(...PATTERNS), ', ', quoted(...NAMES), ')'),
    words(text, ' like~ ', quoted('?:\\Temp\\*', 'P*', '?md*')),
    words(text, ' ', one('in', 'in~', 'not in'), ' (', quoted(...NAMES), ', ', quoted(...ARGS), ')'),
    words(text, ' ', one('regex', 'regex~'), ' ', quoted(...REGEXPS)),
    words(fc.oneof(text, long, one('source.ip')), ' ', one('==', '!='), ' null'),
    words(
      one('endsWith', 'startsWith', 'stringContains', 'endsWith~'),
      '(',
      text,
      ', ',
      quoted('.exe', 'a', 'C', '%'),
      ')',
    ),
    words('process.pid ', fc.oneof(signs, one('==', '!=')), ' ', one('7', '250', '300')),
    words('process.pid in (1, 4, ', one('7', '70', '300'), ')'),
    words('process.code_signature.trusted == ', one('true', 'false')),
    words('cidrMatch(source.ip, ', quoted(...BLOCKS), ')'),
    words(`${entropy} <= `, one('5', '12.25')),
  ),
);

const anyRule: fc.Arbitrary<Query> = fc.oneof(
  kql.map((query) => ({ language: 'kuery' as const, query })),
  words(one('any', 'process', 'file'), ' where ', eql).map((query) => ({ language: 'eql' as const, query })),
);
