// `| head n` and `| tail n`: what is kept of the matches in order of time (semantics-eql.md 2.3).

import type { EqlPipe } from './eql-tree.ts';

/** Each pipe cuts what the one before it left. */
export function cutByPipes<T>(matches: readonly T[], pipes: readonly EqlPipe[]): readonly T[] {
  return pipes.reduce<readonly T[]>((kept, { kind, count }) => {
    if (kind === 'head') return kept.slice(0, count);
    return count === 0 ? [] : kept.slice(-count);
  }, matches);
}
