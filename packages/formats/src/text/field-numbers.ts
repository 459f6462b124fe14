// The fields of one table within another: what a reader numbered for itself, by the numbers of whoever asks.

import type { FieldTable } from '@coldhunt/core';

/** More tables than those of a hunt are not asked with. */
const MAX_TABLES = 16;

export class FieldNumbers {
  readonly #own: FieldTable;
  readonly #known: { readonly table: FieldTable; readonly numbers: Int32Array | null }[] = [];

  constructor(own: FieldTable) {
    this.#own = own;
  }

  /** By own number the one in `table`, -1 for fields that it does not ask for; null: it asks for a field that is not among the own. */
  within(table: FieldTable): Int32Array | null {
    for (let index = 0; index < this.#known.length; index += 1) {
      const known = this.#known[index];
      if (known?.table === table) return known.numbers;
    }
    const numbers = this.#compare(table);
    if (this.#known.length < MAX_TABLES) this.#known.push({ table, numbers });
    return numbers;
  }

  #compare(table: FieldTable): Int32Array | null {
    if (table.paths.some(({ name }) => !this.#own.numbers.has(name))) return null;
    return Int32Array.from(this.#own.paths, ({ name }) => table.numbers.get(name) ?? -1);
  }
}
