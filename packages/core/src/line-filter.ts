// The small type over which `formats` asks which lines of a block may hold a match. `search` implements it, `engine` hands it over.

/** Bytes that a line is searched for. `ignoreCase` folds ASCII letters only. */
export interface LineLiteral {
  readonly bytes: Uint8Array;
  readonly ignoreCase: boolean;
}

/** Satisfied by a line that holds, of each set, one literal. The first set is the one to search for: it should be the rarest. */
export type LineCondition = readonly (readonly LineLiteral[])[];

/** What makes a line a candidate: one of the literals, or all that one of the conditions wants. */
export interface LineQuery {
  readonly literals: readonly LineLiteral[];
  readonly conditions: readonly LineCondition[];
}

/** What one pass over a block of lines found. Reused from block to block. */
export interface LineScan {
  /** Lines that were ruled out and pass the brace test. */
  searched: number;
  /** Lines of white space only. */
  blank: number;
  /** How many lines are listed in `starts` and `ends`: candidates, and lines that fail the brace test. */
  count: number;
  /** Byte offsets in the block: line i is [starts[i], ends[i]), without its line feed. Grown by the filter when needed. */
  starts: Int32Array;
  ends: Int32Array;
}

export interface LineFilter {
  /**
   * Classifies the complete lines of `block[from, to)`; a last line without a line feed counts too. A line is listed when any
   * of the literals may stand in it, or when its first and last bytes, white space and NULs aside, are not `{` and `}`; every
   * other line is counted as searched or blank (white space alone).
   */
  scan(block: Uint8Array, from: number, to: number, found: LineScan): void;
  /** Whether any of the literals may stand in `block[from, to)`: for documents that are not framed by lines. */
  mayHold(block: Uint8Array, from: number, to: number): boolean;
}
