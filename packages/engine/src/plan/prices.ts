// The price file: what requests, bytes and cores cost. A user's own replaces ours whole.

import { InputError, expectedWords, schemaProblems } from '@coldhunt/core';
import { z } from 'zod';
import builtIn from './prices.json' with { type: 'json' };

const dollars = z.number().nonnegative('expected dollars, 0 or more');
const span = z
  .strictObject({ from: dollars, to: dollars })
  .refine(({ from, to }) => from <= to, { error: 'expected a "from" that is not above "to"' });
const rate = z
  .strictObject({
    from: z.number().positive('expected a rate above 0'),
    to: z.number().positive('expected a rate above 0'),
  })
  .refine(({ from, to }) => from <= to, { error: 'expected a "from" that is not above "to"' });

export const pricesSchema = z.strictObject({
  date: z.iso.date('expected a date such as 2026-02-01'),
  currency: z.literal('USD'),
  region: z.string(),
  notes: z.array(z.string()),
  per_1000_requests: z.strictObject({
    list: dollars,
    put: dollars,
    get: dollars,
    get_by_storage_class: z.record(z.string(), dollars),
  }),
  retrieval_per_gb: z.record(z.string(), dollars),
  restore: z.record(z.string(), z.strictObject({ per_gb: span, per_1000_objects: span })),
  transfer_per_gb: z.array(z.strictObject({ route: z.string(), per_gb: dollars, note: z.string() })).min(1),
  kms_per_10000_requests: dollars,
  compute: z.strictObject({
    core_hour: span,
    stored_mb_per_core_second: z.strictObject({ text: rate, gzip: rate, zstd: rate, parquet: rate, unknown: rate }),
  }),
});

export type Prices = z.infer<typeof pricesSchema>;

/** The file that comes with coldhunt. */
export const BUILT_IN_PRICES: Prices = pricesSchema.parse(builtIn);

/** Reads a price file. Throws InputError CONFIG_INVALID naming every entry that is wrong. */
export function parsePrices(text: string, file: string): Prices {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new InputError('CONFIG_INVALID', `the price file ${file} is not JSON`, { cause: error });
  }
  const parsed = pricesSchema.safeParse(value, { error: expectedWords });
  if (parsed.success) return parsed.data;
  const problems = schemaProblems(parsed.error.issues, value);
  throw new InputError(
    'CONFIG_INVALID',
    problems.map(({ path, words }) => `${file}: ${path.join('.') || 'file'}: ${words}`).join('\n'),
  );
}

/** Throws InputError OPTION_INVALID for a route that has no price: before anything is listed. */
export function checkRoute(prices: Prices, route: string): void {
  const names = prices.transfer_per_gb.map((priced) => priced.route);
  if (names.includes(route)) return;
  throw new InputError('OPTION_INVALID', `--route "${route}": the price file has ${names.join(', ')}`);
}
