// The characters of a KQL query: literals with their escapes, white space, keywords, positions. Every character is looked at a
// bounded number of times.

import { InputError } from '@coldhunt/core';
import { lineStarts, positionIn } from '../text-position.ts';
import type { KqlPosition, KqlValue } from './kql-tree.ts';

export type Keyword = 'and' | 'or' | 'not';

const SPECIAL: ReadonlySet<string> = new Set('\\():<>"{}');
const ESCAPABLE: ReadonlySet<string> = new Set('\\():<>"*{}');
const CONTROL_ESCAPES: Readonly<Record<string, string>> = { t: '\t', r: '\r', n: '\n' };

export class KqlScanner {
  readonly text: string;
  at = 0;
  #lineStarts: readonly number[] | null = null;

  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The character here, empty at the end. */
  peek(): string {
    return this.text.charAt(this.at);
  }

  skipSpaces(): void {
    this.at = this.#spacesEnd(this.at);
  }

  /** Takes `not` and the white space after it, if they stand here. */
  takeNot(): boolean {
    const end = this.#notEnd(this.at);
    if (end < 0) return false;
    this.at = end;
    return true;
  }

  /** Takes white space, `and` or `or`, and white space, if they stand here. */
  takeOperator(): 'and' | 'or' | null {
    const wordAt = this.#spacesEnd(this.at);
    const keyword = this.#operatorAt(this.at, wordAt);
    if (keyword === null) return null;
    this.at = this.#spacesEnd(wordAt + keyword.length);
    return keyword;
  }

  /** Takes `<=`, `>=`, `<` or `>`. */
  takeRangeOperator(): 'lt' | 'lte' | 'gt' | 'gte' | null {
    const sign = this.peek();
    if (sign !== '<' && sign !== '>') return null;
    this.at += 1;
    const isInclusive = this.peek() === '=';
    if (isInclusive) this.at += 1;
    return `${sign === '<' ? 'l' : 'g'}t${isInclusive ? 'e' : ''}` as 'lt' | 'lte' | 'gt' | 'gte';
  }

  /** A quoted or unquoted literal. `what` names it in the error when none stands here. */
  literal(what: string): KqlValue {
    return this.peek() === '"' ? this.#quoted() : this.#unquoted(what);
  }

