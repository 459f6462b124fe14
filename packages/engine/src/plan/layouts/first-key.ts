// Where keys of a time begin: for layouts that put the year first and smaller units behind it, keys are in the order of their time.

import { parseTemplate } from './parse-template.ts';
import type { TimeUnit } from './time-parts.ts';

const ORDER: readonly TimeUnit[] = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/**
 * A key that sorts before all keys of a time (milliseconds, UTC) and later ones; null where the layout has no such order: it begins with
 * something else, or leaves zeros out. Throws InputError LAYOUT_INVALID.
 */
export function firstKeyAt(layout: string, timeMs: number): string | null {
  if (!/[%!=]|yyyy|YYYY|uuuu/.test(layout) || layout.startsWith('regex:') || /\(\?P?</.test(layout)) return null;
  const [date = '', time = ''] = new Date(timeMs).toISOString().split('T');
  const values = [...date.split('-'), ...time.slice(0, 8).split(':')];
  let key = '';
  let units = 0;
  for (const node of parseTemplate(layout)) {
    if (node.kind === 'literal' && /^[\x20-\x7e]*$/.test(node.text)) {
      key += node.text;
      continue;
    }
    if (node.kind !== 'field' || node.unit !== ORDER[units] || node.isShortYear) break;
    key += values[units];
    units += 1;
  }
  return units === 0 ? null : key;
}
