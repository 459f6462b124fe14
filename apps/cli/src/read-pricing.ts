// --prices and --route: a price file in place of the built-in one, and how bytes get to the scan.

import { BUILT_IN_PRICES, checkRoute, parsePrices, type Prices } from '@coldhunt/engine';
import { readNamedFile } from './read-named-file.ts';

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
  const prices = file === undefined ? undefined : parsePrices(await readNamedFile(file, { option: '--prices' }), file);
  if (route !== undefined) checkRoute(prices ?? BUILT_IN_PRICES, route);
  return { prices, route };
}
