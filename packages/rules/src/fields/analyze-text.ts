// Text -> tokens, as Lucene's standard analyzer gives them: the words of Unicode's word boundaries (UAX 29), lower-cased.
// Han and Hiragana give one token a character, and a word of more than 255 units is cut. Elastic's analyzer for scripts is the other one.

import type { Analyzer } from './field-type.ts';
import { lowerCase } from './lower-case.ts';

const MAX_TOKEN_UNITS = 255;

// Word-break classes. MID_LETTER joins letters, MID_NUM digits, MID_BOTH either; JOINER is what `_` does; EXTEND never breaks.
const OTHER = 0;
const LETTER = 1;
const DIGIT = 2;
const JOINER = 3;
const MID_LETTER = 4;
const MID_NUM = 5;
const MID_BOTH = 6;
const EXTEND = 7;
const SINGLE = 8;
const KATAKANA = 9;

const ASCII_CLASSES = asciiClasses();

/** Calls `visit` with each token in order, until it returns false. */
export function eachToken(analyzer: Analyzer, text: string, visit: (token: string) => boolean): void {
  if (analyzer === 'powershell') eachScriptToken(text, visit);
  else eachWord(text, visit);
}

function eachScriptToken(text: string, visit: (token: string) => boolean): void {
  for (const [token] of text.matchAll(/[\w-]+/g)) {
    if (!visit(token.toLowerCase())) return;
  }
}

function eachWord(text: string, visit: (token: string) => boolean): void {
  let at = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) as number;
    const kind = classOf(code);
    if (kind === SINGLE) {
      const end = skipExtends(text, at + unitsOf(code));
      if (!visit(lowerCase(text.slice(at, end)))) return;
      at = end;
    } else if (isWordClass(kind)) {
      const end = wordEnd(text, at, kind);
      const hasWord = kind !== JOINER || end.hasWord;
      if (hasWord && !visitWord(text.slice(at, end.at), visit)) return;
      at = end.at;
    } else {
      at += unitsOf(code);
    }
  }
}

/** All tokens of a text in order. */
export function analyzeText(analyzer: Analyzer, text: string): string[] {
  const tokens: string[] = [];
  eachToken(analyzer, text, (token) => {
    tokens.push(token);
    return true;
  });
  return tokens;
}

function visitWord(word: string, visit: (token: string) => boolean): boolean {
  if (word.length <= MAX_TOKEN_UNITS) return visit(lowerCase(word));
  for (let from = 0; from < word.length; from += MAX_TOKEN_UNITS) {
    if (!visit(lowerCase(word.slice(from, from + MAX_TOKEN_UNITS)))) return false;
  }
  return true;
}

/** Where the word that begins at `from` ends, and whether it holds more than joiners. */
function wordEnd(text: string, from: number, first: number): { at: number; hasWord: boolean } {
  let before = first;
  let hasWord = first !== JOINER;
  let at = skipExtends(text, from + unitsOf(text.codePointAt(from) as number));
  while (at < text.length) {
    const code = text.codePointAt(at) as number;
    const kind = classOf(code);
    const next = skipExtends(text, at + unitsOf(code));
    if (joins(before, kind)) {
      before = kind;
      at = next;
    } else if (
      isMiddle(kind) &&
      next < text.length &&
      bridges(before, kind, classOf(text.codePointAt(next) as number))
    ) {
      const after = text.codePointAt(next) as number;
      before = classOf(after);
      at = skipExtends(text, next + unitsOf(after));
    } else {
      break;
    }
    if (before !== JOINER) hasWord = true;
  }
  return { at, hasWord };
}

function joins(before: number, kind: number): boolean {
  if (before === KATAKANA || kind === KATAKANA) {
    return (before === KATAKANA || before === JOINER) && (kind === KATAKANA || kind === JOINER);
  }
  return isWordClass(before) && isWordClass(kind);
}

function bridges(before: number, middle: number, after: number): boolean {
  if (before === LETTER && after === LETTER) return middle === MID_LETTER || middle === MID_BOTH;
  return before === DIGIT && after === DIGIT && (middle === MID_NUM || middle === MID_BOTH);
}

function isWordClass(kind: number): boolean {
  return kind === LETTER || kind === DIGIT || kind === JOINER || kind === KATAKANA;
}

function isMiddle(kind: number): boolean {
  return kind === MID_LETTER || kind === MID_NUM || kind === MID_BOTH;
}

function skipExtends(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.codePointAt(at) as number;
    if (code < 128 || classOf(code) !== EXTEND) break;
    at += unitsOf(code);
  }
  return at;
}

function unitsOf(code: number): number {
  return code > 0xffff ? 2 : 1;
}

function classOf(code: number): number {
  return code < 128 ? (ASCII_CLASSES[code] as number) : classOfWide(String.fromCodePoint(code));
}

function classOfWide(character: string): number {
  if (/[\p{M}\p{Cf}\u200d]/u.test(character)) return EXTEND;
  if (/[\p{Script=Katakana}\u30fc\u309b\u309c\uff70]/u.test(character)) return KATAKANA;
  if (/[\p{Script=Han}\p{Script=Hiragana}]/u.test(character)) return SINGLE;
  if (/[\p{L}\p{Nl}\u24b6-\u24e9]/u.test(character)) return LETTER;
  if (/[\p{Nd}]/u.test(character)) return DIGIT;
  if (/[\p{Pc}\u202f]/u.test(character)) return JOINER;
  if (/[··՟״‧︓﹕:]/u.test(character)) return MID_LETTER;
  if (/[‘’․﹒'.]/u.test(character)) return MID_BOTH;
  if (/[;։،؍٬߸⁄︐︔﹐﹔,;]/u.test(character)) return MID_NUM;
  if (/\p{Extended_Pictographic}/u.test(character)) return SINGLE;
  return OTHER;
}

function asciiClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  for (let code = 0; code < 128; code += 1) {
    const character = String.fromCharCode(code);
    if (/[a-z]/i.test(character)) classes[code] = LETTER;
    else if (/\d/.test(character)) classes[code] = DIGIT;
  }
  classes['_'.charCodeAt(0)] = JOINER;
  classes[':'.charCodeAt(0)] = MID_LETTER;
  for (const character of ',;') classes[character.charCodeAt(0)] = MID_NUM;
  for (const character of ".'") classes[character.charCodeAt(0)] = MID_BOTH;
  return classes;
}
