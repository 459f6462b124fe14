// The strings of EQL: "with escapes" and """raw""" (semantics-eql.md 2.1).

export type ReadString =
  | { readonly text: string; readonly to: number }
  | { readonly problem: string; readonly at: number };

const ESCAPES: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  '"': '"',
  "'": "'",
  '\\': '\\',
};
const RAW_MARK = '"""';
const MAX_CODE_POINT = 0x10_ff_ff;

/** Whether a string begins here, of the old forms too, which are then refused with what to write instead. */
export function startsString(text: string, at: number): boolean {
  const first = text[at];
  if (first === '"' || first === "'") return true;
  return first === '?' && (text[at + 1] === '"' || text[at + 1] === "'");
}

/** Reads the string at `from`: its value and where it ends, or what is wrong and where. */
export function readString(text: string, from: number): ReadString {
  if (text[from] === '?') {
    return {
      at: from,
      problem: 'a string with ? before it is no longer known: write a raw string in """three quotes"""',
    };
  }
  if (text[from] === "'") {
    return { at: from, problem: 'a string stands in double quotes, not in single ones: write "…"' };
  }
  return text.startsWith(RAW_MARK, from) ? readRaw(text, from) : readEscaped(text, from);
}

/** The first three quotes end it; one or two more right after them belong to the value. */
function readRaw(text: string, from: number): ReadString {
  const start = from + RAW_MARK.length;
  const mark = text.indexOf(RAW_MARK, start);
  const lineEnd = indexOfLineEnd(text, start, mark < 0 ? text.length : mark);
  if (lineEnd >= 0) return { at: from, problem: 'a raw string cannot go on in the next line: """ is missing' };
  if (mark < 0) return { at: from, problem: 'this raw string is not closed: expected """ before the end of the query' };
  let end = mark;
  while (end < mark + 2 && text[end + RAW_MARK.length] === '"') end += 1;
  return { text: text.slice(start, end), to: end + RAW_MARK.length };
}

function readEscaped(text: string, from: number): ReadString {
  let value = '';
  let copied = from + 1;
  for (let at = from + 1; at < text.length; at += 1) {
    const character = text[at];
    if (character === '"') return { text: value + text.slice(copied, at), to: at + 1 };
    if (character === '\n' || character === '\r') {
      return {
        at: from,
        problem: String.raw`a string cannot go on in the next line: " is missing (a line break is written \n)`,
      };
    }
    if (character !== '\\') continue;
    const escape = readEscape(text, at);
    if ('problem' in escape) return escape;
    value += text.slice(copied, at) + escape.text;
    copied = escape.to;
    at = escape.to - 1;
  }
  return { at: from, problem: 'this string is not closed: expected another " before the end of the query' };
}

function readEscape(text: string, at: number): ReadString {
  const next = text.charAt(at + 1);
  if (next === 'u') return readCodePoint(text, at);
  if (next !== '' && Object.hasOwn(ESCAPES, next)) return { text: ESCAPES[next] as string, to: at + 2 };
  const found = next === '' ? '\\' : `\\${String.fromCodePoint(text.codePointAt(at + 1) as number)}`;
  return {
    at,
    problem: `"${found}" is no escape: write the backslash twice (\\\\), or the string in """three quotes""", where nothing is one`,
  };
}

/** `\u{1f600}`. */
function readCodePoint(text: string, at: number): ReadString {
  const [written, digits] = /^\\u\{([\da-fA-F]{1,40})\}/.exec(text.slice(at, at + 44)) ?? [];
  if (written === undefined || digits === undefined) {
    return { at, problem: String.raw`after \u a code point in hexadecimal digits is expected: \u{1f600}` };
  }
  const code = Number.parseInt(digits, 16);
  const isSurrogate = code >= 0xd8_00 && code <= 0xdf_ff;
  if (digits.length < 2 || digits.length > 8 || isSurrogate || code > MAX_CODE_POINT) {
    return {
      at,
      problem: `${written} is no code point: 2 to 8 hexadecimal digits, up to 10ffff, without d800 to dfff`,
    };
  }
  return { text: String.fromCodePoint(code), to: at + written.length };
}

function indexOfLineEnd(text: string, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (text[at] === '\n' || text[at] === '\r') return at;
  return -1;
}
