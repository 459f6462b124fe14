// Files of many small row groups: their footer is parsed a group at a time.

import { parquetMetadata } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { openFooter } from '../../src/parquet/open-footer.ts';
import { readParquetFile } from '../../src/parquet/parquet-file.ts';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { writeWithHyparquet } from './write-with-hyparquet.ts';

const ROWS = 4_200;

function write(rowGroupSize: number, width = 2): Buffer {
  const columns = Array.from({ length: width }, (_, number) => ({
    name: `c${number}`,
    type: 'STRING' as const,
    data: Array.from({ length: ROWS }, (__, row) => `${row} of ${number}`),
  }));
  return writeWithHyparquet(columns, { rowGroupSize });
}

function footerOf(file: Buffer): { readonly footer: Uint8Array; readonly length: number } {
  const length = file.readUInt32LE(file.length - 8);
  return { footer: Uint8Array.from(file.subarray(file.length - 8 - length)), length };
}

describe('openFooter', () => {
  it.each([
    ['one row group', ROWS, 2],
    ['fewer than a short list takes', 300, 2],
    ['many', 2, 2],
    ['many, of a wide schema', 100, 60],
  ])('gives %s as they are parsed all at once, in any order', (_name, rowGroupSize, width) => {
    const { footer, length } = footerOf(write(rowGroupSize, width));
    const whole = parquetMetadata(footer, { geoparquet: false });
    const opened = openFooter(footer, length, 1000);
    expect(opened.schema).toEqual(whole.schema);
    expect(opened.groups).toBe(whole.row_groups.length);
    for (let step = 0; step < 40; step += 1) {
      const index = (step * 7919) % opened.groups;
      const group = opened.group(index);
      const expected = whole.row_groups[index];
      expect(group.num_rows).toEqual(expected?.num_rows);
      expect(group.columns.map(({ meta_data: data }) => data?.data_page_offset)).toEqual(
        expected?.columns.map(({ meta_data: data }) => data?.data_page_offset),
      );
    }
  });
});

describe('readParquetFile', () => {
  it('places the chunks of many row groups as those of few, and holds them no longer than they are looked at', async () => {
    const { groups } = await readParquetFile(createMemoryObject('memory:///many.parquet', write(2)), undefined);
    expect(groups).toHaveLength(ROWS / 2);
    const [first, , third] = groups;
    const places = first?.chunks;
    expect(places?.map((chunk) => typeof chunk)).toEqual(['object', 'object']);
    expect(third?.chunks[0]).not.toEqual(places?.[0]);
    expect(groups[5]?.chunks).toBe(groups[5]?.chunks);
    expect(groups.map(({ rows }) => rows).reduce((a, b) => a + b, 0)).toBe(ROWS);
    for (const [index, { firstRow, firstByte, chunks }] of groups.entries()) {
      expect(firstRow).toBe(index * 2);
      const [chunk] = chunks;
      expect(typeof chunk === 'object' && chunk.from).toBe(firstByte);
    }
    expect(groups[0]?.chunks).toEqual(places);
  });
});
