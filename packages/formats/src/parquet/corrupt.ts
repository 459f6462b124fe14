// What is wrong with the bytes of a Parquet file, always told with the same code.

import { AppError, InputError } from '@coldhunt/core';

export function corrupt(message: string, cause?: unknown): InputError {
  return new InputError('PARQUET_CORRUPT', message, cause === undefined ? {} : { cause });
}

/** Decodes without waiting. Whatever a decoder throws over hostile bytes becomes PARQUET_CORRUPT; our own errors pass through. */
export function decoding<T>(place: string, decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw corrupt(`${place}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}
