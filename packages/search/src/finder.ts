// Where the next of some literals stands. Three ways to find out, chosen by plan-finders.ts.

/** Hot path. `next` gives the start of the first literal that lies wholly in `block[from, to)`, or -1. */
export interface Finder {
  next(block: Buffer, from: number, to: number): number;
}
