// A pattern of Elasticsearch's wildcard query -> the literal texts between its stars.

/** null: it holds `?`, one character. A last backslash stands for itself, as in Lucene. */
export function wildcardParts(pattern: string): readonly string[] | null {
  const parts = [''];
  const characters = [...pattern];
  for (let at = 0; at < characters.length; at += 1) {
    const character = characters[at] as string;
    if (character === '?') return null;
    if (character === '*') {
      parts.push('');
      continue;
    }
    const isEscape = character === '\\' && at + 1 < characters.length;
    if (isEscape) at += 1;
    parts[parts.length - 1] += isEscape ? (characters[at] as string) : character;
  }
  return parts;
}
