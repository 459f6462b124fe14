// A query rule remembers nothing: every event that matches in the range alerts.

import type { RuleMemory } from './rule-memory.ts';

export function queryMemory(): RuleMemory {
  return {
    lookBack: (fromMs) => fromMs,
    lookAhead: (toMs) => toMs,
    apply: ({ place }) => (place === 'range' ? 'alert' : 'history'),
    snapshot: () => null,
    restore: () => {},
  };
}
