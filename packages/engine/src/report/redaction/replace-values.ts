// A text -> the same text with known values replaced wherever they stand as whole words, in any case: `HOST-1` in `\\host-1.example\c$`.

const WORD = /[\p{L}\p{N}_]+/gu;

interface Value {
  readonly text: string;
  /** Characters before the value's first word: `$svc` begins one before `svc`. */
  readonly before: number;
  readonly replacement: string;
}

export type ReplaceValues = (text: string) => string;

/** `values`: what is replaced -> by what. A value without letter or digit is replaced only where it is the whole text. */
export function createReplaceValues(values: ReadonlyMap<string, string>): ReplaceValues {
  const byWord = new Map<string, Value[]>();
  const whole = new Map<string, string>();
  for (const [text, replacement] of values) {
    whole.set(text.toLowerCase(), replacement);
    const word = text.match(WORD)?.[0];
    // A bare number stands for too much else to be taken out of every text.
    if (word === undefined || /^\d+$/.test(text)) continue;
    const list = byWord.get(word.toLowerCase()) ?? [];
    byWord.set(word.toLowerCase(), list);
    list.push({ text: text.toLowerCase(), before: text.indexOf(word), replacement });
  }
  // Of two that begin alike the longer one is what is meant.
  for (const list of byWord.values()) list.sort((a, b) => b.text.length - a.text.length);

  return (text) => {
    const known = whole.get(text.toLowerCase());
    if (known !== undefined) return known;
    let out = '';
    let at = 0;
    for (const match of text.matchAll(WORD)) {
      const [word] = match;
      const value = byWord.get(word.toLowerCase())?.find((candidate) => standsAt(text, match.index, candidate));
      const start = match.index - (value?.before ?? 0);
      if (value === undefined || start < at) continue;
      out += text.slice(at, start) + value.replacement;
      at = start + value.text.length;
    }
    return out + text.slice(at);
  };
}

function standsAt(text: string, wordAt: number, { text: value, before }: Value): boolean {
  const start = wordAt - before;
  if (start < 0 || text.slice(start, start + value.length).toLowerCase() !== value) return false;
  const next = text.slice(start + value.length, start + value.length + 2);
  return !/[\p{L}\p{N}_]$/u.test(value) || !/^[\p{L}\p{N}_]/u.test(next);
}
