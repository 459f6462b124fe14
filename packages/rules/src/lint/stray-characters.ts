// Characters that mean something else than they seem to.

/** The first ^ or $ of a regular expression outside of classes and escapes; null: none. */
export function strayAnchor(pattern: string): '^' | '$' | null {
  let isInClass = false;
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern[at];
    if (character === '\\') at += 1;
    else if (isInClass) isInClass = character !== ']';
    else if (character === '[') isInClass = true;
    else if (character === '^' || character === '$') return character;
  }
  return null;
}

/** What is to be said of the text of endsWith or stringContains, which becomes part of a pattern as it is; null: nothing. */
export function strayWildcard(needle: string): string | null {
  for (let at = 0; at < needle.length; at += 1) {
    const character = needle[at];
    if (character === '*')
      return '* stands for any characters here; for the character itself write \\* (in a string with escapes "\\\\*")';
    if (character === '?')
      return '? stands for any one character here; for the character itself write \\? (in a string with escapes "\\\\?")';
    if (character !== '\\') continue;
    const next = needle.charAt(at + 1);
    // One that escapes is meant; the last one escapes nothing, and is itself.
    if (next !== '' && !'*?\\'.includes(next))
      return `the backslash before "${next}" is taken for an escape and asks for "${next}" alone; for a backslash write two (in a string with escapes four)`;
    at += 1;
  }
  return null;
}
