// NDJSON text -> a Parquet file, written by DuckDB as a data team would: nested columns, types inferred.

import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type ParquetCodec = 'zstd' | 'snappy' | 'gzip' | 'uncompressed' | 'brotli' | 'lz4_raw';

/** Writes one file; `rowGroupRows` is DuckDB's ROW_GROUP_SIZE, `timeType` the type of `@timestamp` (inferred: microseconds). */
export async function writeParquet(
  path: string,
  ndjson: string,
  options: { codec?: ParquetCodec; rowGroupRows?: number; timeType?: 'TIMESTAMP_NS' } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const source = `${path}.source.ndjson`;
  await writeFile(source, ndjson);
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
    const { timeType } = options;
    const columns = timeType === undefined ? '*' : `* REPLACE ("@timestamp"::${timeType} AS "@timestamp")`;
    await connection.run(
      `COPY (SELECT ${columns} FROM read_json(${quoted(source)}, format = 'newline_delimited', sample_size = -1, maximum_object_size = 67108864)) ` +
        `TO ${quoted(path)} (FORMAT parquet, COMPRESSION ${options.codec ?? 'zstd'}, ROW_GROUP_SIZE ${options.rowGroupRows ?? 122_880})`,
    );
  } finally {
    connection.closeSync();
    instance.closeSync();
    await rm(source, { force: true });
  }
}
