// The rules of a shard -> one filter over raw lines, or none where a rule names no text that every match must hold.

import type { LineFilter, Requirement } from '@coldhunt/core';
import { encodeLineQuery } from '@coldhunt/formats';
import type { LineSearch } from '@coldhunt/search';
import type { RunOptions } from '../question/output.ts';

/** null: every line is parsed. */
export function lineFilterOf(
  requirements: readonly Requirement[],
  options: Pick<RunOptions, 'prefilter' | 'validate_lines'>,
  search: LineSearch,
): LineFilter | null {
  if (!options.prefilter || options.validate_lines) return null;
  const query = encodeLineQuery(requirements);
  return query === null ? null : search.filter(query);
}
