// A string of TOML with the place of each of its characters in the text around it.

/** A run of characters that stand as they are, or one that is escaped. */
interface Piece {
  /** In the value. */
  readonly from: number;
  /** In the text. */
  readonly at: number;
  readonly isPlain: boolean;
}

export interface TomlString {
  readonly value: string;
  /** Of the closing quote, and behind it. */
  readonly close: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

const OPENING = /"""\r?\n?|'''\r?\n?|"|'/y;
const PLAIN_BASIC = /[^\\"]+/y;
const PLAIN_LITERAL = /[^']+/y;
const CLOSING = /["']{1,5}/y;
const ESCAPE = /\\(?:[ \t]*\r?\n\s*|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([^]))/y;
const CHARACTERS: Readonly<Record<string, string>> = { b: '\b', t: '\t', n: '\n', f: '\f', r: '\r', e: '\u001b' };

/** `at`: of the opening quote, in a text that a parser has accepted. Linear in the string. */
export function readTomlString(text: string, at: number): TomlString {
  const opening = take(OPENING, text, at);
  const quote = opening[0] ?? '';
  const quotes = opening.length >= 3 ? quote.repeat(3) : quote;
  const plain = quote === "'" ? PLAIN_LITERAL : PLAIN_BASIC;
  const pieces: Piece[] = [];
  const values: string[] = [];
  let length = 0;
  let next = at + opening.length;
  const add = (value: string, raw: number, isPlain: boolean): void => {
    pieces.push({ from: length, at: next, isPlain });
    values.push(value);
    length += value.length;
    next += raw;
  };
  while (next < text.length) {
    const run = take(plain, text, next);
    if (run !== '') add(run, run.length, true);
    else if (text[next] === '\\') {
      const { character, raw } = readEscape(text, next);
      add(character, raw, false);
    } else if (!text.startsWith(quotes, next)) add(text[next] ?? '', 1, true);
    else {
      // Of up to five quotes in a row the last three close.
      const extra = quotes.length === 3 ? Math.max(0, take(CLOSING, text, next).length - 3) : 0;
      if (extra > 0) add(quote.repeat(extra), extra, true);
      return { value: values.join(''), close: next, end: next + quotes.length, pieces };
    }
  }
  return { value: values.join(''), close: next, end: next, pieces };
}

/** Where a character of the value stands in the text; behind its last one: the closing quote. */
export function offsetInText({ value, close, pieces }: TomlString, offset: number): number {
  // An escaped end of a line gives no character: the piece after it begins at the same place of the value.
  const piece = offset >= value.length ? undefined : pieces.findLast(({ from }) => from <= offset);
  if (piece === undefined) return close;
  return piece.isPlain ? piece.at + offset - piece.from : piece.at;
}

function readEscape(text: string, at: number): { readonly character: string; readonly raw: number } {
  ESCAPE.lastIndex = at;
  const [whole = '\\', x, u, long, other] = ESCAPE.exec(text) ?? [];
  const code = x ?? u ?? long;
  if (code !== undefined)
    return { character: String.fromCodePoint(Math.min(0x10ffff, parseInt(code, 16))), raw: whole.length };
  return { character: CHARACTERS[other ?? ''] ?? other ?? '', raw: whole.length };
}

function take(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}
