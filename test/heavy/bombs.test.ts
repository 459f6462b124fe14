// Small inputs that ask for much: each is named with its code, or examined in full, in bounded time and memory. One process an input.

import { spawn } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeParquet } from '../generator/parquet-writer.ts';
import { ROOT } from '../run-command.ts';

const RULE = 'c371e9fc-6a10-11ef-a0ac-f661ea17fbcc';
const MOST_SECONDS = 60;
const MOST_MB = 900;
const MIB = 1024 * 1024;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'coldhunt-bombs-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

interface Measured {
  readonly code: number | null;
  readonly output: string;
  readonly seconds: number;
  readonly peakMb: number;
}

/** Runs the command and asks the kernel for its peak of memory until it ends. */
async function measure(args: readonly string[]): Promise<Measured> {
  const startedAt = Date.now();
  const bin = join(ROOT, 'node_modules', '.bin');
  const child = spawn(join(bin, 'node'), [join(bin, 'coldhunt'), ...args], { env: { ...process.env, NO_COLOR: '1' } });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let peakKb = 0;
  const timer = setInterval(() => {
    void readFile(`/proc/${child.pid}/status`, 'utf8')
      .then((status) => (peakKb = Math.max(peakKb, Number(/VmHWM:\s*(\d+)/.exec(status)?.[1] ?? 0))))
      .catch(() => undefined);
  }, 50);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearInterval(timer);
  return { code, output, seconds: (Date.now() - startedAt) / 1000, peakMb: peakKb / 1024 };
}

/** The figures stay in .cache/bombs.ndjson. */
async function expectBounded(name: string, { seconds, peakMb, output }: Measured): Promise<void> {
  await mkdir(join(ROOT, '.cache'), { recursive: true });
  const figures = { bomb: name, seconds: Number(seconds.toFixed(1)), peak_mb: Math.round(peakMb) };
  await appendFile(join(ROOT, '.cache', 'bombs.ndjson'), `${JSON.stringify(figures)}\n`);
  expect(seconds, output).toBeLessThan(MOST_SECONDS);
  expect(peakMb, output).toBeLessThan(MOST_MB);
  expect(output).not.toContain('INVARIANT');
}

const EVENT = { '@timestamp': '2026-02-01T00:00:00Z', event: { type: 'start' }, host: { id: 'h' } };
const GOOD = `${JSON.stringify(EVENT)}\n`;
const ZEROS = Buffer.alloc(512 * MIB);

