// Lower case for the letters A to Z alone: how Lucene compares without case in term, prefix, wildcard and regexp queries.

const HAS_CAPITAL = /[A-Z]/;
// oxlint-disable-next-line no-control-regex -- ASCII is meant
const ASCII = /^[\0-\x7f]*$/;

/** `É` stays, `E` becomes `e` (E: AutomatonQueries). The length never changes. */
export function foldAscii(text: string): string {
  if (!HAS_CAPITAL.test(text)) return text;
  if (ASCII.test(text)) return text.toLowerCase();
  return text.replaceAll(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
