// Row groups and rows that statistics, bloom filters and dictionaries rule out hold nothing that was asked for: every text is found
// where it stands, whatever the writer wrote about its columns.

import { parseFieldPath, type Requirement, type Scalar } from '@coldhunt/core';
import type { ColumnSource } from 'hyparquet-writer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { openObject } from '../../src/open-object.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';
import { writeWithHyparquet } from './write-with-hyparquet.ts';

const ROWS = 6_000;
const GROUP_ROWS = 2_048;
const ID = '0016e8d5-01e2-419c-ae12-';

interface Row {
  readonly name: string;
  readonly sha: string;
  readonly id: string;
  readonly seq: string;
}

/**
 * Names that come again, ones that lie close together, beyond ASCII and beyond what a cut-off statistic holds; hashes that come once;
 * texts in order, many pages of them.
 */
const TABLE: readonly Row[] = Array.from({ length: ROWS }, (_, index) => {
  const group = Math.floor(index / GROUP_ROWS);
  const names = [
    `n${group}`,
    `a name that is longer than a bound ${group}-${index % 5}`,
    `é${index % 3}`,
    `\u{1f600}${group}`,
    '',
  ];
  return {
    name: names[index % names.length] ?? '',
    sha: (index * 2_654_435_761).toString(16).padStart(12, '0').repeat(3),
    id: `${ID}${(index % 40).toString(16).padStart(12, '0')}`,
    seq: `${String(index).padStart(6, '0')} ${'x'.repeat(30)} ${index % 3}`,
  };
});

const QUERY = `SELECT name, sha, id::UUID AS id, seq, [name, 'all'] AS tags FROM (VALUES ${TABLE.map(({ name, sha, id, seq }) => `('${name}', '${sha}', '${id}', '${seq}')`).join(',')}) t(name, sha, id, seq)`;

function withHyparquet(more: Partial<ColumnSource>, options: { readonly statisticsTruncateLength?: number }): Buffer {
  const column = (name: keyof Row): ColumnSource => ({
    name,
    type: 'STRING',
    data: TABLE.map((row) => row[name]),
    ...more,
  });
  const columns = [column('name'), column('sha'), column('id'), column('seq')];
  return writeWithHyparquet(columns, { rowGroupSize: GROUP_ROWS, pageSize: 8_192, ...options });
}

const WRITERS: readonly (readonly [string, () => Promise<Buffer> | Buffer])[] = [
  ['DuckDB', () => writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${GROUP_ROWS}`)],
  [
    'DuckDB, pages of the second version',
    () => writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${GROUP_ROWS}, PARQUET_VERSION v2`),
  ],
  [
    'DuckDB without dictionaries',
    () => writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${GROUP_ROWS}, DICTIONARY_SIZE_LIMIT 1`),
  ],
  ['hyparquet-writer with bloom filters', () => withHyparquet({ bloomFilter: true, columnIndex: true }, {})],
  [
    'hyparquet-writer with page indexes',
    () => withHyparquet({ columnIndex: true, encoding: 'PLAIN' }, { statisticsTruncateLength: 3 }),
  ],
  ['hyparquet-writer with whole bounds', () => withHyparquet({}, { statisticsTruncateLength: Infinity })],
  ['hyparquet-writer with short bounds', () => withHyparquet({}, { statisticsTruncateLength: 2 })],
  ['hyparquet-writer without statistics', () => withHyparquet({ statistics: false }, {})],
];

interface Found {
  readonly positions: readonly number[];
  readonly parsed: number;
  readonly decompressedBytes: number;
}

interface Asked {
  readonly field: keyof Row;
  readonly values: readonly string[];
  /** The field that is read of events. Default: the same. */
  readonly seen?: keyof Row;
  /** Whether the requirement says which texts it is about. Default: true. */
  readonly saysTexts?: boolean;
}

async function find(file: Buffer, { field, values, seen = field, saysTexts = true }: Asked): Promise<Found> {
  const path = parseFieldPath(field);
  const wanted = new Set(values);
  const test = (value: Scalar): boolean => wanted.has(String(value));
  const requirement: Requirement = { kind: 'leaf', path, literals: [], test, ...(saysTexts ? { values } : {}) };
  const options = { range: null, fields: [parseFieldPath(seen)], requirement, lineFilter: null, maxLineBytes: 1024 };
  const reading = await openObject(createMemoryObject('mem:x.parquet', file), options);
  const positions: number[] = [];
  for await (const batch of reading.batches())
    for (const { view, position } of batch) if (view.values(path).some(test)) positions.push(position);
  const { lines, decompressedBytes } = reading.counts;
  expect(lines.read).toBe(ROWS);
  return { positions, parsed: lines.parsed, decompressedBytes };
}

describe.each(WRITERS)('a file of %s', (_name, write) => {
  it('gives every row that has one of some texts', async () => {
    const file = await write();
    const field = fc.constantFrom<keyof Row>('name', 'sha', 'id', 'seq');
    const asked = field.chain((name) =>
      fc.tuple(
        fc.constant(name),
        fc.array(
          fc.oneof(
            fc.nat(ROWS - 1).map((row) => (TABLE[row] as Row)[name]),
            fc.string({ maxLength: 40 }),
          ),
          {
            minLength: 1,
            maxLength: 3,
          },
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(asked, async ([name, values]) => {
        const { positions } = await find(file, { field: name, values });
        expect(positions).toEqual(TABLE.flatMap((row, index) => (values.includes(row[name]) ? [index] : [])));
      }),
      { numRuns: 25 },
    );
  });
});

describe('a text that is nowhere', () => {
  const ABSENT = { sha: 'f'.repeat(36), id: `${ID}ffffffffffff` } as const;

  it.each([
    ['a bloom filter', 'sha', () => withHyparquet({ bloomFilter: true }, {})],
    ['bounds', 'sha', () => withHyparquet({}, {})],
    ['a bloom filter of UUIDs', 'id', () => writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${GROUP_ROWS}`)],
  ] as const)('costs no page of its column where %s says so', async (_name, field, write) => {
    const file = await write();
    const asked = { field, seen: 'name', values: [ABSENT[field]] } as const;
    const pruned = await find(file, asked);
    const searched = await find(file, { ...asked, saysTexts: false });
    // The first row of each row group is always looked at.
    expect([pruned.parsed, searched.parsed]).toEqual([3, 3]);
    expect(pruned.decompressedBytes).toBeLessThan(searched.decompressedBytes);
  });
});

