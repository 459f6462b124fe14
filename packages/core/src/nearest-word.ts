// A misspelled word -> the one that was probably meant.

/** The known word within `mostEdits`, for "did you mean". */
export function nearestWord(word: string, known: readonly string[], mostEdits = 2): string | null {
  let best: string | null = null;
  // One edit of a short word can make any word of it.
  let least = Math.min(mostEdits + 1, Math.floor(word.length / 2) + 1);
  for (const candidate of known) {
    const edits = distance(word, candidate, least);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(
        Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)),
      );
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
