// Ledger records -> the forms that the archives were seen to use: format, compression, framing, envelope and columns, each with an object
// that has it. What was seen is what a canary is written in.

import type { ObjectRecord } from '../scan/output.ts';

export interface SeenForm {
  /** Index in the question. */
  readonly archive: number;
  readonly compression: string;
  readonly framing: string;
  readonly envelope: string;
  /** Of Parquet: wanted field -> the column that gives it; null: none does. */
  readonly columns: Readonly<Record<string, string | null>>;
  /** How many shares of objects have it. */
  objects: number;
  /** The first that has it, and a time that it covers; null: it tells none. */
  readonly uri: string;
  readonly timeMs: number | null;
}

/** Columns differ from file to file: so many sets of them are told apart. */
const MOST_FORMS = 200;

/** Collects. */
export class SeenForms {
  readonly #forms = new Map<string, SeenForm>();

  add(record: ObjectRecord): void {
    if (record.state !== 'scanned' || record.lines.read === 0) return;
    const { archive, compression, framing, columns, uri } = record;
    const envelopes = Object.keys(record.envelopes);
    for (const envelope of envelopes.length === 0 ? ['none'] : envelopes) {
      const key = JSON.stringify([archive, compression, framing, envelope, columns]);
      const known = this.#forms.get(key);
      if (known !== undefined) known.objects += 1;
      else if (this.#forms.size < MOST_FORMS) {
        const timeMs = record.covers?.from ?? null;
        this.#forms.set(key, { archive, compression, framing, envelope, columns, objects: 1, uri, timeMs });
      }
    }
  }

  list(): readonly SeenForm[] {
    return [...this.#forms].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, form]) => form);
  }
}
