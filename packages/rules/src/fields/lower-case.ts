// Lucene's lower case: character by character, so that neither context (final sigma) nor length (İ) changes.

// oxlint-disable-next-line no-control-regex -- ASCII is meant
const ASCII = /^[\0-\x7f]*$/;

/** Lower case as Lucene's lowercase filter writes it. */
export function lowerCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let lowered = '';
  for (const character of text) lowered += character === 'İ' ? 'i' : character.toLowerCase();
  return lowered;
}
