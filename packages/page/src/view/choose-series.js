// Series of the timeline by a field: the most frequent values each by itself, the rest as one.

import { MOST_SERIES } from './timeline.js';

const SEVERITIES = ['critical', 'high', 'medium', 'low'];

/**
 * @param {readonly { readonly value: string, readonly count: number }[]} counts the most frequent first
 * @param {string} field
 * @returns {readonly { readonly value: string | null, readonly name: string, readonly kind: string, readonly count: number }[]} value null: all others
 */
export function chooseSeries(counts, field) {
  const isSeverity = field === 'kibana.alert.severity';
  const shown = counts.slice(0, MOST_SERIES).map(({ value, count }, index) => ({
    value,
    name: value === '' ? '(none)' : value,
    kind: isSeverity && SEVERITIES.includes(value) ? `fill-${value}` : `series-${index}`,
    count,
  }));
  const rest = counts.slice(MOST_SERIES).reduce((sum, { count }) => sum + count, 0);
  return rest === 0 ? shown : [...shown, { value: null, name: 'others', kind: 'series-rest', count: rest }];
}
