// Counts by day -> one line of small bars, with the same in words.

const BARS = '▁▂▃▄▅▆▇█';
const MOST_BARS = 60;
const DAY = 86_400_000;

/** `by_day`: `2026-02-01` -> count. `isPlain`: words only, for whoever listens. Null where there are fewer than two days to compare, or more than ten years between them. */
export function sparkline(byDay: Readonly<Record<string, number>>, isPlain = false): string | null {
  const known = Object.keys(byDay)
    .filter((day) => /^\d{4}-\d{2}-\d{2}$/.test(day))
    .toSorted();
  const [first = '', last = ''] = [known[0], known.at(-1)];
  const days = (Date.parse(last) - Date.parse(first)) / DAY + 1;
  if (!(days >= 2 && days <= 3_660)) return null;
  const width = Math.ceil(days / MOST_BARS);
  const sums = Array.from({ length: Math.ceil(days / width) }, () => 0);
  for (const day of known) {
    const at = Math.floor((Date.parse(day) - Date.parse(first)) / DAY / width);
    sums[at] = (sums[at] ?? 0) + (byDay[day] ?? 0);
  }
  const most = Math.max(...sums);
  const bars = sums.map((sum) => (sum === 0 ? ' ' : (BARS[Math.ceil((sum / most) * BARS.length) - 1] ?? '')));
  const each = width === 1 ? 'a day' : `in ${width} days`;
  if (isPlain) return `${first} to ${last}, at most ${most.toLocaleString('en-US')} ${each}`;
  return `${first} |${bars.join('')}| ${last}, at most ${most.toLocaleString('en-US')} ${each}`;
}
