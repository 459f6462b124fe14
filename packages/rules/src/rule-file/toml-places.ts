// Where things stand in an Elastic rule file, so that a problem names its line. The parser of TOML gives no places for what it read;
// these are found again in the text, and null where that would be a guess.

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface TomlPlaces {
  /** A key or table outside of [rule], where it stands first; null where it is not written plainly. */
  placeOfRoot(key: string): Place | null;
  /** The key of the [rule] table, or its own table (`[[rule.threat]]`, the one of `index`); else the [rule] header. */
  placeOf(key: string, index?: number): Place | null;
  /** The character at an offset of the text that a key of the [rule] table holds; null unless it stands there without escapes. */
  placeIn(key: string, value: string, offset: number): Place | null;
}

/** Keys of the API that Elastic's files keep in the table [rule.new_terms]. */
const TERM_KEYS: ReadonlySet<string> = new Set(['new_terms_fields', 'history_window_start']);

interface Line {
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
  readonly number: number;
}

/** Looks through the lines once; lines inside of multi-line strings are nobody's keys. */
export function createTomlPlaces(text: string): TomlPlaces {
  let table = '';
  let header: Place | null = null;
  const keys = new Map<string, Line & { readonly column: number }>();
  const tables = new Map<string, Place[]>();
  const roots = new Map<string, Place>();
  const addRoot = (name: string, place: Place): void => {
    if (!roots.has(name)) roots.set(name, place);
  };
  for (const line of codeLines(text)) {
    const start = line.text.trimStart();
    const column = line.text.length - start.length + 1;
    const name = /^\[\[?\s*([^[\]]+?)\s*\]/.exec(start)?.[1];
    if (name !== undefined) {
      table = name;
      if (name === 'rule') header = { line: line.number, column };
      addRoot(name.split('.')[0] ?? '', { line: line.number, column });
      tables.set(name, [...(tables.get(name) ?? []), { line: line.number, column }]);
      continue;
    }
    const key = /^([\w-]+)\s*=/.exec(start)?.[1];
    if (key !== undefined && table === 'rule') keys.set(key, { ...line, column });
    if (key !== undefined && table === '') addRoot(key, { line: line.number, column });
  }
  return {
    placeOfRoot: (key) => roots.get(key) ?? null,
    placeOf: (key, index = 0) => {
      const found = keys.get(key);
      if (found !== undefined) return { line: found.number, column: found.column };
      const own = tables.get(`rule.${key}`) ?? tables.get(`rule.new_terms.${key}`);
      const terms = TERM_KEYS.has(key) ? tables.get('rule.new_terms') : undefined;
      return own?.[index] ?? own?.[0] ?? terms?.[0] ?? header;
    },
    placeIn: (key, value, offset) => {
      const found = keys.get(key);
      if (found === undefined) return null;
      const opening = /^\s*[\w-]+\s*=\s*('''\r?\n?|"""\r?\n?|'|")/.exec(text.slice(found.at, found.at + 500))?.[0];
      if (opening === undefined) return null;
      const start = found.at + opening.length;
      if (!text.startsWith(value, start)) return null;
      return placeAt(text, start + offset);
    },
  };
}

/** Line and column (from 1, in UTF-16 units) of an offset. */
export function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

function* codeLines(text: string): Generator<Line> {
  let open: string | null = null;
  let at = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (open === null) yield { text: line, at, number: index + 1 };
    for (const quotes of line.match(/'''|"""/g) ?? []) {
      if (open === null) open = quotes;
      else if (open === quotes) open = null;
    }
    at += line.length + 1;
  }
}
