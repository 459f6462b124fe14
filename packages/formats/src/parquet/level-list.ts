// Levels in a growing array of bytes.

export class LevelList {
  #levels: Uint8Array;
  #length = 0;

  constructor(expected: number) {
    this.#levels = new Uint8Array(Math.max(16, expected));
  }

  push(level: number): void {
    if (this.#length === this.#levels.length) {
      const grown = new Uint8Array(this.#length * 2);
      grown.set(this.#levels);
      this.#levels = grown;
    }
    this.#levels[this.#length] = level;
    this.#length += 1;
  }

  /** Takes the levels from a number on away again. */
  truncate(length: number): void {
    this.#length = length;
  }

  all(): Uint8Array {
    return this.#levels.subarray(0, this.#length);
  }
}
