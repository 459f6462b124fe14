// The same rows in every codec, page version and encoding that DuckDB writes are the same events.

import { parseFieldPath, sha256Hex, type Requirement } from '@coldhunt/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { readAll } from '../read-all.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';

const ROWS = 5_000;

/** Nested, lists with and without elements, nulls, long integers, times. */
const QUERY = `
  SELECT
    TIMESTAMP '2026-02-01 00:00:00.123456' + to_seconds(i) AS "@timestamp",
    {'name': CASE WHEN i % 3 = 0 THEN NULL ELSE 'name-' || (i % 7) END,
     'pid': i,
     'args': CASE WHEN i % 5 = 0 THEN [] WHEN i % 11 = 0 THEN NULL ELSE ['run', 'arg-' || i, NULL] END} AS process,
    {'id': 'host-' || (i % 3), 'is_cloud': i % 2 = 0} AS host,
    9007199254740993 + i AS big,
    i / 4.0::DOUBLE AS load
  FROM range(${ROWS}) t(i)`;

function expectedRow(index: number): string {
  const time = new Date(Date.parse('2026-02-01T00:00:00Z') + index * 1000).toISOString().slice(0, 19);
  const name = index % 3 === 0 ? '' : `"name":"name-${index % 7}",`;
  const args = index % 5 === 0 ? ',"args":[]' : index % 11 === 0 ? '' : `,"args":["run","arg-${index}",null]`;
  const big = String(9_007_199_254_740_993n + BigInt(index));
  return (
    `{"@timestamp":"${time}.123456Z","process":{${name}"pid":${index}${args}},` +
    `"host":{"id":"host-${index % 3}","is_cloud":${index % 2 === 0}},"big":${big},"load":${index / 4}}`
  );
}

const EXPECTED = Array.from({ length: ROWS }, (_, index) => expectedRow(index));

describe('rows written by DuckDB', () => {
  it.each([
    'COMPRESSION zstd',
    'COMPRESSION snappy',
    'COMPRESSION gzip',
    'COMPRESSION brotli',
    'COMPRESSION lz4_raw',
    'COMPRESSION uncompressed',
    'PARQUET_VERSION v2',
    'PARQUET_VERSION v2, COMPRESSION uncompressed, DICTIONARY_SIZE_LIMIT 1',
    'DICTIONARY_SIZE_LIMIT 100',
    'ROW_GROUP_SIZE 2048, COMPRESSION snappy',
  ])('are read alike with %s', async (options) => {
    const file = await writeWithDuckdb(QUERY, options);
    const { events, code, counts } = await readAll(createMemoryObject('mem:x.parquet', file));
    expect(code).toBeNull();
    expect(events.map(({ json }) => json)).toEqual(EXPECTED);
    expect(events.map(({ position }) => position)).toEqual(EXPECTED.map((_, index) => index));
    expect(counts.lines).toEqual({ read: ROWS, searched: 0, parsed: ROWS, malformed: 0, blank: 0 });
  });

  it.each([
    ['TIMESTAMP_S', '2026-02-01T00:00:01.000Z', '2026-02-01T00:00:01.000000Z'],
    ['TIMESTAMP_MS', '2026-02-01T00:00:01.123Z', '2026-02-01T00:00:01.123Z'],
    ['TIMESTAMP', '2026-02-01T00:00:01.123456Z', '2026-02-01T00:00:01.123456Z'],
    ['TIMESTAMP_NS', '2026-02-01T00:00:01.123456Z', '2026-02-01T00:00:01.123456000Z'],
    ['TIMESTAMPTZ', '2026-02-01T00:00:01.123456Z', '2026-02-01T00:00:01.123456Z'],
    ['DATE', '2026-02-01', '2026-02-01'],
    ['VARCHAR', '2026-02-01 00:00:01.123456', '2026-02-01 00:00:01.123456'],
  ])(
    'have times of type %s, spelled as in JSON, and hashed at the precision of the column',
    async (type, text, hashed) => {
      const file = await writeWithDuckdb(`SELECT (TIMESTAMP '2026-02-01 00:00:01.123456')::${type} AS "@timestamp"`);
      const { events } = await readAll(createMemoryObject('mem:x.parquet', file));
      const sha256 = sha256Hex(`{"@timestamp":"${hashed}"}`);
      expect(events).toMatchObject([{ json: `{"@timestamp":"${text}"}`, sha256 }]);
    },
  );
});

describe('rows ruled out', () => {
  let file: Buffer;
  beforeAll(async () => {
    file = await writeWithDuckdb(QUERY, 'ROW_GROUP_SIZE 2048');
  });

  const leaf = (name: string, text: string, ignoreCase = false): Requirement => ({
    kind: 'leaf',
    path: parseFieldPath(name),
    literals: [{ text, ignoreCase }],
  });
  const both: Requirement = { kind: 'all', of: [leaf('process.args', 'ARG-12', true), leaf('host.id', 'host-1')] };
  const either: Requirement = { kind: 'any', of: [leaf('process.name', 'name-6'), leaf('process.args', 'arg-4999')] };

  it.each([
    ['a literal', leaf('process.args', 'arg-123'), (row: string) => row.includes('arg-123')],
    ['all of two', both, (row: string) => row.includes('arg-12') && row.includes('host-1')],
    ['any of two', either, (row: string) => row.includes('name-6') || row.includes('arg-4999')],
    ['a missing field', leaf('user.name', 'root'), () => false],
    ['a field of numbers', leaf('process.pid', '4321'), (row: string) => row.includes('"pid":4321')],
  ])('by %s are no row that satisfies it, and are counted', async (_name, requirement, satisfies) => {
    const fields = ['@timestamp', 'process.args', 'process.name', 'process.pid', 'host.id', 'user.name'].map(
      parseFieldPath,
    );
    const { events, counts } = await readAll(createMemoryObject('mem:x.parquet', file), { requirement, fields });
    const given = new Set(events.map(({ json }) => json));
    expect(EXPECTED.filter((row) => satisfies(row) && !given.has(row))).toEqual([]);
    expect(events.every(({ json, position }) => json === EXPECTED[position])).toBe(true);
    expect(counts.lines.read).toBe(ROWS);
    expect(counts.lines.searched + counts.lines.parsed).toBe(ROWS);
    expect(counts.lines.parsed).toBe(events.length);
    expect(events.filter(({ isSample }) => isSample).map(({ position }) => position)).toEqual([0, 2048, 4096]);
    expect(counts.timeStatistics).toHaveLength(3);
  });
});