  /** A keyword of whatever kind that stands here, for a message. */
  keywordHere(): Keyword | null {
    if (this.#notEnd(this.at) >= 0) return 'not';
    return this.#operatorAt(this.at, this.#spacesEnd(this.at));
  }

  position(offset: number): KqlPosition {
    this.#lineStarts ??= lineStarts(this.text);
    return positionIn(this.#lineStarts, offset);
  }

  /** The error KQL_SYNTAX at an offset. */
  error(offset: number, message: string): InputError {
    const { line, column } = this.position(offset);
    return new InputError('KQL_SYNTAX', `${line}:${column}: ${message}`, { details: { line, column, offset } });
  }

  /** What stands here, for a message. */
  describe(offset: number): string {
    if (offset >= this.text.length) return 'the end of the query';
    const character = String.fromCodePoint(this.text.codePointAt(offset) as number);
    const [word = character] = /^[\p{L}\p{N}_]{1,20}/u.exec(this.text.slice(offset, offset + 40)) ?? [];
    return `"${word}"`;
  }

  #quoted(): KqlValue {
    const from = this.at;
    let text = '';
    let copied = from + 1;
    for (let at = from + 1; at < this.text.length; at += 1) {
      const character = this.text[at];
      if (character === '"') {
        this.at = at + 1;
        return { kind: 'text', text: text + this.text.slice(copied, at), isQuoted: true, at: this.position(from) };
      }
      if (character !== '\\') continue;
      const escape = this.#commonEscape(at);
      const next = this.text[at + 1];
      const decoded = escape?.text ?? (next === '"' || next === '\\' ? next : null);
      if (decoded === null) continue;
      text += this.text.slice(copied, at) + decoded;
      at += (escape?.length ?? 2) - 1;
      copied = at + 1;
    }
    throw this.error(from, 'this quotation mark is not closed: expected another " before the end of the query');
  }

  #unquoted(what: string): KqlValue {
    const from = this.at;
    const parts: string[] = [];
    let part = '';
    let copied = from;
    let at = from;
    while (at < this.text.length) {
      const character = this.text[at] as string;
      if (character === '*') {
        parts.push(part + this.text.slice(copied, at));
        part = '';
        at += 1;
        copied = at;
      } else if (character === '\\') {
        const escape = this.#unquotedEscape(at);
        part += this.text.slice(copied, at) + escape.text;
        at += escape.length;
        copied = at;
      } else if (isSpace(character)) {
        // A run of white space is ordinary text as a whole, or ends the literal as a whole.
        const wordAt = this.#spacesEnd(at);
        if (this.#operatorAt(at, wordAt) !== null) break;
        at = wordAt;
      } else if (SPECIAL.has(character) || this.#notEnd(at) >= 0) {
        break;
      } else {
        at += 1;
      }
    }
    if (at === from) {
      const keyword = this.keywordHere();
      const found = keyword === null ? this.describe(from) : `"${keyword}"`;
      const hint = keyword === null ? '' : ` (quote it, or write \\${keyword}, to search for the word)`;
      throw this.error(from, `${what} expected, found ${found}${hint}`);
    }
    parts.push(part + this.text.slice(copied, at));
    this.at = at;
    return toValue(parts, this.position(from));
  }

  #unquotedEscape(at: number): { readonly text: string; readonly length: number } {
    const next = this.text.charAt(at + 1);
    if (next !== '' && ESCAPABLE.has(next)) return { text: next, length: 2 };
    for (const word of ['and', 'or', 'not']) {
      const found = this.text.slice(at + 1, at + 1 + word.length);
      if (found.toLowerCase() === word) return { text: found, length: word.length + 1 };
    }
    const escape = this.#commonEscape(at);
    if (escape !== null) return escape;
    const found = next === '' ? 'nothing' : `"${String.fromCodePoint(this.text.codePointAt(at + 1) as number)}"`;
    throw this.error(
      at,
      `a backslash must be written twice (\\\\) or the value quoted: \\ before ${found} means nothing`,
    );
  }

  /** `\t`, `\r`, `\n` and `\uXXXX`. */
  #commonEscape(at: number): { readonly text: string; readonly length: number } | null {
    const next = this.text.charAt(at + 1);
    const control = Object.hasOwn(CONTROL_ESCAPES, next) ? CONTROL_ESCAPES[next] : undefined;
    if (control !== undefined) return { text: control, length: 2 };
    if (next !== 'u') return null;
    const digits = this.text.slice(at + 2, at + 6);
    return /^[\da-f]{4}$/i.test(digits) ? { text: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 } : null;
  }

  #spacesEnd(from: number): number {
    let at = from;
    while (at < this.text.length && isSpace(this.text[at] as string)) at += 1;
    return at;
  }

  /** `and` or `or` at `wordAt` with white space on both sides (from `spacesAt` on). */
  #operatorAt(spacesAt: number, wordAt: number): 'and' | 'or' | null {
    if (wordAt === spacesAt) return null;
    const word = this.text.slice(wordAt, wordAt + 4).toLowerCase();
    if (word.startsWith('or') && isSpace(word.charAt(2))) return 'or';
    return word.startsWith('and') && isSpace(word.charAt(3)) ? 'and' : null;
  }

  /** Where `not` and the white space after it end, or -1. It needs no boundary before it: `knot or` ends at `k`. */
  #notEnd(at: number): number {
    const first = this.text[at];
    if (first !== 'n' && first !== 'N') return -1;
    const word = this.text.slice(at, at + 4).toLowerCase();
    return word.startsWith('not') && isSpace(word.charAt(3)) ? this.#spacesEnd(at + 3) : -1;
  }
}

export function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r' || character === '\u00a0';
}

/** Trims the whole, as Kibana does after joining, and reads null, true and false. */
function toValue(parts: string[], at: KqlPosition): KqlValue {
  const last = parts.length - 1;
  parts[0] = (parts[0] as string).trimStart();
  parts[last] = (parts[last] as string).trimEnd();
  if (last > 0) return { kind: 'wildcard', parts, at };
  const text = parts[0];
  if (text === 'null') return { kind: 'null', at };
  if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true', at };
  return { kind: 'text', text, isQuoted: false, at };
}
