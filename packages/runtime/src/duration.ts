// `25s`, `10m`: a duration of the configuration -> milliseconds.

import { z } from 'zod';

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;

export const duration = z
  .string()
  .regex(/^\d{1,9}(?:ms|s|m|h)$/, 'expected a duration such as 25s')
  .transform((text) => {
    const unit = /[a-z]+$/.exec(text)?.[0] as keyof typeof UNITS;
    return Number.parseInt(text, 10) * UNITS[unit];
  });
