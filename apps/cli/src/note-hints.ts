// What a person can do about a note on an archive. The note itself stands in coverage.json, which must not change.

const HINTS: readonly (readonly [RegExp, string])[] = [
  [/^no time in /, '--time-field names the field that has it'],
  [/^before 2000 or after the listing/, 'a number is read as milliseconds since 1970, as Elasticsearch does'],
];

/** The note with a hint, where there is one. */
export function withNoteHint(note: string): string {
  const hint = HINTS.find(([pattern]) => pattern.test(note))?.[1];
  return hint === undefined ? note : `${note} (${hint})`;
}
