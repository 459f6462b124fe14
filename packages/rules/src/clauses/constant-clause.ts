// What every event satisfies, and what none does.

import type { Clause } from './clause.ts';

export const EVERYTHING: Clause = { kind: 'and', of: [] };
export const NOTHING: Clause = { kind: 'or', of: [] };
