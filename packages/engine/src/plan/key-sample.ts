// Some keys of a listing, spread evenly over it, whatever its length: every 2^n-th key.

const MOST = 1_024;

/** The same keys give the same sample, however the listing was paged. */
export class KeySample {
  #keys: string[] = [];
  #step = 1;
  #seen = 0;

  get keys(): readonly string[] {
    return this.#keys;
  }

  add(key: string): void {
    if (this.#seen % this.#step === 0) {
      this.#keys.push(key);
      if (this.#keys.length >= MOST) {
        this.#keys = this.#keys.filter((_, index) => index % 2 === 0);
        this.#step *= 2;
      }
    }
    this.#seen += 1;
  }
}