function deep(levels: number): string {
  return `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

function keys(count: number): string {
  return `{${Array.from({ length: count }, (_, number) => `"k${number}":${number}`).join(',')}}`;
}

/** Name, file name, bytes; the codes that its object or its lines are named with (null: it is examined in full). */
const OBJECTS: readonly (readonly [string, string, () => Buffer | Promise<Buffer>, string | null])[] = [
  ['gzip of zeros, as small as gzip makes them', 'x.gz', () => gzipSync(ZEROS, { level: 9 }), 'EXPANSION_LIMIT'],
  ['zstd of zeros, a hundred-thousandth of their size', 'x.zst', () => zstdCompressSync(ZEROS), 'EXPANSION_LIMIT'],
  [
    'gzip within gzip',
    'x.json.gz',
    () => gzipSync(gzipSync(gzipSync(Buffer.alloc(64 * MIB)))),
    'refused: gzip within gzip',
  ],
  [
    'gzip of 100,000 members',
    'x.json.gz',
    () => Buffer.concat(Array.from({ length: 100_000 }, () => SMALL_MEMBER)),
    null,
  ],
  [
    'gzip of 100,000 empty members',
    'x.json.gz',
    () => Buffer.concat(Array.from({ length: 100_000 }, () => EMPTY_MEMBER)),
    null,
  ],
  [
    'an event nested a million deep',
    'x.json',
    () => Buffer.from(`${GOOD}${deep(1_000_000)}\n${GOOD}`),
    'LINE_TOO_DEEP',
  ],
  ['an event of 800,000 keys', 'x.json', () => Buffer.from(`${GOOD}${keys(800_000)}\n${GOOD}`), null],
  ['a number of a million digits', 'x.json', () => Buffer.from(`${GOOD}{"n":${'7'.repeat(1_000_000)}}\n${GOOD}`), null],
  ['a line of 64 MiB', 'x.json', () => Buffer.from(`${GOOD}{"a":"${'x'.repeat(64 * MIB)}"}\n${GOOD}`), 'LINE_TOO_LONG'],
  ['a million lines of nothing', 'x.json', () => Buffer.from(`${GOOD}${'\n'.repeat(1_000_000)}${GOOD}`), null],
  ['Parquet of 3,000 columns', 'x.parquet', () => parquet(keys(3_000)), null],
  ['Parquet of a schema 60 levels deep', 'x.parquet', () => parquet(deep(60)), null],
  [
    'Parquet of a million rows in one group, each with a list of 20',
    'x.parquet',
    () =>
      parquetOf(`SELECT ${EVENT_COLUMNS}, {'args': range(20)::VARCHAR[]} AS process FROM range(1000000)`, 1_000_000),
    null,
  ],
  ['keys and values that would be obeyed', 'x.json', () => Buffer.from(obeyed().repeat(5_000)), null],
];
const SMALL_MEMBER = gzipSync(GOOD);
const EMPTY_MEMBER = gzipSync('');

async function parquet(json: string): Promise<Buffer> {
  const path = join(folder, 'made.parquet');
  await writeParquet(path, `${json}\n`);
  return readFile(path);
}

const EVENT_COLUMNS = `TIMESTAMP '2026-02-01 00:00:00' AS "@timestamp", {'id': 'h'} AS host`;

/** What a query gives, as Parquet that DuckDB writes. */
async function parquetOf(sql: string, rowGroupRows = 122_880): Promise<Buffer> {
  const path = join(folder, 'made.parquet');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    await connection.run(
      `COPY (${sql}) TO '${path}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupRows})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
  return readFile(path);
}

/** Events whose keys and values hold what terminals, parsers and prototypes obey. */
function obeyed(): string {
  const escape = '\\u001b]0;owned\\u0007\\u001b[2J';
  return [
    `{"@timestamp":"2026-02-01T00:00:00Z","${escape}":{"${escape}":"${escape}"},"event":{"type":"start"}}`,
    '{"@timestamp":"2026-02-01T00:00:00Z","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    '{"@timestamp":"2026-02-01T00:00:00Z","host":{"id":"\\ud800"},"a":"\\udfff\\ud800","\\ud83d":1}',
    `{"@timestamp":"2026-02-01T00:00:00Z","a":1,"a":2,"a":{"b":1},"n":${'9'.repeat(10_000)},"e":1e400,"z":-0}`,
    '',
  ].join('\n');
}

describe('a bomb in an archive', () => {
  it.each(OBJECTS)('%s', async (name, file, make, code) => {
    const place = join(folder, name.replaceAll(/\W+/g, '-'));
    await mkdir(place, { recursive: true });
    await writeFile(join(place, file), await make());
    const out = `${place}-run`;
    const measured = await measure([
      'scan',
      '--archive',
      place,
      '--rule',
      RULE,
      '--validate-lines',
      '--quiet',
      '--out',
      out,
    ]);
    await expectBounded(name, measured);
    expect(measured.code, measured.output).toBe(code === null ? 0 : 3);
    const coverage = await readFile(join(out, 'coverage.json'), 'utf8');
    if (code !== null) expect(coverage).toContain(code);
    // oxlint-disable-next-line no-control-regex -- what a terminal would obey
    expect(measured.output + coverage).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  });
});

