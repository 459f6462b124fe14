// A tuple of terms, or of values that alerts are grouped by -> the text that stands for it in orders and hashes: typed, so that "1", 1 and true are three things.

import type { GroupValue, Term } from './compiled-rule.ts';

export function termKey(terms: readonly Term[]): string {
  return terms
    .map((term) =>
      typeof term === 'string' ? JSON.stringify(term) : typeof term === 'boolean' ? `b${term}` : `n${term}`,
    )
    .join(',');
}

export function groupKey(values: readonly GroupValue[]): string {
  return values
    .map((value) => (value === null ? 'null' : typeof value === 'object' ? `[${termKey(value)}]` : termKey([value])))
    .join(',');
}
