// A misspelled word -> the one that was probably meant.

/** The known word within two edits, for "did you mean". */
export function nearestWord(word: string, known: readonly string[]): string | null {
  let best: string | null = null;
  // One edit of a short word can make any word of it.
  let least = Math.min(3, Math.floor(word.length / 2) + 1);
  for (const candidate of known) {
    const edits = editDistance(word, candidate, least);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** Letters to add, drop, change, or swap with the next, to make one word of the other; `limit` when there are as many or more. */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
          isSwap ? (before[j - 2] ?? 0) + 1 : Infinity,
        ),
      );
    }
    before = row;
    row = next;
  }
  return Math.min(limit, row[b.length] ?? limit);
}
