// Every encoding, codec, and layout of lists and maps that writers are known to use gives the values that were written.

import { parquetMetadata, type SchemaElement } from 'hyparquet';
import { ByteWriter, type ColumnSource } from 'hyparquet-writer';
import { writeMetadata } from 'hyparquet-writer/src/metadata.js';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { readAll } from '../read-all.ts';
import { writeWithHyparquet } from './write-with-hyparquet.ts';

const ROWS = 1_200;
const indices = Array.from({ length: ROWS }, (_, index) => index);

async function read(file: Buffer): Promise<readonly unknown[]> {
  const { events, code } = await readAll(createMemoryObject('mem:x.parquet', file));
  expect(code).toBeNull();
  return events.map(({ json }) => JSON.parse(json) as unknown);
}

type Encoded = Pick<ColumnSource, 'type' | 'encoding'> & { readonly of: (index: number) => unknown };

const texts = (index: number): string => (index % 7 === 0 ? '' : `C:\\Windows\\System32\\${index % 50}\\é${index}.exe`);

const ENCODINGS: readonly Encoded[] = [
  { encoding: 'PLAIN', type: 'STRING', of: texts },
  { encoding: 'RLE_DICTIONARY', type: 'STRING', of: (index) => `name ${index % 300}` },
  { encoding: 'DELTA_LENGTH_BYTE_ARRAY', type: 'STRING', of: texts },
  { encoding: 'DELTA_BYTE_ARRAY', type: 'STRING', of: texts },
  { encoding: 'PLAIN', type: 'INT32', of: (index) => index - 1_500 },
  { encoding: 'DELTA_BINARY_PACKED', type: 'INT32', of: (index) => (index * 7_919) % 65_536 },
  { encoding: 'BYTE_STREAM_SPLIT', type: 'INT32', of: (index) => 7 - index * 1_000 },
  { encoding: 'DELTA_BINARY_PACKED', type: 'INT64', of: (index) => BigInt(index) * 1_000_003n - 7n },
  { encoding: 'BYTE_STREAM_SPLIT', type: 'INT64', of: (index) => BigInt(index) * -4_294_967_291n },
  { encoding: 'BYTE_STREAM_SPLIT', type: 'FLOAT', of: (index) => index / 4 },
  { encoding: 'BYTE_STREAM_SPLIT', type: 'DOUBLE', of: (index) => index / 3 },
  { encoding: 'PLAIN', type: 'BOOLEAN', of: (index) => index % 3 === 0 },
  { encoding: 'RLE', type: 'BOOLEAN', of: (index) => index % 100 < 40 },
];

describe('a column', () => {
  it.each(ENCODINGS.map((column) => [`${column.type} in ${column.encoding}`, column] as const))(
    'of %s is read as it was written, with and without nulls, in one page and in many',
    async (_name, { of, ...column }) => {
      for (const [nulls, pageSize] of [
        [0, 1 << 20],
        [5, 1 << 20],
        [3, 1_000],
      ] as const) {
        const data = indices.map((index) => (nulls > 0 && index % nulls === 0 ? null : of(index)));
        const file = writeWithHyparquet([{ name: 'v', data, ...column }], { pageSize, rowGroupSize: 800 });
        const values = (await read(file)).map((row) => (row as { v?: unknown }).v ?? null);
        expect(values).toEqual(data.map((value) => (typeof value === 'bigint' ? Number(value) : value)));
      }
    },
  );

  it.each(['UNCOMPRESSED', 'SNAPPY', 'GZIP', 'BROTLI', 'ZSTD', 'LZ4_RAW', 'LZ4'] as const)(
    'compressed by %s is read as it was written',
    async (codec) => {
      const data = indices.map(texts);
      const column = { name: 'v', data, type: 'STRING', encoding: 'PLAIN' } as const;
      expect(await read(writeWithHyparquet([column], { codec }))).toEqual(data.map((v) => ({ v })));
    },
  );

  it.each([1, 25, 999])('of 96-bit times is read to the nanosecond in %i rows', async (rows) => {
    // Nanoseconds of the day, then the Julian day; written as twelve bytes, and then named INT96 in the footer.
    const data = indices.slice(0, rows).map((index) => {
      const bytes = Buffer.alloc(12);
      bytes.writeBigInt64LE(BigInt(index) * 1_000_000_001n + 123_456_789n);
      bytes.writeInt32LE(2_440_588 + 20_485, 8);
      return bytes;
    });
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: '@timestamp', type: 'FIXED_LEN_BYTE_ARRAY', type_length: 12, repetition_type: 'REQUIRED' },
    ];
    const column = { name: '@timestamp', data, encoding: 'PLAIN', statistics: false } as const;
    const file = writeWithHyparquet([column], { schema, rowGroupSize: 5_000 });
    expect(renameType(file)).toBe(2);
    const [first, last] = [(await read(file))[0], (await read(file)).at(-1)];
    expect(first).toEqual({ '@timestamp': '2026-02-01T00:00:00.123456789Z' });
    const time = new Date(Date.UTC(2026, 1, 1) + (rows - 1) * 1_000).toISOString().slice(0, 19);
    expect(last).toEqual({ '@timestamp': `${time}.${123_456_789 + rows - 1}Z` });
  });
});

