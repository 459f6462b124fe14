// Where keys, tables and values stand in a text that a TOML parser has accepted, however it is laid out: tables, dotted keys, inline
// tables, all on one line. The parser gives no places.

import { readTomlString } from './toml-string.ts';

export interface TomlEntry {
  /** Names from the root on; the tables of an array have one path. */
  readonly path: readonly string[];
  /** Of the key, or of the bracket that opens a table. */
  readonly at: number;
  /** Of the value; null for a table with a header of its own. */
  readonly valueAt: number | null;
}

/** Longer paths are nobody's problem. */
const MAX_PATH = 5;
const BLANK = /[ \t\r\n]+|#[^\n]*/y;
const SPACE = /[ \t]+/y;
const BARE_KEY = /[\w-]+/y;
/** A number, a date, true or false. */
const OTHER_VALUE = /[^,\]}\n#]+/y;

/** All entries in the order of the text. */
export function scanToml(text: string): readonly TomlEntry[] {
  return new Scanner(text).document();
}

class Scanner {
  readonly #text: string;
  readonly #entries: TomlEntry[] = [];
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): readonly TomlEntry[] {
    let table: readonly string[] = [];
    this.#each(() => {
      if (this.#text[this.#at] === '[') table = this.#header();
      else this.#pair(table);
    });
    return this.#entries;
  }

  #header(): readonly string[] {
    const at = this.#at;
    while (this.#text[this.#at] === '[') this.#at += 1;
    const path = this.#key();
    while (this.#text[this.#at] === ']') this.#at += 1;
    this.#add({ path, at, valueAt: null });
    return path;
  }

  #pair(table: readonly string[]): void {
    const at = this.#at;
    const path = [...table, ...this.#key()];
    if (this.#text[this.#at] === '=') this.#at += 1;
    this.#take(SPACE);
    this.#add({ path, at, valueAt: this.#at });
    this.#value(path);
  }

  /** `a.b."c d"`. */
  #key(): string[] {
    const names: string[] = [];
    for (;;) {
      this.#take(SPACE);
      const character = this.#text[this.#at];
      names.push(character === '"' || character === "'" ? this.#string() : this.#take(BARE_KEY));
      this.#take(SPACE);
      if (this.#text[this.#at] !== '.') return names;
      this.#at += 1;
    }
  }

  #value(path: readonly string[]): void {
    switch (this.#text[this.#at]) {
      case '"':
      case "'":
        this.#string();
        return;
      case '{':
        this.#members(() => {
          this.#pair(path);
        });
        return;
      case '[':
        this.#members(() => {
          this.#value(path);
        });
        return;
      default:
        this.#take(OTHER_VALUE);
    }
  }

  #members(readMember: () => void): void {
    this.#at += 1;
    this.#each(() => {
      const character = this.#text[this.#at];
      if (character === ',') this.#at += 1;
      else if (character !== ']' && character !== '}') readMember();
    });
    this.#at += 1;
  }

  /** Until one reads nothing: the end, or what closes. */
  #each(read: () => void): void {
    for (;;) {
      while (this.#take(BLANK) !== '');
      const before = this.#at;
      if (before < this.#text.length) read();
      if (this.#at === before) return;
    }
  }

  #string(): string {
    const { value, end } = readTomlString(this.#text, this.#at);
    this.#at = end;
    return value;
  }

  #add(entry: TomlEntry): void {
    if (entry.path.length <= MAX_PATH) this.#entries.push(entry);
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const [found = ''] = pattern.exec(this.#text) ?? [];
    this.#at += found.length;
    return found;
  }
}
