// Sums of a hunt -> whether its coverage is complete (cli.md).

import type { Coverage } from './output.ts';

// Reasons that leave coverage complete: not holding events, out of time by the key, left out by the user.
const LEFT_OUT: ReadonlySet<string> = new Set(['excluded', 'not-included']);
const HARMLESS: ReadonlySet<string> = new Set([
  'empty',
  'folder-marker',
  'not-events',
  'run-folder',
  'special-file',
  'read-before',
  'time',
  ...LEFT_OUT,
]);

export interface CoverageFacts {
  /** Objects that failed, or were skipped though they may hold events, and that nobody waives. */
  readonly unread: number;
  /** Malformed lines, and those of them that are waived. */
  readonly malformed: number;
  readonly waivedMalformed: number;
  readonly maxMalformed: number;
  readonly withoutTime: number;
  readonly unevaluatedRules: number;
  /** Spans that were expected to hold events and hold none. */
  readonly missingSpans: number;
  /** Objects that the user left out, and whatever a waiver covers. */
  readonly leftOut: boolean;
  readonly waived: boolean;
}

/** Whether a skipped object can be no gap in what was asked (cli.md). */
export function isHarmless(reason: string): boolean {
  return HARMLESS.has(reason);
}

/** Whether the user left the object out. */
export function isLeftOut(reason: string): boolean {
  return LEFT_OUT.has(reason);
}

export function coverageState(facts: CoverageFacts): Coverage['state'] {
  const isWhole =
    facts.unread === 0 &&
    facts.malformed - facts.waivedMalformed <= facts.maxMalformed &&
    facts.withoutTime === 0 &&
    facts.unevaluatedRules === 0 &&
    facts.missingSpans === 0;
  if (!isWhole) return 'incomplete';
  return facts.malformed > 0 || facts.leftOut || facts.waived ? 'complete_with_waivers' : 'complete';
}
