// A number with its noun, as a sentence has it.

/** `1 event`, `1,234 events`; `plural` where an s does not make it. */
export function countOf(number: number, noun: string, plural = `${noun}s`): string {
  return `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;
}
