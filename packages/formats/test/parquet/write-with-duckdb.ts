// Rows that a SQL query gives -> the bytes of a Parquet file, written by DuckDB.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

/** `options`: what stands behind FORMAT parquet, such as `COMPRESSION zstd`. */
export async function writeWithDuckdb(query: string, options = ''): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'coldhunt-parquet-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const path = join(folder, 'rows.parquet');
    const suffix = options === '' ? '' : `, ${options}`;
    await connection.run(`COPY (${query}) TO '${path}' (FORMAT parquet${suffix})`);
    return await readFile(path);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(folder, { recursive: true, force: true });
  }
}
