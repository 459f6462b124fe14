// Which values of a JSON document are wanted, and where they stand in its bytes: what formats ask for and search finds.

/** A place within an event at which values are wanted, or below it. */
export interface WantedPlace {
  /** Number of the field whose values stand here; -1: none. */
  readonly number: number;
  /** By the key as it is spelled, which may be dotted. */
  readonly keys: ReadonlyMap<string, WantedKey>;
}

export interface WantedKey {
  readonly role: KeyRole;
  /** What lies below; null: nothing of it is wanted. */
  readonly place: WantedPlace | null;
}

/** `envelope`: the document is wrapped. `text`: it is when this is a text that looks like a document. */
export type KeyRole = 'field' | 'envelope' | 'text';

/** Numbers for one value: its field, where it begins and where it ends in the document (of a text what stands between its quotes), its name. */
export const FOUND_STEP = 4;
/** In place of a count: the document must be parsed, since it is not plainly valid, or something in it makes a difference to its fields. */
export const NOT_PLAIN = -1;
/** In place of a count: this finder cannot look at the document. */
export const NOT_FOUND = -2;
/** In place of a name. */
export const NO_NAME = -1;

export interface ValueFinder {
  /**
   * How many wanted values the document `bytes[start, end)` has, or NOT_PLAIN or NOT_FOUND. What stands behind the document is never part
   * of it. A value's name is a number that only equal values of a field share; it is never given to others.
   */
  find(bytes: Uint8Array, start: number, end: number): number;
  /**
   * The same of a document that begins at `start` and is all of its line: behind it stands a line feed, at `to` or before. NOT_PLAIN and
   * NOT_FOUND: where the line ends is not known either.
   */
  findLine(bytes: Uint8Array, start: number, to: number): number;
  /** Length of the document that `findLine` found. */
  readonly documentBytes: number;
  /** What was found last, FOUND_STEP numbers each. It may be another array after each document. */
  readonly found: Int32Array;
  /** From now on the values of a field have names, unless hardly any comes twice. */
  name(field: number): void;
}

/** A finder for the values below a place; null: there can be none. */
export type CreateValueFinder = (root: WantedPlace) => ValueFinder | null;
