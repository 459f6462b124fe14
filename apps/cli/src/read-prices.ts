// --prices: a price file in place of the built-in one.

import { readFile } from 'node:fs/promises';
import { InputError } from '@coldhunt/core';
import { parsePrices, type Prices } from '@coldhunt/engine';

/** The price file, or undefined for the built-in one. */
export async function readPrices(file: string | undefined): Promise<Prices | undefined> {
  if (file === undefined) return undefined;
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError('OPTION_INVALID', `--prices: cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
  return parsePrices(text, file);
}
