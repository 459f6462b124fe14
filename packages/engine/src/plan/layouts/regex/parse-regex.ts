// The text of a regular expression -> its tree. The common part of all dialects; `(?<year>…)` and Python's `(?P<year>…)` name groups.

import { InputError } from '@coldhunt/core';
import type { CharTest, RegexNode } from './regex-program.ts';

const DEEPEST = 50;
const MOST_REPEATS = 1_000;
const isDigit: CharTest = (code) => code >= 0x30 && code <= 0x39;
const isWord: CharTest = (code) =>
  isDigit(code) || (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a) || code === 0x5f;
const isSpace: CharTest = (code) => code === 0x20 || (code >= 0x09 && code <= 0x0d) || code === 0xa0;
const not =
  (test: CharTest): CharTest =>
  (code) =>
    !test(code);
const CLASSES: Readonly<Record<string, CharTest>> = {
  d: isDigit,
  D: not(isDigit),
  w: isWord,
  W: not(isWord),
  s: isSpace,
  S: not(isSpace),
};
const CONTROLS: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', v: '\v' };

export interface ParsedRegex {
  readonly root: RegexNode;
  /** Names of the groups, by slot. */
  readonly groups: readonly string[];
}

/** Throws InputError LAYOUT_INVALID with the column. */
export function parseRegex(source: string): ParsedRegex {
  const parser = new Parser(source);
  const root = parser.either(0);
  if (!parser.isAtEnd) throw parser.invalid('an opening "(" is missing');
  return { root, groups: parser.groups };
}

class Parser {
  readonly groups: string[] = [];
  readonly #source: string;
  #at = 0;

  constructor(source: string) {
    this.#source = source;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#source.length;
  }

  either(depth: number): RegexNode {
    if (depth > DEEPEST) throw this.invalid(`groups lie deeper than ${DEEPEST}`);
    const nodes = [this.#sequence(depth)];
    while (this.#take('|')) nodes.push(this.#sequence(depth));
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'either', nodes };
  }

  invalid(reason: string): InputError {
    return new InputError(
      'LAYOUT_INVALID',
      `cannot use the layout ${JSON.stringify(this.#source)}: ${reason}, at column ${this.#at + 1}`,
      { details: { layout: this.#source, column: this.#at + 1 } },
    );
  }

  #sequence(depth: number): RegexNode {
    const nodes: RegexNode[] = [];
    while (!this.isAtEnd && this.#peek() !== '|' && this.#peek() !== ')') nodes.push(this.#repeated(this.#atom(depth)));
    return { kind: 'sequence', nodes };
  }

  #repeated(node: RegexNode): RegexNode {
    const bounds = this.#bounds();
    if (bounds === null) return node;
    if (node.kind === 'start' || node.kind === 'end') throw this.invalid('nothing to repeat');
    const isLazy = this.#take('?');
    if (this.#peek() === '+') throw this.invalid('possessive repetition is not supported');
    if (this.#peek() === '*' || this.#bounds() !== null) throw this.invalid('a repetition of a repetition');
    return { kind: 'repeat', node, ...bounds, isLazy };
  }

  #bounds(): { least: number; most: number } | null {
    if (this.#take('*')) return { least: 0, most: Number.POSITIVE_INFINITY };
    if (this.#take('+')) return { least: 1, most: Number.POSITIVE_INFINITY };
    if (this.#take('?')) return { least: 0, most: 1 };
    const [all, low = '', comma, high = ''] =
      /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(this.#source.slice(this.#at, this.#at + 12)) ?? [];
    if (all === undefined) return null;
    this.#at += all.length;
    const least = Number(low);
    const most = comma === '' ? least : high === '' ? Number.POSITIVE_INFINITY : Number(high);
    if (least > most || least > MOST_REPEATS || (most !== Number.POSITIVE_INFINITY && most > MOST_REPEATS)) {
      throw this.invalid(`${all} is out of order or beyond ${MOST_REPEATS}`);
    }
    return { least, most };
  }

  #atom(depth: number): RegexNode {
    const character = this.#next();
    switch (character) {
      case '(':
        return this.#group(depth);
      case '[':
        return { kind: 'char', test: this.#set() };
      case '.':
        return { kind: 'char', test: (code) => code !== 0x0a };
      case '^':
        return { kind: 'start' };
      case '$':
        return { kind: 'end' };
      case '\\':
        return { kind: 'char', test: this.#escape() };
      case '*':
      case '+':
      case '?':
        this.#at -= 1;
        throw this.invalid('nothing to repeat');
      default:
        return { kind: 'char', test: equalTo(character) };
    }
  }

  #group(depth: number): RegexNode {
    if (this.#take('?:')) return this.#closed(this.either(depth + 1));
    if (!this.#take('?')) return this.#closed(this.either(depth + 1));
    this.#take('P');
    const [all, name = ''] = /^<([A-Za-z_][A-Za-z0-9_]*)>/.exec(this.#source.slice(this.#at, this.#at + 80)) ?? [];
    if (all === undefined) throw this.invalid('only (…), (?:…) and (?<name>…) are supported');
    if (this.groups.includes(name)) throw this.invalid(`the group "${name}" stands twice`);
    this.#at += all.length;
    const slot = this.groups.push(name) - 1;
    return { kind: 'group', slot, node: this.#closed(this.either(depth + 1)) };
  }

  #closed(node: RegexNode): RegexNode {
    if (!this.#take(')')) throw this.invalid('a closing ")" is missing');
    return node;
  }

  #escape(): CharTest {
    if (this.isAtEnd) throw this.invalid('a "\\" stands at the end');
    const character = this.#next();
    const known = CLASSES[character];
    if (known !== undefined) return known;
    return equalTo(this.#plain(character));
  }

  #plain(character: string): string {
    if (!/[A-Za-z0-9]/.test(character)) return character;
    const control = CONTROLS[character];
    if (control === undefined) throw this.invalid(`"\\${character}" is not supported`);
    return control;
  }

  #set(): CharTest {
    const isNegated = this.#take('^');
    const tests: CharTest[] = [];
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.isAtEnd) throw this.invalid('a closing "]" is missing');
      tests.push(this.#setMember());
    }
    this.#at += 1;
    const any: CharTest = (code) => tests.some((test) => test(code));
    return isNegated ? not(any) : any;
  }

  #setMember(): CharTest {
    const from = this.#setCharacter();
    if (typeof from !== 'string') return from;
    if (this.#peek() !== '-' || this.#source[this.#at + 1] === ']' || this.#source[this.#at + 1] === undefined) {
      return equalTo(from);
    }
    this.#at += 1;
    const to = this.#setCharacter();
    const [low, high] = [from.charCodeAt(0), typeof to === 'string' ? to.charCodeAt(0) : -1];
    if (low > high) throw this.invalid('a range of characters is out of order');
    return (code) => code >= low && code <= high;
  }

  #setCharacter(): string | CharTest {
    const character = this.#next();
    if (character !== '\\') return character;
    if (this.isAtEnd) throw this.invalid('a "\\" stands at the end');
    const escaped = this.#next();
    return CLASSES[escaped] ?? this.#plain(escaped);
  }

  #peek(): string | undefined {
    return this.#source[this.#at];
  }

  #next(): string {
    const character = this.#source.charAt(this.#at);
    this.#at += 1;
    return character;
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }
}

function equalTo(character: string): CharTest {
  const wanted = character.charCodeAt(0);
  return (code) => code === wanted;
}
