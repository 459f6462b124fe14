// Which hours were examined, and where nothing lies between two that were. One array cell an hour since 2000: a hundred thousand
// objects that cover years cost no more than one.

const HOUR_MS = 3_600_000;
const FIRST_MS = Date.UTC(2000, 0, 1);

export interface Interval {
  /** Milliseconds, [from, to). */
  readonly from: number;
  readonly to: number;
}

export class Hours {
  readonly #count: number;
  // Differences: what begins at an hour, less what ended before it.
  readonly #objects: Float64Array;
  readonly #share: Float64Array;
  readonly #extra: Float64Array;
  /** The earliest instant examined. */
  #firstMs = Number.POSITIVE_INFINITY;

  constructor(listedAtMs: number) {
    this.#count = Math.max(1, hourOf(listedAtMs) + 26);
    this.#objects = new Float64Array(this.#count + 1);
    this.#share = new Float64Array(this.#count + 1);
    this.#extra = new Float64Array(this.#count + 1);
  }

  /** An object whose events lie from `from` to `to` (milliseconds, both inclusive); its bytes are spread evenly over these hours. */
  add(covers: { readonly from: number; readonly to: number }, bytes: number): void {
    const first = Math.max(0, hourOf(covers.from));
    const last = Math.min(this.#count - 1, hourOf(covers.to));
    if (first > last) return;
    const share = Math.floor(bytes / (last - first + 1));
    this.#firstMs = Math.min(this.#firstMs, Math.max(covers.from, FIRST_MS));
    bump(this.#objects, first, last, 1);
    bump(this.#share, first, last, share);
    this.#extra[first] = (this.#extra[first] ?? 0) + bytes - share * (last - first + 1);
  }

  get firstMs(): number {
    return this.#firstMs;
  }

  list(): { hour: string; objects: number; bytes: number }[] {
    const found: { hour: string; objects: number; bytes: number }[] = [];
    let objects = 0;
    let share = 0;
    for (let hour = 0; hour < this.#count; hour += 1) {
      objects += this.#objects[hour] ?? 0;
      share += this.#share[hour] ?? 0;
      if (objects > 0) {
        const name = new Date(FIRST_MS + hour * HOUR_MS).toISOString().slice(0, 13);
        found.push({ hour: name, objects, bytes: share + (this.#extra[hour] ?? 0) });
      }
    }
    return found;
  }

  /** Runs of hours that were examined, in order. */
  examined(): Interval[] {
    const found: Interval[] = [];
    let objects = 0;
    let from = -1;
    for (let hour = 0; hour <= this.#count; hour += 1) {
      objects += hour < this.#count ? (this.#objects[hour] ?? 0) : -objects;
      if (objects > 0 && from < 0) from = hour;
      if (objects === 0 && from >= 0) {
        found.push({ from: FIRST_MS + from * HOUR_MS, to: FIRST_MS + hour * HOUR_MS });
        from = -1;
      }
    }
    return found;
  }
}

/** What lies between runs of examined hours. */
export function gapsBetween(examined: readonly Interval[]): Interval[] {
  return examined.slice(1).map((next, i) => ({ from: examined[i]?.to ?? next.from, to: next.from }));
}

function hourOf(ms: number): number {
  return Math.floor((ms - FIRST_MS) / HOUR_MS);
}

function bump(differences: Float64Array, first: number, last: number, by: number): void {
  differences[first] = (differences[first] ?? 0) + by;
  differences[last + 1] = (differences[last + 1] ?? 0) - by;
}
