// Events of several buckets: each bucket of a threshold rule counts them for itself, which Elastic's history filter does not (decision 014).

import { countOf } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';

/** `number`: how often an event of several buckets was counted by alerts of one. None is no warning. */
export function multiValuedWarnings({ threshold }: Rule, number: number): readonly string[] {
  if (number === 0) return [];
  const fields = (threshold?.field ?? []).join(', ');
  return [
    `alerts count events with several values of ${fields} (${countOf(number, 'time')}, each bucket by itself): once one bucket has alerted, Elastic leaves such an event out of the others, so that it may raise fewer alerts, others, or with lower counts`,
  ];
}
