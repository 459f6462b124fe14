// What each rule of a set costs: how many events it was looked at for, and from some of them how long that took.

import type { RuleCost } from './rule-cost.ts';

/** One event in so many is timed: a clock that is read for every rule would cost more than most rules. A power of two. */
const TIMED_STEP = 64;
const TRIALS = 200;

export class RuleClock {
  readonly #candidates: Float64Array;
  readonly #milliseconds: Float64Array;
  /** What reading the clock twice takes. */
  readonly #own = measureClock();

  constructor(rules: number) {
    this.#candidates = new Float64Array(rules);
    this.#milliseconds = new Float64Array(rules);
  }

  isTimed(event: number): boolean {
    return (event & (TIMED_STEP - 1)) === 0;
  }

  count(rule: number): void {
    this.#candidates[rule] = (this.#candidates[rule] as number) + 1;
  }

  add(rule: number, milliseconds: number): void {
    this.#milliseconds[rule] = (this.#milliseconds[rule] as number) + Math.max(0, milliseconds - this.#own);
  }

  /** What was measured since the last call, of the rules that were looked at. */
  take(): readonly RuleCost[] {
    const costs = [...this.#candidates.entries()].flatMap(([rule, candidates]) => {
      const seconds = ((this.#milliseconds[rule] as number) * TIMED_STEP) / 1000;
      return candidates === 0 ? [] : [{ rule, candidates, seconds }];
    });
    this.#candidates.fill(0);
    this.#milliseconds.fill(0);
    return costs;
  }
}

function measureClock(): number {
  let least = Infinity;
  for (let trial = 0; trial < TRIALS; trial += 1) {
    const begun = performance.now();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}
