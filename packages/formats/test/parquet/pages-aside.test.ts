// Long pages of columns that only whole events have are decompressed by other threads before they are looked at: the same rows, and of
// damaged pages the same errors, as of columns that are wanted from the start, whose pages are decompressed where they are looked at.

import { parseFieldPath, stringifyDocument, type FieldPath } from '@coldhunt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { openObject } from '../../src/open-object.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';

const ROWS = 12_000;
const HASH = `lpad(printf('%x', (n * 2654435761) % 4294967296), 8, '0')`;
const QUERY = `SELECT n::INT AS n, ${HASH} || repeat(${HASH}, 6) AS first, [${HASH} || 'a', repeat(${HASH}, 5)] AS second,
  ${HASH} || repeat(${HASH}, 7) AS third FROM range(${ROWS}) t(n)`;
let file: Buffer;

beforeAll(async () => {
  file = await writeWithDuckdb(QUERY, `ROW_GROUP_SIZE ${ROWS}, DICTIONARY_SIZE_LIMIT 1, COMPRESSION zstd`);
});

/** The last rows, or the error. `fields`: null wants all columns from the start. */
async function outcome(bytes: Buffer, fields: readonly FieldPath[] | null): Promise<string> {
  const path = parseFieldPath('n');
  const test = (value: unknown): boolean => Number(value) >= ROWS - 3;
  const options = {
    range: null,
    fields,
    requirement: { kind: 'leaf', path, literals: [], test } as const,
    lineFilter: null,
    maxLineBytes: 1024,
  };
  const rows: string[] = [];
  try {
    const reading = await openObject(createMemoryObject('mem:x.parquet', bytes), options);
    for await (const batch of reading.batches()) {
      for (const document of await Promise.all(batch.map((event) => event.document()))) {
        rows.push(stringifyDocument(document));
      }
    }
    return rows.join('\n');
  } catch (error) {
    // What `batches` throws names the object besides.
    return String(error).replace('mem:x.parquet: ', '');
  }
}

describe('pages that are decompressed aside', () => {
  it('give the same rows', async () => {
    const aside = await outcome(file, [parseFieldPath('n')]);
    expect(aside.split('\n')).toHaveLength(4);
    expect(aside).toBe(await outcome(file, null));
  });

  it('tell the same of damage, wherever it is', async () => {
    const told = new Set<string>();
    for (let part = 1; part < 12; part += 1) {
      const damaged = Buffer.from(file);
      const at = Math.floor((part * file.length) / 12);
      damaged.fill(0x55, at, at + 64);
      const aside = await outcome(damaged, [parseFieldPath('n')]);
      expect(aside).toBe(await outcome(damaged, null));
      told.add(aside);
    }
    expect(told.size).toBeGreaterThan(3);
  });
});
