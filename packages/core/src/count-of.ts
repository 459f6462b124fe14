// A number with its noun, as a sentence has it.

/** `1 event`, `1,234 events`; `plural` where an s does not make it. */
export function countOf(number: number, noun: string, plural = `${noun}s`): string {
  return `${grouped(number)} ${number === 1 ? noun : plural}`;
}

/** As `toLocaleString('en-US')` gives it, whose tables take longer to load than a short hunt may last. */
function grouped(number: number): string {
  return Number.isSafeInteger(number)
    ? String(number).replace(/\B(?=(?:\d{3})+$)/g, ',')
    : number.toLocaleString('en-US');
}
