// New terms: an event at t alerts if and only if its terms were not seen before it in [t - history window, t]. Every occurrence
// refreshes the memory, alerted or not, so that the last time seen is all there is to remember (semantics.md 2.11).

import type { Rule } from '@coldhunt/rules';
import { compileHistoryStart } from '../question/output.ts';
import type { MemorySnapshot, RuleMemory } from './rule-memory.ts';

export function newTermsMemory(rule: Rule): RuleMemory {
  const historyStart = compileHistoryStart(rule);
  let last: MemorySnapshot | null = null;
  return {
    lookBack: (fromMs) => Math.min(fromMs, historyStart(fromMs)),
    lookAhead: (toMs) => toMs,
    apply({ key, timeMs }) {
      // An absolute start later than the event leaves nothing to look back on, except the same instant.
      const since = Math.min(historyStart(timeMs), timeMs);
      const isKnown = last !== null && last.key === key && last.lastMs >= since;
      last = { key, lastMs: timeMs };
      return isKnown ? 'known' : 'alert';
    },
    snapshot: () => last,
    restore(snapshot) {
      last = snapshot;
    },
  };
}
