// JSON.rawJSON and the reviver's source text are in Node since 22, and not yet in TypeScript's library.
interface JSON {
  rawJSON(text: string): unknown;
  parse(
    text: string,
    reviver: (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
}
