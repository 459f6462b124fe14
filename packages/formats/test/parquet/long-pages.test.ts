// Of a long page only the beginning is decompressed where only its first rows are wanted: they are the same rows as those of the whole
// page, also where they take more of it than was guessed.

import { parseFieldPath, stringifyDocument, type Requirement } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { openObject } from '../../src/open-object.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';
import { writeWithHyparquet } from './write-with-hyparquet.ts';

const ROWS = 30_000;
const LONG_ROWS = 20;

interface Row {
  readonly n: number;
  readonly text: string;
  readonly tags: readonly string[];
}

/** `firstLength`: of the texts of the first rows. */
function tableOf(firstLength: number): readonly Row[] {
  return Array.from({ length: ROWS }, (_, n) => {
    const hash = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0');
    const text = `${hash}-${hash.repeat(n < LONG_ROWS ? firstLength : 6)}`;
    return { n, text, tags: n % 3 === 0 ? [] : [`${hash}a`, `tag ${hash}`] };
  });
}

function queryOf(firstLength: number): string {
  const hash = `lpad(printf('%x', (n * 2654435761) % 4294967296), 8, '0')`;
  return `SELECT n::INT AS n, ${hash} || '-' || repeat(${hash}, CASE WHEN n < ${LONG_ROWS} THEN ${firstLength} ELSE 6 END) AS text,
    CASE WHEN n % 3 = 0 THEN [] ELSE [${hash} || 'a', 'tag ' || ${hash}] END AS tags FROM range(${ROWS}) t(n)`;
}

function withHyparquet(table: readonly Row[], codec: 'ZSTD' | 'GZIP' | 'SNAPPY' | 'UNCOMPRESSED' | 'BROTLI'): Buffer {
  const options = { codec, pageSize: 1 << 26, rowGroupSize: ROWS };
  return writeWithHyparquet(
    [
      { name: 'n', type: 'INT32', data: table.map(({ n }) => n) },
      { name: 'text', type: 'STRING', encoding: 'PLAIN', data: table.map(({ text }) => text) },
      { name: 'tags', encoding: 'PLAIN', data: table.map(({ tags }) => tags) },
    ],
    options,
  );
}

/** The rows up to a number, with the columns that are wanted and with all. */
async function read(file: Buffer, last: number, fields: readonly string[]): Promise<readonly string[]> {
  const requirement: Requirement = {
    kind: 'leaf',
    path: parseFieldPath('n'),
    literals: [],
    test: (value) => Number(value) <= last,
  };
  const options = {
    range: null,
    fields: fields.map(parseFieldPath),
    requirement,
    lineFilter: null,
    maxLineBytes: 1024,
  };
  const reading = await openObject(createMemoryObject('mem:x.parquet', file), options);
  const rows: string[] = [];
  for await (const batch of reading.batches())
    for (const document of await Promise.all(batch.map((event) => event.document())))
      rows.push(stringifyDocument(document));
  expect(reading.counts.lines.read).toBe(ROWS);
  return rows;
}

const DUCKDB = `ROW_GROUP_SIZE ${ROWS}, DICTIONARY_SIZE_LIMIT 1`;

const WRITERS: readonly (readonly [string, (firstLength: number) => Promise<Buffer> | Buffer])[] = [
  ['DuckDB, zstd', (length) => writeWithDuckdb(queryOf(length), `${DUCKDB}, COMPRESSION zstd`)],
  ['DuckDB, snappy', (length) => writeWithDuckdb(queryOf(length), `${DUCKDB}, COMPRESSION snappy`)],
  ['DuckDB, gzip', (length) => writeWithDuckdb(queryOf(length), `${DUCKDB}, COMPRESSION gzip`)],
  ['hyparquet-writer, zstd', (length) => withHyparquet(tableOf(length), 'ZSTD')],
  ['hyparquet-writer, snappy', (length) => withHyparquet(tableOf(length), 'SNAPPY')],
  ['hyparquet-writer, brotli', (length) => withHyparquet(tableOf(length), 'BROTLI')],
  ['hyparquet-writer, not compressed', (length) => withHyparquet(tableOf(length), 'UNCOMPRESSED')],
];

describe.each(WRITERS)('the first rows of long pages of %s', (_name, write) => {
  it.each([
    ['are those that were written', 6],
    ['are those that were written, also when they are far longer than the others', 4_000],
  ])('%s', async (_case, firstLength) => {
    const file = await write(firstLength);
    const expected = tableOf(firstLength).map((row) => stringifyDocument({ ...row, tags: [...row.tags] }));
    for (const last of [0, 300, 3_000]) {
      const wanted = last === 300 ? ['n'] : ['n', 'text', 'tags'];
      expect(await read(file, last, wanted)).toEqual(expected.slice(0, last + 1));
    }
  });
});
