// How well the keys of an archive fit its layout, and what is to be said about it.

import type { ArchiveQuestion } from '../question/output.ts';
import type { Layout } from './layouts/layout.ts';
import { KeySample } from './key-sample.ts';
import type { LeftOut, Selected } from './select-object.ts';

const EXAMPLES = 3;

/** Counts for one archive; the sample is for proposing a layout where none was given. */
export class KeyFit {
  readonly archive: ArchiveQuestion;
  readonly sample = new KeySample();
  readonly #layout: Layout | null;
  readonly #examples: string[] = [];
  #listed = 0;
  #fitting = 0;
  #unfitting = 0;
  #pruned = 0;

  constructor(archive: ArchiveQuestion, layout: Layout | null) {
    this.archive = archive;
    this.#layout = layout;
  }

  add(key: string, decision: Selected | LeftOut): void {
    this.#listed += 1;
    const isPruned = decision.kind === 'skipped' && decision.reason === 'time';
    if (isPruned) this.#pruned += 1;
    if (decision.kind === 'skipped' && !isPruned) return;
    if (this.#layout === null) this.sample.add(key);
    else if (isPruned || (decision.kind === 'selected' && decision.keyTime !== null)) this.#fitting += 1;
    else {
      this.#unfitting += 1;
      if (this.#examples.length < EXAMPLES) this.#examples.push(key.slice(0, 200));
    }
  }

  /** `isBounded`: whether the hunt's range leaves anything out at all. */
  warnings(isBounded: boolean): readonly string[] {
    const { uri, layout } = this.archive;
    if (this.#listed === 0) return [`the archive ${uri} holds no objects`];
    const warnings: string[] = [];
    const candidates = this.#fitting + this.#unfitting;
    if (this.#unfitting > 0) {
      const examples = this.#examples.map((key) => JSON.stringify(key)).join(', ');
      const told =
        this.#fitting === 0
          ? [`no key of ${uri} fits`, 'all of it is read, whatever its time']
          : [`${this.#unfitting} of ${candidates} keys of ${uri} do not fit`, 'they are read whatever their time'];
      warnings.push(`${told[0]} the layout ${JSON.stringify(layout)}: ${told[1]}; for example ${examples}`);
    }
    if (this.#layout !== null && isBounded && this.#fitting > 0 && this.#pruned === 0) {
      const those = this.#unfitting === 0 ? 'every key' : 'every key that fits';
      warnings.push(
        `by the layout ${JSON.stringify(layout)} ${those} of ${uri} lies in the range or its history: nothing to leave out, all ${candidates} objects are read`,
      );
    }
    return warnings;
  }
}
