// Some objects of a listing, spread evenly over it: every 2^n-th, thinned whenever too many are kept.

import type { ListedObject } from '@coldhunt/core';

/** The same listing gives the same sample. */
export class ObjectSample {
  readonly #wanted: number;
  #objects: ListedObject[] = [];
  #step = 1;
  #seen = 0;

  constructor(wanted: number) {
    this.#wanted = wanted;
  }

  add(object: ListedObject): void {
    if (this.#seen % this.#step === 0) {
      this.#objects.push(object);
      if (this.#objects.length >= 4 * this.#wanted) {
        this.#objects = this.#objects.filter((_, index) => index % 2 === 0);
        this.#step *= 2;
      }
    }
    this.#seen += 1;
  }

  /** At most as many as wanted. */
  take(): readonly ListedObject[] {
    const apart = Math.max(1, this.#objects.length / this.#wanted);
    const count = Math.min(this.#wanted, this.#objects.length);
    return Array.from({ length: count }, (_, index) => this.#objects[Math.floor(index * apart)]).filter(
      (object) => object !== undefined,
    );
  }
}
