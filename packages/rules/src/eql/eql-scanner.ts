// The tokens of an EQL query (semantics-eql.md 2): white space and comments gone, literals decoded. One token ahead is known; every
// character is looked at a bounded number of times.

import { InputError } from '@coldhunt/core';
import { lineStarts, positionIn } from '../text-position.ts';
import { wholeNumber, double, type EqlNumber } from './eql-number.ts';
import { readString, startsString } from './eql-string.ts';
import type { EqlPosition } from './eql-tree.ts';

export const EQL_KEYWORDS: ReadonlySet<string> = new Set(
  'and any by false in in~ join like like~ maxspan not null of or regex regex~ sample sequence true until where with'.split(
    ' ',
  ),
);

/** Longer ones before their beginnings. */
const SYMBOLS = ['![', '==', '!=', '<=', '>=', ...'<>=:+-*/%.,()[]|?'];

/** Characters that people write here, with what they meant. */
const CHARACTER_HINTS: Readonly<Record<string, string>> = {
  "'": 'strings stand in double quotes',
  '\u2018': 'strings stand in straight double quotes',
  '\u2019': 'strings stand in straight double quotes',
  '\u201c': 'strings stand in straight double quotes',
  '\u201d': 'strings stand in straight double quotes',
  '&': 'write "and"',
  '!': 'write "not", or != for "differs from"',
  ';': 'a query ends without a mark',
  '~': 'a ~ stands right after the name of a function, in, like or regex',
};

interface Place {
  readonly from: number;
  readonly to: number;
}

export type EqlToken = Place &
  (
    | { readonly kind: 'symbol' | 'keyword'; readonly text: string }
    /** `isQuoted`: in backticks; `hasTilde`: a function's name with its `~`, which is not part of the text. */
    | { readonly kind: 'name'; readonly text: string; readonly isQuoted: boolean; readonly hasTilde: boolean }
    | { readonly kind: 'string'; readonly text: string }
    | { readonly kind: 'number'; readonly value: EqlNumber }
    | { readonly kind: 'end' }
  );

