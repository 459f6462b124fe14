// `indexOf(source, text, start)`.

import { int, type EqlNumber } from '../eql-number.ts';
import { toIndex } from './value-text.ts';

/** The first place of a text, counted in UTF-16 units from 0; null without one. A start below 0 or absent is 0. */
export function indexOf(
  source: string,
  text: string,
  options: { readonly start: EqlNumber | null; readonly ignoreCase: boolean },
): EqlNumber | null {
  const start = options.start === null ? 0 : toIndex(options.start);
  const found = options.ignoreCase
    ? source.toLowerCase().indexOf(text.toLowerCase(), start)
    : source.indexOf(text, start);
  return found < 0 ? null : int(found);
}
