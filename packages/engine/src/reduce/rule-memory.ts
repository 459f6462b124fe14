// What a rule remembers that decides on each match as it comes. One implementation per rule type; threshold rules decide on a bucket as
// a whole (threshold/).

import type { Rule } from '@coldhunt/rules';
import { newTermsMemory } from './new-terms-memory.ts';
import { queryMemory } from './query-memory.ts';

/** An event that matched, as memory sees it: copies are one. */
interface Occurrence {
  /** The partition key: what is remembered together. */
  readonly key: string;
  readonly timeMs: number;
}

/** Plain JSON. Of the key that was applied last: keys come one after the other, so that memory is O(1) a key. */
export interface MemorySnapshot {
  readonly key: string;
  readonly lastMs: number;
}

export interface RuleMemory {
  /** The instant from which events must have been applied for an answer about `fromMs` (both milliseconds, inclusive). */
  lookBack(fromMs: number): number;
  /** The instant up to which events must be applied for an answer about events before `toMs`. */
  lookAhead(toMs: number): number;
  /** Decides on one occurrence, wherever it lies, and remembers it. Occurrences of a key come in the total order, keys one after the other. */
  apply(occurrence: Occurrence): 'alert' | 'known';
  /** null when nothing was applied yet. */
  snapshot(): MemorySnapshot | null;
  restore(snapshot: MemorySnapshot | null): void;
}

export function createRuleMemory(rule: Rule): RuleMemory {
  return rule.type === 'new_terms' ? newTermsMemory(rule) : queryMemory();
}
