// A tuple of terms -> the text that stands for it in orders and hashes: typed, so that "1", 1 and true are three things.

import type { Term } from './compiled-rule.ts';

export function termKey(terms: readonly Term[]): string {
  return terms
    .map((term) =>
      typeof term === 'string' ? JSON.stringify(term) : typeof term === 'boolean' ? `b${term}` : `n${term}`,
    )
    .join(',');
}
