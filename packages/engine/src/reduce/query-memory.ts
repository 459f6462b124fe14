// A query rule remembers nothing: every event that matches alerts.

import type { RuleMemory } from './rule-memory.ts';

export function queryMemory(): RuleMemory {
  return {
    lookBack: (fromMs) => fromMs,
    lookAhead: (toMs) => toMs,
    apply: () => 'alert',
    snapshot: () => null,
    restore: () => {},
  };
}
