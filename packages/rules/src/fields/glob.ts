// Patterns in which only `*` is special. Hot path. Linear in text and pattern together: each part is taken at its first place
// after the one before it, which is right because `*` takes anything.

/** A pattern as the literal parts between its stars: `a*b` is ['a', 'b'], `*` is ['', '']. */
export type GlobParts = readonly string[];

/** Whether the whole text fits. A pattern without a star (one part) must be equal. */
export function matchesGlob(parts: GlobParts, text: string): boolean {
  const first = parts[0] as string;
  const last = parts.length - 1;
  if (last === 0) return text === first;
  const tail = parts[last] as string;
  const end = text.length - tail.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(tail)) return false;
  let at = first.length;
  for (let index = 1; index < last; index += 1) {
    const part = parts[index] as string;
    const found = text.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return true;
}
