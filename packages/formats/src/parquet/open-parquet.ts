import { InputError, type ObjectReader } from '@coldhunt/core';
import type { Compression, ReadOptions, Reading } from '../reading.ts';
export async function openParquet(
  object: ObjectReader,
  compression: Compression,
  _options: ReadOptions,
): Promise<Reading> {
  throw new InputError('PARQUET_CORRUPT', `placeholder ${object.uri} ${compression}`);
}