/** FIXED_LEN_BYTE_ARRAY becomes INT96 wherever the footer's structures begin with it; gives how often. */
function renameType(file: Buffer): number {
  const footer = file.subarray(file.length - 8 - file.readUInt32LE(file.length - 8), file.length - 8);
  let count = 0;
  for (let at = footer.indexOf('150e', 0, 'hex'); at !== -1; at = footer.indexOf('150e', at + 1, 'hex')) {
    footer[at + 1] = 6;
    count += 1;
  }
  return count;
}

const LIST = { repetition_type: 'OPTIONAL', converted_type: 'LIST', num_children: 1 } as const;
const TEXT = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const ARGS = [['aws', 'ssm'], [], null, ['send-command'], ['a', 'b', 'c']];

const LAYOUTS: readonly (readonly [string, SchemaElement[]])[] = [
  [
    'three levels',
    [
      { name: 'args', ...LIST },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'OPTIONAL', ...TEXT },
    ],
  ],
  [
    'three levels as Hive names them',
    [
      { name: 'args', ...LIST },
      { name: 'bag', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'array_element', repetition_type: 'OPTIONAL', ...TEXT },
    ],
  ],
];

/** Without a required leaf below it a repeated field has the same levels: the pages fit both. */
const LEGACY: readonly (readonly [string, readonly SchemaElement[]])[] = [
  [
    'two levels',
    [
      { name: 'args', ...LIST },
      { name: 'array', repetition_type: 'REPEATED', ...TEXT },
    ],
  ],
  [
    'two levels with a tuple',
    [
      { name: 'args', ...LIST },
      { name: 'args_tuple', repetition_type: 'REPEATED', ...TEXT },
    ],
  ],
];

describe('lists', () => {
  it.each(LAYOUTS)('of %s are lists', async (_name, layout) => {
    const schema: SchemaElement[] = [{ name: 'root', num_children: 1 }, ...layout];
    const rows = await read(writeWithHyparquet([{ name: 'args', data: ARGS }], { schema }));
    expect(rows).toEqual(ARGS.map((args) => (args === null ? {} : { args })));
  });

  it.each(LEGACY)('of %s are lists', async (_name, change) => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'args', ...LIST },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'REQUIRED', ...TEXT },
    ];
    const file = writeWithHyparquet([{ name: 'args', data: ARGS }], { schema });
    expect(await read(withSchema(file, change))).toEqual(ARGS.map((args) => (args === null ? {} : { args })));
  });
});

/** The same pages under another schema of one column. */
function withSchema(file: Buffer, columns: readonly SchemaElement[]): Buffer {
  const metadata = parquetMetadata(Uint8Array.from(file).buffer);
  const pages = file.subarray(0, file.length - 8 - file.readUInt32LE(file.length - 8));
  const path = columns.map(({ name }) => name);
  for (const { columns: chunks } of metadata.row_groups)
    for (const { meta_data: data } of chunks) if (data !== undefined) data.path_in_schema = path;
  const writer = new ByteWriter();
  writeMetadata(writer, { ...metadata, schema: [{ name: 'root', num_children: 1 }, ...columns], metadata_length: 0 });
  return Buffer.concat([pages, writer.getBytes(), Buffer.from('PAR1')]);
}

describe('a map', () => {
  it('is an object', async () => {
    const schema: SchemaElement[] = [
      { name: 'root', num_children: 1 },
      { name: 'labels', repetition_type: 'OPTIONAL', converted_type: 'MAP', num_children: 1 },
      { name: 'key_value', repetition_type: 'REPEATED', num_children: 2 },
      { name: 'key', repetition_type: 'REQUIRED', ...TEXT },
      { name: 'value', repetition_type: 'OPTIONAL', ...TEXT },
    ];
    const data = [
      [
        { key: 'env', value: 'prod' },
        { key: 'team', value: 'x' },
      ],
      [],
      null,
      [{ key: '__proto__', value: 'y' }],
    ];
    const rows = await read(writeWithHyparquet([{ name: 'labels', data }], { schema }));
    expect(rows.map((row) => JSON.stringify(row))).toEqual([
      '{"labels":{"env":"prod","team":"x"}}',
      '{"labels":{}}',
      '{}',
      '{"labels":{"__proto__":"y"}}',
    ]);
  });
});
