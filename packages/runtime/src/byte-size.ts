// `512MB`, `2GiB`: an amount of bytes of the configuration -> bytes.

import { z } from 'zod';

const UNITS = { B: 1, KB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, KIB: 1024, MIB: 1024 ** 2, GIB: 1024 ** 3, TIB: 1024 ** 4 };
const EXPECTED = 'expected bytes such as 512MB or 2GiB';

export const byteSize = z
  .union([z.number().transform(String), z.string()], { error: EXPECTED })
  .pipe(z.string().regex(/^\d{1,15}(?:\.\d{1,6})?\s*(?:[kmgt]i?b|b)?$/i, EXPECTED))
  .transform((text) => {
    const unit = (/[a-z]+$/i.exec(text)?.[0] ?? 'B').toUpperCase() as keyof typeof UNITS;
    return Math.floor(Number.parseFloat(text) * UNITS[unit]);
  });
