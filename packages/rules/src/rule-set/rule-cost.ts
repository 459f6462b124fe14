// What looking at one rule of a set took.

export interface RuleCost {
  /** Its number in the set. */
  readonly rule: number;
  /** Events that it was looked at for. */
  readonly candidates: number;
  /**
   * Estimated from a sample of the events. What rules share is counted for the one that asks first, and what decides which rules are
   * looked at for none.
   */
  readonly seconds: number;
}
