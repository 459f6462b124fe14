// What is fuzzed: a name, good inputs to begin from, and what is done with an input. Any input must give a result or an AppError.

export interface FuzzTarget {
  readonly name: string;
  /** Good inputs, which are altered. */
  readonly corpus: readonly Uint8Array[];
  /** Pieces of the input's language. */
  readonly tokens?: readonly string[];
  /** Half of the inputs are JSON documents of which one value is another. */
  readonly isJson?: boolean;
  /** Holds sums that are checked: where they do not hold, an INVARIANT is the answer. */
  readonly hasSums?: boolean;
  /** Throws what the code throws; whatever is no AppError, or an INVARIANT, is a finding. */
  readonly run: (input: Uint8Array) => unknown;
}

export function textOf(input: Uint8Array): string {
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8');
}

export function bytesOf(texts: readonly string[]): readonly Uint8Array[] {
  return texts.map((text) => Buffer.from(text));
}
