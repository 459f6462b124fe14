// `substring(source, start, end)`.

import type { EqlNumber } from '../eql-number.ts';
import { toIndex } from './value-text.ts';

/** A slice as in Python: negative places count from the end, those beyond it are cut; without a start the whole text. */
export function substring(source: string, start: EqlNumber | null, end: EqlNumber | null): string {
  if (start === null) return source;
  return source.slice(toIndex(start), end === null ? source.length : toIndex(end));
}
