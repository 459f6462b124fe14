// However a producer names and nests its columns, fields are found in them, and the reading says where.

import { parseFieldPath, NO_REQUIREMENT, type Requirement, type Scalar } from '@coldhunt/core';
import { describe, expect, it } from 'vitest';
import { createMemoryObject } from '../../src/objects/memory-object.ts';
import { openObject } from '../../src/open-object.ts';
import { writeWithDuckdb } from './write-with-duckdb.ts';

interface Found {
  readonly kind: string;
  readonly values: readonly (readonly string[])[];
  /** Of the columns that were read. */
  readonly paths: readonly (readonly string[])[];
  readonly columns: Readonly<Record<string, string | null>>;
}

async function find(query: string, field: string, requirement: Requirement = NO_REQUIREMENT): Promise<Found> {
  const file = await writeWithDuckdb(query);
  const fields = ['@timestamp', field].map(parseFieldPath);
  const reading = await openObject(createMemoryObject('mem:x.parquet', file), {
    range: null,
    fields,
    requirement,
    lineFilter: null,
    maxLineBytes: 1024 * 1024,
  });
  const values: string[][] = [];
  const paths: (readonly string[])[] = [];
  for await (const batch of reading.batches())
    for (const { view } of batch) {
      values.push(view.values(parseFieldPath(field)).map((value: Scalar) => String(value)));
      paths.push(view.paths());
    }
  return { kind: reading.kind.kind, values, paths, columns: reading.counts.columns };
}

const EVENT = '{"@timestamp":"2026-02-01T00:00:00Z","event":{"kind":"event"},"process":{"args":["a","b"]}}';

describe('an object', () => {
  it.each([
    ['a struct', `SELECT {'args': ['a'], 'pid': 1} AS process`, 'process.args process.pid'],
    [
      'dotted columns',
      `SELECT 'a' AS "process.args", 1 AS "process.pid", 1 AS "processes.x"`,
      'process.args process.pid',
    ],
    ['dotted columns of structs', `SELECT {'name': 'a'} AS "process.parent", 1 AS x`, 'process.parent.name'],
    ['a struct of dotted columns', `SELECT {'parent.name': 'a', 'x': 1} AS process`, 'process.parent.name process.x'],
    ['JSON text', `SELECT '{"args":["a"]}' AS process`, 'process.args'],
    ['no column', `SELECT 1 AS processes, 2 AS "processes.args"`, ''],
  ])('of %s is read with all that lies below it', async (_name, query, expected) => {
    const { paths, columns } = await find(query, 'process');
    expect(paths).toEqual([expected.split(' ').filter((path) => path !== '')]);
    expect(columns['process'] === null).toBe(expected === '');
  });

  it('within another is read alike', async () => {
    const { paths } = await find(
      `SELECT {'parent.name': 'a', 'x': 1} AS process, 2 AS "process.parent.pid"`,
      'process.parent',
    );
    expect(paths).toEqual([['process.parent.name', 'process.parent.pid']]);
  });
});

describe('process.args', () => {
  it.each([
    ['a dotted column', `SELECT ['a', 'b'] AS "process.args"`],
    ['a struct', `SELECT {'args': ['a', 'b'], 'pid': 1} AS process`],
    ['an underscore column', `SELECT ['a', 'b'] AS process_args`],
    ['a column in other letters', `SELECT {'ARGS': ['a', 'b']} AS Process`],
    ['a column of JSON text', `SELECT '{"args":["a","b"]}' AS process`],
    ['a column of type JSON', `SELECT '{"args":["a","b"]}'::JSON AS process`],
    ['whole events in raw', `SELECT '${EVENT}' AS raw`],
    ['whole events in Raw', `SELECT '${EVENT}' AS "Raw", 'x' AS source`],
    ['whole events in body', `SELECT '${EVENT}' AS body, 1 AS partition`],
    ['whole events in Message', `SELECT '${EVENT}' AS "Message"`],
    ['whole events in a column of type JSON', `SELECT '${EVENT}'::JSON AS body`],
    ['whole events in _raw', `SELECT '${EVENT}' AS _raw`],
    ['whole events in message', `SELECT '${EVENT}' AS message`],
    ['whole events in event', `SELECT '${EVENT}' AS event`],
    ['whole events in _source', `SELECT '${EVENT}' AS _source, 'x' AS _id`],
  ])('is found in %s', async (_name, query) => {
    const { values, columns } = await find(query, 'process.args');
    expect(values).toEqual([['a', 'b']]);
    expect(columns['process.args']).toEqual(expect.any(String));
  });

  it.each([
    ['a dotted column', `SELECT ['b'] AS "process.args"`],
    ['an underscore column', `SELECT ['b'] AS process_args`],
    ['a column in other letters', `SELECT {'ARGS': ['b']} AS Process`],
    ['a column of JSON text', `SELECT '{"args":["b"]}' AS process`],
    ['whole events in raw', `SELECT '${EVENT}' AS raw`],
    ['whole events in Body', `SELECT '${EVENT}' AS "Body"`],
    ['escaped JSON text', String.raw`SELECT '{"args":["\u0062"]}' AS process`],
    ['texts of JSON in a list', `SELECT ['{"args":["b"]}'] AS process`],
    ['escaped JSON text in a list', String.raw`SELECT ['{"args":["\u0062"]}'] AS process`],
    ['JSON text within an envelope', `SELECT {'process': '{"args":["b"]}'} AS _source, 'x' AS _id`],
  ])('is not ruled out in %s', async (_name, query) => {
    const requirement: Requirement = {
      kind: 'leaf',
      path: parseFieldPath('process.args'),
      literals: [{ text: 'b', ignoreCase: false }],
    };
    const { values } = await find(`SELECT * FROM (${query}), range(3)`, 'process.args', requirement);
    expect(values).toHaveLength(3);
  });

  it('is told to have no column', async () => {
    const { values, columns } = await find(`SELECT 1 AS x`, 'process.args');
    expect(values).toEqual([[]]);
    expect(columns['process.args']).toBeNull();
  });
});

describe('@timestamp', () => {
  it.each(['timestamp', 'ts', '_timestamp', '@timestamp'])('is found in a column %s', async (name) => {
    const { values } = await find(`SELECT TIMESTAMP_MS '2026-02-01 00:00:00' AS "${name}", 1 AS x`, '@timestamp');
    expect(values).toEqual([['2026-02-01T00:00:00.000Z']]);
  });

  it('is not taken from a column of another name', async () => {
    const { columns } = await find(`SELECT TIMESTAMP_MS '2026-02-01 00:00:00' AS created_at`, '@timestamp');
    expect(columns['@timestamp']).toBeNull();
  });
});

describe('events of another schema', () => {
  it('are refused when they are OCSF', async () => {
    const { kind, values } = await find(
      `SELECT 1007 AS class_uid, {'product': 'x'} AS metadata, 1 AS time`,
      'process.args',
    );
    expect({ kind, values }).toEqual({ kind: 'refused', values: [] });
  });
});
