// JSON.rawJSON and the reviver's source text are in Node since 22, and not yet in TypeScript's library.

/** What a reviver is told beside key and value: the text of a primitive. */
export interface SourceContext {
  readonly source?: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): unknown;
    parse(
      text: string,
      reviver: (this: unknown, key: string, value: unknown, context: SourceContext) => unknown,
    ): unknown;
  }
}
