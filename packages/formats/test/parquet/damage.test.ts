// Damaged Parquet files: what can be read, then PARQUET_CORRUPT; never another error, never a wait without end.

import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { readAll, type WholeReading } from '../read-all.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';

const ROWS = 6_000;
const GROUP_ROWS = 2_048;
const QUERY = `SELECT i AS n, 'name-' || (i * 7919 % 1000) AS name, ['a', 'b' || i] AS args FROM range(${ROWS}) t(i)`;
const CODES = [null, 'PARQUET_CORRUPT', 'EXPANSION_LIMIT'];

let file: Buffer;
let rows: readonly string[];

beforeAll(async () => {
  file = await writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${GROUP_ROWS}, COMPRESSION snappy`);
  const { events, code } = await read(file);
  expect(code).toBeNull();
  rows = events.map(({ json }) => json);
  expect(rows).toHaveLength(ROWS);
});

function read(bytes: Buffer): Promise<WholeReading> {
  return readAll(createMemoryObject('mem:x.parquet', bytes));
}

function footerLength(): number {
  return file.readUInt32LE(file.length - 8);
}

function withFooterLength(length: number): Buffer {
  const copy = Buffer.from(file);
  copy.writeUInt32LE(length >>> 0, file.length - 8);
  return copy;
}

describe('a damaged Parquet file', () => {
  it('that was cut short anywhere gives nothing but PARQUET_CORRUPT', async () => {
    for (const length of [5, 11, 12, 100, file.length >> 1, file.length - 9, file.length - 4, file.length - 1]) {
      const { code, events } = await read(file.subarray(0, length));
      expect({ length, code, events: events.length }).toEqual({ length, code: 'PARQUET_CORRUPT', events: 0 });
    }
  });

  it('with a footer whose length lies gives PARQUET_CORRUPT', async () => {
    for (const length of [0, 1, footerLength() - 1, footerLength() >> 1, file.length, 0x7fffffff, 0xffffffff]) {
      const { code, events } = await read(withFooterLength(length));
      expect({ length, code, events: events.length }).toEqual({ length, code: 'PARQUET_CORRUPT', events: 0 });
    }
  });

  it('of which one row group is damaged gives the row groups before it', async () => {
    const copy = Buffer.from(file);
    const at = Math.floor((file.length - footerLength()) * 0.9);
    copy.fill(0xff, at, at + 64);
    const { code, events } = await read(copy);
    expect(code).toBe('PARQUET_CORRUPT');
    expect(events.length).toBeGreaterThanOrEqual(2 * GROUP_ROWS);
    expect(events.slice(0, 2 * GROUP_ROWS).map(({ json }) => json)).toEqual(rows.slice(0, 2 * GROUP_ROWS));
  });

  it('of random bytes in any place ends with a code of ours', async () => {
    const small = await writeWithDuckdb(QUERY.replace(String(ROWS), '40'), 'COMPRESSION snappy');
    const footer = small.length - small.readUInt32LE(small.length - 8) - 8;
    const place = fc.oneof(fc.nat(small.length - 9), fc.integer({ min: footer, max: small.length - 9 }));
    const damage = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const copy = Buffer.from(small);
        for (const [at, byte] of changes) copy[at] = byte;
        const { code, counts, events } = await read(copy);
        expect(CODES).toContain(code);
        expect(counts.lines.parsed).toBe(events.length);
      }),
      { numRuns: 400 },
    );
  });
});
