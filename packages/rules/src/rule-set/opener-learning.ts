// From some of the events it is learned which tests are rare, so that few rules are looked at for most events.

import type { Network } from './network.ts';
import { openingTests, planOpeners } from './opener-plan.ts';
import type { ValueTest } from './value-test.ts';

/** Of the first events one in so many is a sample, later one in LATER_STEP. A power of two each. */
const FIRST_STEP = 16;
const LATER_STEP = 4_096;
const FIRST_SAMPLES = 128;
const LATER_SAMPLES = 128;

/** What is asked of an event that is a sample. */
export interface Sample {
  readonly holds: (test: ValueTest) => boolean;
  /** How many values a field has. */
  readonly countOf: (field: number) => number;
}

export class OpenerLearning {
  readonly #network: Network;
  readonly #roots: readonly number[];
  readonly #tests: readonly ValueTest[];
  readonly #hits = new Map<ValueTest, number>();
  readonly #values: number[];
  #samples = 0;
  #fresh = 0;
  #step = FIRST_STEP;

  constructor(network: Network, roots: readonly number[]) {
    this.#network = network;
    this.#roots = roots;
    this.#tests = [...new Set(roots.flatMap((root) => openingTests(network, root)))];
    this.#values = network.fields.map(() => 0);
  }

  isSample(event: number): boolean {
    return (event & (this.#step - 1)) === 0;
  }

  /** Sees what a sample satisfies. Gives true when it is time to plan anew. */
  see({ holds, countOf }: Sample): boolean {
    for (const test of this.#tests) if (holds(test)) this.#hits.set(test, (this.#hits.get(test) ?? 0) + 1);
    for (const [field, sum] of this.#values.entries()) this.#values[field] = sum + countOf(field);
    this.#samples += 1;
    this.#fresh += 1;
    return this.#fresh >= (this.#step === FIRST_STEP ? FIRST_SAMPLES : LATER_SAMPLES);
  }

  /** Plans by what was seen, and by the share of a field's values that were new; gives the rules that are always looked at. */
  plan(missRateOf: (field: number) => number): readonly number[] {
    this.#fresh = 0;
    this.#step = LATER_STEP;
    const perEvent = this.#values.map((sum, field) => (sum / this.#samples) * missRateOf(field));
    return planOpeners(this.#network, this.#roots, (test) => ({
      rate: ((this.#hits.get(test) ?? 0) + 0.1) / this.#samples,
      asked: test.listed?.isAll === true ? 0 : (perEvent[test.field] ?? 0),
    }));
  }
}