function toml(query: string): string {
  return `[rule]\nname = "r"\ndescription = "d"\nrule_id = "r-1"\ntype = "query"\nlanguage = "kuery"\nrisk_score = 1
severity = "low"\nfrom = "now-9m"\ninterval = "5m"\nquery = '''\n${query}\n'''\n`;
}

const RULES: readonly (readonly [string, () => string, 0 | 2])[] = [
  ['a KQL query of 100,000 clauses', () => toml(Array.from({ length: 100_000 }, (_, n) => `a:"${n}"`).join(' or ')), 0],
  ['a KQL query of 10,000 parentheses', () => toml(`${'('.repeat(10_000)}a:b${')'.repeat(10_000)}`), 0],
  ['a KQL query of 10,000 negations', () => toml(`${'not ('.repeat(10_000)}a:b${')'.repeat(10_000)}`), 2],
  ['a KQL value of 10 MB', () => toml(`a:"${'x'.repeat(10 * MIB)}"`), 0],
  ['a KQL value of 100,000 stars', () => toml(`a:${'*a'.repeat(100_000)}b`), 0],
  ['a KQL field of 100,000 levels', () => toml(`${'a.'.repeat(100_000)}b:c`), 0],
  ['TOML of 10 MB that is none', () => `[rule]\n${'[['.repeat(5 * MIB)}`, 2],
  ['TOML of 10 MB of comments', () => `${'# x\n'.repeat(2.5 * MIB)}${toml('a:b')}`, 0],
  [
    'TOML of 100,000 keys',
    () => `${toml('a:b')}${Array.from({ length: 100_000 }, (_, n) => `k${n} = 1\n`).join('')}`,
    2,
  ],
  ['TOML nested 10,000 deep', () => `${toml('a:b')}tags = ${'['.repeat(10_000)}${']'.repeat(10_000)}\n`, 2],
];

describe('a bomb of a rule', () => {
  it.each(RULES)('%s', async (name, make, code) => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.toml`);
    await writeFile(file, make());
    const measured = await measure(['rules', 'validate', file]);
    await expectBounded(name, measured);
    expect(measured.code, measured.output.slice(0, 2000)).toBe(code);
  });
});

describe('a bomb of Parquet values', () => {
  it.each([
    ['20 rows that share one value of 60 MB', `repeat('x', 60000000)`, 20, null],
    ['20,000 rows that share one value of 20 kB', `repeat('x', 20000)`, 20_000, null],
    ['40 values of 2 MB in some kB', `repeat(md5(range::VARCHAR), 65536)`, 40, 'EXPANSION_LIMIT'],
  ] as const)('%s', async (name, value, rows, code) => {
    const file = join(folder, `${name.replaceAll(/\W+/g, '-')}.parquet`);
    const sql = `SELECT ${EVENT_COLUMNS}, {'command_line': ${value}} AS process FROM range(${rows})`;
    await writeFile(file, await parquetOf(sql, 2_048));
    const measured = await measure(['match', '--kql', 'process.command_line: *never-there*', '--count', file]);
    await expectBounded(name, measured);
    expect(measured.code, measured.output).toBe(code === null ? 1 : 3);
    if (code !== null) expect(measured.output).toContain(code);
  });
});

describe('a wildcard', () => {
  it.each([
    ['a few stars', '*a*a*a*a*b'],
    ['a thousand stars', `${'*a'.repeat(1000)}*b`],
    ['stars in pairs', '*a*'.repeat(50)],
  ])('of %s is looked for in linear time', async (name, pattern) => {
    const file = join(folder, 'stars.ndjson');
    await writeFile(
      file,
      `${JSON.stringify({ message: 'm', process: { command_line: 'a'.repeat(8 * MIB) } })}\n`.repeat(4),
    );
    const measured = await measure(['match', '--kql', `process.command_line:${pattern}`, '--count', file]);
    await expectBounded(name, measured);
    expect([0, 1], measured.output).toContain(measured.code);
    expect(measured.seconds).toBeLessThan(20);
  });
});
