// Long pages are read in slices: whatever the length of a slice, they give what the whole page gives, and damage is told as before.

import fc from 'fast-check';
import { parseFieldPath, type Requirement } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { readAll, type ReadAllOptions } from '../read-all.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';
import { writeWithHyparquet } from './write-with-hyparquet.ts';

const ROWS = 700;

const QUERY = `SELECT n::INT AS n, CASE WHEN n % 7 = 0 THEN NULL ELSE repeat(printf('%x', n * 2654435761), n % 5) END AS text,
  CASE WHEN n % 4 = 0 THEN [] WHEN n % 5 = 0 THEN NULL ELSE [printf('%d', n), NULL, repeat('é', n % 40), ''] END AS tags,
  n * 1.5::DOUBLE AS d, (n * 7919)::BIGINT AS b, [{'k': [n, n + 1], 't': printf('v%d', n)}] AS deep FROM range(${ROWS}) t(n)`;

const DUCKDB = `ROW_GROUP_SIZE 2048, DICTIONARY_SIZE_LIMIT 1`;

function withHyparquet(codec: 'ZSTD' | 'GZIP' | 'UNCOMPRESSED'): Buffer {
  const rows = Array.from({ length: ROWS }, (_, n) => n);
  return writeWithHyparquet(
    [
      { name: 'n', type: 'INT32', encoding: 'PLAIN', data: rows },
      {
        name: 'text',
        type: 'STRING',
        encoding: 'PLAIN',
        data: rows.map((n) => (n % 3 === 0 ? null : `${n}`.repeat(n % 50))),
      },
      { name: 'tags', encoding: 'PLAIN', data: rows.map((n) => (n % 3 === 0 ? [] : [`${n}a`, `tag ${n}`])) },
    ],
    { codec, pageSize: 1 << 26, rowGroupSize: ROWS },
  );
}

const FILES: readonly (readonly [string, () => Promise<Buffer> | Buffer])[] = [
  ['DuckDB, zstd', () => writeWithDuckdb(QUERY, `${DUCKDB}, COMPRESSION zstd`)],
  ['DuckDB, gzip', () => writeWithDuckdb(QUERY, `${DUCKDB}, COMPRESSION gzip`)],
  ['DuckDB, not compressed', () => writeWithDuckdb(QUERY, `${DUCKDB}, COMPRESSION uncompressed`)],
  ['DuckDB, second version', () => writeWithDuckdb(QUERY, `${DUCKDB}, COMPRESSION zstd, PARQUET_VERSION v2`)],
  ['hyparquet-writer, zstd', () => withHyparquet('ZSTD')],
  ['hyparquet-writer, gzip', () => withHyparquet('GZIP')],
  ['hyparquet-writer, not compressed', () => withHyparquet('UNCOMPRESSED')],
];

/** Rows whose number leaves nothing when it is divided, and those that a text marks. */
function requirementOf(divisor: number): Requirement {
  const isChosen: Requirement = {
    kind: 'leaf',
    path: parseFieldPath('n'),
    literals: [],
    test: (value) => Number(value) % divisor === 0,
  };
  const isMarked: Requirement = {
    kind: 'leaf',
    path: parseFieldPath('text'),
    literals: [{ text: '77', ignoreCase: false }],
    test: (value) => String(value).includes('77'),
  };
  return { kind: 'any', of: [isChosen, isMarked] };
}

async function read(file: Buffer, options: ReadAllOptions): Promise<unknown> {
  const { events, counts, code } = await readAll(createMemoryObject('mem:x.parquet', file), options);
  return { events, lines: counts.lines, columns: counts.columns, code };
}

describe.each(FILES)('the pages of %s', (_name, write) => {
  it('give the same in slices of any length as whole', async () => {
    const file = await write();
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 64, max: 20_000 })),
        fc.constantFrom(1, 3, 90, 10_000),
        fc.constantFrom(null, ['n'], ['n', 'text', 'tags']),
        async (sliceBytes, divisor, fields) => {
          const options = {
            requirement: requirementOf(divisor),
            fields: fields === null ? null : fields.map(parseFieldPath),
          };
          const sliced = await read(file, { ...options, longPages: { longPageBytes: 0, sliceBytes } });
          expect(sliced).toEqual(await read(file, options));
        },
      ),
      { numRuns: 6 },
    );
  });

  it('tell damage, and give nothing that is not there', async () => {
    const file = await write();
    const longPages = { longPageBytes: 0, sliceBytes: 200 };
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 4, max: file.length - 1 }), fc.nat(255), async (at, byte) => {
        const damaged = Buffer.from(file);
        damaged[at] = byte;
        const { events, code } = await readAll(createMemoryObject('mem:x.parquet', damaged), { longPages });
        expect([null, 'PARQUET_CORRUPT', 'EXPANSION_LIMIT', 'FORMAT_UNSUPPORTED']).toContain(code);
        expect(events.length).toBeLessThanOrEqual(ROWS);
      }),
      { numRuns: 20 },
    );
  });
});