export class EqlScanner {
  readonly text: string;
  #token: EqlToken;
  #previous: EqlToken = { kind: 'end', from: 0, to: 0 };
  #lineStarts: readonly number[] | null = null;
  /** Sticky: each is asked where something that begins at an offset ends. */
  readonly #patterns = {
    word: /[A-Za-z_@][A-Za-z0-9_]*/y,
    number: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?/y,
    spaces: /[ \t\r\n]*/y,
    restOfLine: /[^\r\n]*/y,
    commentMark: /\/\*|\*\//g,
  };

  constructor(text: string) {
    this.text = text;
    this.#token = this.#read(0);
  }

  /** The token that stands here. */
  get token(): EqlToken {
    return this.#token;
  }

  /** The token before it; at the beginning an empty end. */
  get previous(): EqlToken {
    return this.#previous;
  }

  /** Takes the token and goes to the next. */
  take(): EqlToken {
    const token = this.#token;
    this.#previous = token;
    this.#token = this.#read(token.to);
    return token;
  }

  /** Whether this symbol or keyword stands here. */
  is(text: string): boolean {
    const token = this.#token;
    return (token.kind === 'symbol' || token.kind === 'keyword') && token.text === text;
  }

  /** The place of the token that stands here. */
  here(): EqlPosition {
    return this.position(this.#token.from);
  }

  /** Takes this symbol or keyword if it stands here. */
  takeIf(text: string): boolean {
    if (!this.is(text)) return false;
    this.take();
    return true;
  }

  position(offset: number): EqlPosition {
    this.#lineStarts ??= lineStarts(this.text);
    return positionIn(this.#lineStarts, offset);
  }

  /** The error EQL_SYNTAX at an offset. */
  error(offset: number, message: string, code: 'EQL_SYNTAX' | 'EQL_LIMIT' = 'EQL_SYNTAX'): InputError {
    const { line, column } = this.position(offset);
    return new InputError(code, `${line}:${column}: ${message}`, { details: { line, column, offset } });
  }

  /** What a token is, for a message: at most 40 characters of it. */
  describe(token: EqlToken = this.#token): string {
    if (token.kind === 'end') return 'the end of the query';
    const written = this.text.slice(token.from, Math.min(token.to, token.from + 40));
    const cut = token.to - token.from > 40 ? `${written}…` : written;
    return token.kind === 'string'
      ? `the string ${cut}`
      : token.kind === 'keyword'
        ? `the keyword "${cut}"`
        : `"${cut}"`;
  }

  #read(after: number): EqlToken {
    const from = this.#skip(after);
    if (from >= this.text.length) return { kind: 'end', from: this.text.length, to: this.text.length };
    return this.#word(from) ?? this.#quotedName(from) ?? this.#number(from) ?? this.#string(from) ?? this.#symbol(from);
  }

  #string(from: number): EqlToken | null {
    if (!startsString(this.text, from)) return null;
    const read = readString(this.text, from);
    if ('problem' in read) throw this.error(read.at, read.problem);
    return { kind: 'string', text: read.text, from, to: read.to };
  }

  #word(from: number): EqlToken | null {
    const to = this.#endOf('word', from);
    if (to < 0) return null;
    const text = this.text.slice(from, to);
    const hasTilde = this.text[to] === '~';
    if (hasTilde && EQL_KEYWORDS.has(`${text}~`)) return { kind: 'keyword', text: `${text}~`, from, to: to + 1 };
    if (!hasTilde && EQL_KEYWORDS.has(text)) return { kind: 'keyword', text, from, to };
    return { kind: 'name', text, isQuoted: false, hasTilde, from, to: hasTilde ? to + 1 : to };
  }

  #quotedName(from: number): EqlToken | null {
    if (this.text[from] !== '`') return null;
    let end = this.text.indexOf('`', from + 1);
    while (end >= 0 && this.text[end + 1] === '`') end = this.text.indexOf('`', end + 2);
    if (end < 0) throw this.error(from, 'this backtick is not closed: expected another ` before the end of the query');
    const text = this.text.slice(from + 1, end).replaceAll('``', '`');
    return { kind: 'name', text, isQuoted: true, hasTilde: false, from, to: end + 1 };
  }

  #number(from: number): EqlToken | null {
    const to = this.#endOf('number', from);
    if (to < 0) return null;
    const text = this.text.slice(from, to);
    if (!/^\d+$/.test(text)) return { kind: 'number', value: double(Number(text)), from, to };
    // Longer ones are doubles; BigInt of a long text would take quadratic time.
    const value = text.length > 40 ? double(Number(text)) : wholeNumber(BigInt(text));
    return { kind: 'number', value, from, to };
  }

  #symbol(from: number): EqlToken {
    const symbol = SYMBOLS.find((candidate) => this.text.startsWith(candidate, from));
    if (symbol !== undefined) return { kind: 'symbol', text: symbol, from, to: from + symbol.length };
    const character = String.fromCodePoint(this.text.codePointAt(from) as number);
    const hint = Object.hasOwn(CHARACTER_HINTS, character) ? `: ${CHARACTER_HINTS[character]}` : '';
    const isVisible = !/[\s\p{C}]/u.test(character);
    const code = character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0');
    throw this.error(from, `${isVisible ? `"${character}"` : `the character U+${code}`} means nothing here${hint}`);
  }

  /** Where white space and comments end. */
  #skip(from: number): number {
    let at = from;
    for (;;) {
      at = this.#endOf('spaces', at);
      if (this.text.startsWith('//', at)) {
        at = this.#endOf('restOfLine', at);
      } else if (this.text.startsWith('/*', at)) {
        at = this.#commentEnd(at);
      } else {
        return at;
      }
    }
  }

  /** Where a comment and those nested in it end. */
  #commentEnd(from: number): number {
    let depth = 0;
    const { commentMark } = this.#patterns;
    commentMark.lastIndex = from;
    for (let mark = commentMark.exec(this.text); mark !== null; mark = commentMark.exec(this.text)) {
      depth += mark[0] === '/*' ? 1 : -1;
      if (depth === 0) return commentMark.lastIndex;
    }
    throw this.error(from, 'this comment is not closed: expected */ before the end of the query');
  }

  #endOf(name: 'word' | 'number' | 'spaces' | 'restOfLine', from: number): number {
    const pattern = this.#patterns[name];
    pattern.lastIndex = from;
    return pattern.test(this.text) ? pattern.lastIndex : -1;
  }
}
