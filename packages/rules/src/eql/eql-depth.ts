// How deeply an EQL query may be nested.

import type { InputError } from '@coldhunt/core';
import { eqlChildren } from './eql-children.ts';
import type { EqlScanner } from './eql-scanner.ts';
import type { EqlNode } from './eql-tree.ts';

/**
 * Levels of parentheses, calls, lists, `not` and signs, and of the tree. The deepest of a thousand public rules has 28; so many are
 * safe for everything that walks a tree with calls of itself.
 */
export const MAX_EQL_DEPTH = 250;

/** One level more. Throws InputError EQL_LIMIT beyond the limit. */
export function deeper(scanner: EqlScanner, depth: number): number {
  if (depth < MAX_EQL_DEPTH) return depth + 1;
  throw tooDeep(scanner, scanner.token.from);
}

/** Long sums nest as well: their depth shows only in the tree. */
export function checkDepth(scanner: EqlScanner, root: EqlNode): void {
  let level: readonly EqlNode[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > 2 * MAX_EQL_DEPTH) throw tooDeep(scanner, (level[0] as EqlNode).at.offset);
    level = level.flatMap((node) => eqlChildren(node));
  }
}

function tooDeep(scanner: EqlScanner, offset: number): InputError {
  return scanner.error(offset, `nested deeper than ${MAX_EQL_DEPTH} levels: write the query flatter`, 'EQL_LIMIT');
}
