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
    throw toCorrupt(place, error);
  }
}

/** The same of what is waited for, besides errors of storage: they are our own. */
export async function decodingLater<T>(place: string, decode: () => Promise<T>): Promise<T> {
  try {
    return await decode();
  } catch (error) {
    throw toCorrupt(place, error);
  }
}

function toCorrupt(place: string, error: unknown): AppError {
  if (error instanceof AppError) return error;
  return corrupt(`${place}: ${error instanceof Error ? error.message : String(error)}`, error);
}
