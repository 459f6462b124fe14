// The characters of a regular expression, by code points.

import { InputError } from '@coldhunt/core';

const MAX_INT = 2 ** 31 - 1;

/** Lucene's own syntax, on fields; or what Java's Pattern has in common with it, on the results of functions. */
export type RegexpDialect = 'lucene' | 'java';

export class RegexpReader {
  readonly text: string;
  readonly isJava: boolean;
  at = 0;

  constructor(text: string, dialect: RegexpDialect) {
    this.text = text;
    this.isJava = dialect === 'java';
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** Whether one of these ASCII characters stands here. */
  isOneOf(characters: string): boolean {
    return !this.isAtEnd && characters.includes(this.text.charAt(this.at));
  }

  takeIf(character: string): boolean {
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** Takes an operator that only Lucene knows. */
  takeIfLucene(character: string): boolean {
    return !this.isJava && this.takeIf(character);
  }

  /** Takes one code point. */
  take(): number {
    if (this.isAtEnd) throw this.error(this.at, 'a character is expected, found the end');
    const code = this.text.codePointAt(this.at) as number;
    this.at += code > 0xff_ff ? 2 : 1;
    return code;
  }

  /** Takes one code point, or the one after a backslash. */
  takeCharacter(): number {
    this.takeIf('\\');
    return this.take();
  }

  /** Takes the digits that stand here; null: none. */
  takeInteger(): number | null {
    const from = this.at;
    while (this.isOneOf('0123456789')) this.at += 1;
    if (this.at === from) return null;
    const value = Number(this.text.slice(from, this.at));
    if (value > MAX_INT) throw this.error(from, `a repetition can be at most ${MAX_INT}`);
    return value;
  }

  /** Takes everything up to and with this character; gives what stands before it. */
  takeThrough(character: string, openedAt: number): string {
    const end = this.text.indexOf(character, this.at);
    if (end < 0) {
      const opening = this.text.charAt(openedAt);
      throw this.error(openedAt, `this ${opening} is not closed: write \\${opening} for the character`);
    }
    const text = this.text.slice(this.at, end);
    this.at = end + 1;
    return text;
  }

  /** What stands here, for a message. */
  describe(): string {
    return this.isAtEnd ? 'the end' : `"${String.fromCodePoint(this.text.codePointAt(this.at) as number)}"`;
  }

  error(at: number, message: string): InputError {
    const shown = this.text.length > 60 ? `${this.text.slice(0, 60)}…` : this.text;
    return new InputError('REGEXP_SYNTAX', `regular expression /${shown}/, character ${at + 1}: ${message}`, {
      details: { at },
    });
  }
}
