// --prices and --route: a price file in place of the built-in one, and how bytes get to the scan.

import { readFile } from 'node:fs/promises';
import { InputError } from '@coldhunt/core';
import { BUILT_IN_PRICES, checkRoute, parsePrices, type Prices } from '@coldhunt/engine';

export interface PricingFlags {
  readonly prices?: string;
  readonly route?: string;
}

export interface Pricing {
  /** Undefined: the built-in file. */
  readonly prices: Prices | undefined;
  readonly route: string | undefined;
}

/** Throws OPTION_INVALID for a file that cannot be read or a route that has no price, CONFIG_INVALID for a wrong file. */
export async function readPricing({ prices: file, route }: PricingFlags): Promise<Pricing> {
  const prices = file === undefined ? undefined : parsePrices(await readText(file), file);
  if (route !== undefined) checkRoute(prices ?? BUILT_IN_PRICES, route);
  return { prices, route };
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new InputError('OPTION_INVALID', `--prices: cannot read ${file}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
