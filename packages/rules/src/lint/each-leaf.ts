// The tests of a query, in the order in which they stand.

import type { QueryLeaf, QueryPart } from './query-part.ts';

export function eachLeaf(part: QueryPart, visit: (leaf: QueryLeaf) => void): void {
  switch (part.kind) {
    case 'leaf':
      visit(part);
      return;
    case 'unknown':
      return;
    case 'not':
    case 'nested':
      eachLeaf(part.of, visit);
      return;
    case 'and':
    case 'or':
      for (const child of part.of) eachLeaf(child, visit);
  }
}