describe('a text that a page index places', () => {
  it.each([
    ['whole bounds', Infinity],
    ['bounds that were cut off', 5],
  ])('costs few pages of its column with %s', async (_name, statisticsTruncateLength) => {
    const file = withHyparquet({ columnIndex: true, encoding: 'PLAIN' }, { statisticsTruncateLength });
    const row = 3_333;
    const asked = { field: 'seq', values: [(TABLE[row] as Row).seq] } as const;
    const pruned = await find(file, asked);
    const searched = await find(file, { ...asked, saysTexts: false });
    expect([pruned.positions, searched.positions]).toEqual([[row], [row]]);
    expect(pruned.decompressedBytes).toBeLessThan(searched.decompressedBytes / 2);
  });
});

describe('numbers and times of which a page index tells', () => {
  const START = Date.parse('2026-02-01T00:00:00Z');
  const data = {
    whole: Array.from({ length: ROWS }, (_, index) => index - 100),
    long: Array.from({ length: ROWS }, (_, index) => BigInt(index) * 3n - 5n),
    double: Array.from({ length: ROWS }, (_, index) => ((index * 7_919) % ROWS) / 4),
    time: Array.from({ length: ROWS }, (_, index) => new Date(START + index * 1_000)),
  };
  const types = { whole: 'INT32', long: 'INT64', double: 'DOUBLE', time: 'TIMESTAMP' } as const;
  const names = ['whole', 'long', 'double', 'time'] as const;
  const columns = names.map((name) => ({
    name,
    data: data[name],
    type: types[name],
    encoding: 'PLAIN' as const,
    columnIndex: true,
  }));
  const file = writeWithHyparquet(columns, { codec: 'UNCOMPRESSED', rowGroupSize: 5_000, pageSize: 2_048 });

  it('are found within every range', async () => {
    const bound = fc.oneof(
      fc.integer({ min: -200, max: 3 * ROWS }),
      fc.integer({ min: START, max: START + ROWS * 1_000 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), bound, bound, async (name, a, b) => {
        const range = { min: Math.min(a, b), max: Math.max(a, b) };
        const path = parseFieldPath(name);
        const requirement: Requirement = { kind: 'leaf', path, literals: [], range };
        const options = { range: null, fields: [path], requirement, lineFilter: null, maxLineBytes: 1024 };
        const reading = await openObject(createMemoryObject('mem:x.parquet', file), options);
        const positions: number[] = [];
        for await (const batch of reading.batches()) positions.push(...batch.map(({ position }) => position));
        const expected = data[name].flatMap((value, row) =>
          (Number(value) >= range.min && Number(value) <= range.max) || row % 5_000 === 0 ? [row] : [],
        );
        expect(positions).toEqual(expected);
      }),
      { numRuns: 40 },
    );
  });
});
