// The rules of a shard -> one filter over raw lines, or none where a rule names no text that every match must hold.

import type { LineFilter, Requirement } from '@coldhunt/core';
import { combineFilters } from '@coldhunt/formats';
import { createLineFilter } from '@coldhunt/search';
import type { RunOptions } from '../question/output.ts';

/** null: every line is parsed. */
export function lineFilterOf(
  requirements: readonly Requirement[],
  options: Pick<RunOptions, 'prefilter' | 'validate_lines'>,
): LineFilter | null {
  if (!options.prefilter || options.validate_lines) return null;
  const literals = combineFilters(requirements);
  return literals === null ? null : createLineFilter(literals);
}
