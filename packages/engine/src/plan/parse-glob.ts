// A glob's text -> its tree. `*` and `?` stay within a segment, `**` crosses slashes (`**/` also stands for nothing), `[a-z]` and `[!a]`
// are sets, `{a,b}` and `{01..31}` alternatives, `\` takes away a meaning.

import { InputError } from '@coldhunt/core';

export type GlobNode =
  | { readonly kind: 'character'; readonly test: (codePoint: number) => boolean }
  /** Any number of characters that pass the test. */
  | { readonly kind: 'many'; readonly test: (codePoint: number) => boolean }
  | { readonly kind: 'alternatives'; readonly options: readonly (readonly GlobNode[])[] };

const LONGEST_GLOB = 1024;
const MOST_NUMBERS = 1000;
const SLASH = 0x2f;

const isAny = (): boolean => true;
const isInSegment = (codePoint: number): boolean => codePoint !== SLASH;
const ANY: GlobNode = { kind: 'many', test: isAny };
const LITERAL_SLASH = literal(SLASH);
/** `**` with its slash: any number of whole segments, or none. */
export const ANY_FOLDERS: GlobNode = { kind: 'alternatives', options: [[], [ANY, LITERAL_SLASH]] };

/** Throws OPTION_INVALID with the position of what cannot be understood. */
export function parseGlob(glob: string): GlobNode[] {
  const text = [...glob];
  if (text.length === 0 || text.length > LONGEST_GLOB) {
    throw new InputError(
      'OPTION_INVALID',
      `a key pattern has 1 to ${LONGEST_GLOB} characters, this one ${text.length}`,
    );
  }
  const parser: Parser = { glob, text, at: 0 };
  return parseSequence(parser, false);
}

interface Parser {
  readonly glob: string;
  readonly text: readonly string[];
  at: number;
}

function parseSequence(parser: Parser, isInBraces: boolean): GlobNode[] {
  const nodes: GlobNode[] = [];
  while (parser.at < parser.text.length) {
    const character = parser.text[parser.at];
    if (isInBraces && (character === ',' || character === '}')) break;
    nodes.push(...parseNode(parser, isInBraces));
  }
  return nodes;
}

function parseNode(parser: Parser, isInBraces: boolean): GlobNode[] {
  const { text } = parser;
  const start = parser.at;
  const character = text[parser.at++] ?? '';
  switch (character) {
    case '?':
      return [{ kind: 'character', test: isInSegment }];
    case '*':
      return [parseStars(parser, start, isInBraces)];
    case '[':
      return [parseSet(parser, start)];
    case '{':
      return parseBraces(parser, start);
    case '\\': {
      const escaped = text[parser.at++];
      if (escaped === undefined) throw invalid(parser, start, 'a \\ stands at the end');
      return [literal(codePointOf(escaped))];
    }
    default:
      return [literal(codePointOf(character))];
  }
}

function parseStars(parser: Parser, start: number, isInBraces: boolean): GlobNode {
  const { text } = parser;
  while (text[parser.at] === '*') parser.at += 1;
  if (parser.at - start === 1) return { kind: 'many', test: isInSegment };
  const before = text[start - 1];
  const isSegmentStart = before === undefined || before === '/' || (isInBraces && (before === '{' || before === ','));
  if (!isSegmentStart || text[parser.at] !== '/') return ANY;
  parser.at += 1;
  return ANY_FOLDERS;
}

function parseSet(parser: Parser, start: number): GlobNode {
  const { text } = parser;
  const isNegated = text[parser.at] === '!' || text[parser.at] === '^';
  if (isNegated) parser.at += 1;
  const ranges: [number, number][] = [];
  for (let isFirst = true; isFirst || text[parser.at] !== ']'; isFirst = false) {
    if (text[parser.at] === '[' && text[parser.at + 1] === ':') {
      throw invalid(parser, parser.at, 'named sets such as [:digit:] are not supported: write [0-9]');
    }
    const from = takeSetCharacter(parser, start);
    const isRange = text[parser.at] === '-' && text[parser.at + 1] !== ']' && text[parser.at + 1] !== undefined;
    if (isRange) parser.at += 1;
    const to = isRange ? takeSetCharacter(parser, start) : from;
    if (to < from) throw invalid(parser, start, 'a range in [ ] runs backwards');
    ranges.push([from, to]);
  }
  parser.at += 1;
  const isInRanges = (codePoint: number): boolean => ranges.some(([from, to]) => codePoint >= from && codePoint <= to);
  return { kind: 'character', test: (codePoint) => codePoint !== SLASH && isInRanges(codePoint) !== isNegated };
}

function takeSetCharacter(parser: Parser, start: number): number {
  if (parser.text[parser.at] === '\\') parser.at += 1;
  const character = parser.text[parser.at++];
  if (character === undefined) throw invalid(parser, start, 'a [ is not closed: write \\[ for the character');
  return codePointOf(character);
}

function parseBraces(parser: Parser, start: number): GlobNode[] {
  const numbers = parseNumbers(parser);
  if (numbers !== null) return [numbers];
  const options: GlobNode[][] = [];
  for (;;) {
    options.push(parseSequence(parser, true));
    const end = parser.text[parser.at++];
    if (end === undefined) throw invalid(parser, start, 'a { is not closed: write \\{ for the character');
    if (end === '}') break;
  }
  // As in a shell: braces around one thing are themselves.
  const [only] = options;
  if (options.length === 1 && only !== undefined) return [literal(0x7b), ...only, literal(0x7d)];
  return [{ kind: 'alternatives', options }];
}

// {1..12}, {01..31}
function parseNumbers(parser: Parser): GlobNode | null {
  const found = /^(\d{1,9})\.\.(\d{1,9})\}/.exec(parser.text.slice(parser.at, parser.at + 24).join(''));
  if (found === null) return null;
  const [whole, from = '', to = ''] = found;
  const [low, high] = [Math.min(Number(from), Number(to)), Math.max(Number(from), Number(to))];
  if (high - low >= MOST_NUMBERS) throw invalid(parser, parser.at - 1, `more than ${MOST_NUMBERS} numbers`);
  const isPadded = (from.length > 1 && from.startsWith('0')) || (to.length > 1 && to.startsWith('0'));
  const width = isPadded ? Math.max(from.length, to.length) : 0;
  parser.at += whole.length;
  const numbers = Array.from({ length: high - low + 1 }, (_, index) => String(low + index).padStart(width, '0'));
  return {
    kind: 'alternatives',
    options: numbers.map((text) => [...text].map((digit) => literal(codePointOf(digit)))),
  };
}

function literal(expected: number): GlobNode {
  return { kind: 'character', test: (codePoint) => codePoint === expected };
}

function codePointOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function invalid(parser: Parser, at: number, reason: string): InputError {
  const shown = JSON.stringify(parser.glob);
  return new InputError(
    'OPTION_INVALID',
    `the key pattern ${shown} cannot be used: ${reason}, at character ${at + 1}`,
    {
      details: { pattern: parser.glob, at: at + 1, reason },
    },
  );
}
