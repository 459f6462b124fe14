// Hot path. Values that have names, as they were decoded: who asks again gets the same string, whose hash is known.

import { NO_NAME, type Scalar } from '@coldhunt/core';

/** Places: a value takes the place of the one before it whose name ends alike. A power of two. */
const PLACES = 32_768;

export class NamedScalars {
  readonly #names = new Int32Array(PLACES).fill(NO_NAME);
  readonly #values: Scalar[] = Array.from({ length: PLACES }, () => '');

  /** undefined: it is not known. */
  get(name: number): Scalar | undefined {
    const place = name & (PLACES - 1);
    return this.#names[place] === name ? this.#values[place] : undefined;
  }

  set(name: number, value: Scalar): void {
    const place = name & (PLACES - 1);
    this.#names[place] = name;
    this.#values[place] = value;
  }
}
