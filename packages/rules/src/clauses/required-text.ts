// Which literal texts must stand in a value for a leaf to hold: all of the outer list, any of an inner one.
//
// A text under a lower-case normalizer or analyzer is searched without case. Only ASCII is taken then, and never i and k: the
// signs İ (U+0130) and K (U+212A) are lower-cased to them, and a search without case would not find those.

import type { Literal } from '@coldhunt/core';
import { analyzeText } from '../fields/analyze-text.ts';
import { parseExactNumber } from '../fields/exact-number.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { GlobParts } from '../fields/glob.ts';
import type { TextList } from '../fields/text-list-predicate.ts';
import { parseWildcardPattern } from '../fields/wildcard-pattern.ts';
import { splitWords } from '../fields/wildcard-predicate.ts';

export type RequiredTexts = readonly (readonly Literal[])[];

const NONE: RequiredTexts = [];

/** Of an equality. Types whose values have several spellings (numbers, addresses, dates, booleans) give none. */
export function textsOfEquality(type: FieldType, text: string, isPhrase: boolean): RequiredTexts {
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'constant_keyword':
    case 'flattened':
      return conjunction([literalOf(type, text)]);
    case 'text':
    case 'match_only_text': {
      const tokens = analyzeText(type.analyzer, text).map((token) => withoutCase(token));
      return isPhrase ? conjunction(tokens) : disjunction(tokens);
    }
    case 'dynamic': {
      const isOnlyText = parseExactNumber(text) === null && text !== 'true' && text !== 'false';
      return isOnlyText ? conjunction([literalOf(type, text)]) : NONE;
    }
    default:
      return NONE;
  }
}

/** Of a pattern: its literal parts. */
export function textsOfPattern(type: FieldType, parts: GlobParts): RequiredTexts {
  switch (type.kind) {
    case 'keyword':
    case 'dynamic':
    case 'flattened':
      return conjunction(parts.map((part) => literalOf(type, part)));
    case 'wildcard':
    case 'constant_keyword':
      return textsOfWords(splitWords(parts), (text) => literalOf(type, text));
    case 'text':
    case 'match_only_text':
      return textsOfWords(splitWords(parts), (text) => literalOfToken(type, text));
    default:
      return NONE;
  }
}

/** Of a pattern of Elasticsearch's wildcard query, which fits the whole value. On tokens of a text nothing is known. */
export function textsOfWildcard(type: FieldType, pattern: string, ignoreCase: boolean): RequiredTexts {
  switch (type.kind) {
    case 'keyword':
    case 'wildcard':
    case 'constant_keyword':
    case 'flattened':
    case 'dynamic': {
      const compared = { ...type, isLowerCase: type.isLowerCase || ignoreCase };
      return conjunction(parseWildcardPattern(pattern).literals.map((part) => literalOf(compared, part)));
    }
    default:
      return NONE;
  }
}

/** Of any of several tests: the best list of each, together. Nothing when one of them has none. */
export function textsOfAny(alternatives: readonly RequiredTexts[]): RequiredTexts {
  const lists = alternatives.map((texts) => mostSelective(texts));
  return disjunction(lists.flatMap((list): readonly (Literal | null)[] => (list.length === 0 ? [null] : list)));
}

/** The list whose shortest text is longest. */
function mostSelective(lists: RequiredTexts): readonly Literal[] {
  const shortest = (list: readonly Literal[]): number => Math.min(...list.map(({ text }) => text.length));
  return lists.reduce<readonly Literal[]>(
    (best, list) => (best.length === 0 || shortest(list) > shortest(best) ? list : best),
    [],
  );
}

/** Of several texts and patterns without case rules of the field: one gives all its parts, of more each gives its longest. */
export function textsOfList({ ignoreCase, texts, patterns }: TextList): RequiredTexts {
  const literal = (text: string): Literal | null => (ignoreCase ? withoutAsciiCase(text) : withCase(text));
  const alternatives = [
    ...texts.map((text) => [literal(text)]),
    ...patterns.map((pattern) => parseWildcardPattern(pattern).literals.map((part) => literal(part))),
  ];
  const [only] = alternatives;
  if (only !== undefined && alternatives.length === 1) return conjunction(only);
  return disjunction(alternatives.map((parts) => longest(parts)));
}

/** Words are alternatives: of several, each gives its best text; of one, all its parts. */
function textsOfWords(words: readonly GlobParts[], toLiteral: (text: string) => Literal | null): RequiredTexts {
  const [first] = words;
  if (first === undefined) return NONE;
  if (words.length === 1) return conjunction(first.map((part) => toLiteral(part)));
  return disjunction(words.map((word) => longest(word.map((part) => toLiteral(part)))));
}

/** A part of a pattern on tokens, or a word that is analysed: any of its tokens may be the one, so only one token is of use. */
function literalOfToken(type: FieldType, part: string): Literal | null {
  const tokens = analyzeText(type.analyzer, part);
  return tokens.length === 1 ? withoutCase(tokens[0] as string) : null;
}

function literalOf(type: FieldType, text: string): Literal | null {
  return type.isLowerCase ? withoutCase(text) : withCase(text);
}

function withCase(text: string): Literal | null {
  return text === '' ? null : { text, ignoreCase: false };
}

function withoutCase(text: string): Literal | null {
  // oxlint-disable-next-line no-control-regex -- ASCII is meant
  return longestRun(text.split(/[^\0-\x7f]|[ik]/i));
}

/** Where A to Z alone have two cases, i and k are letters like others. */
function withoutAsciiCase(text: string): Literal | null {
  // oxlint-disable-next-line no-control-regex -- ASCII is meant
  return longestRun(text.split(/[^\0-\x7f]/));
}

function longestRun(runs: readonly string[]): Literal | null {
  return longest(runs.map((run) => (run === '' ? null : { text: run.toLowerCase(), ignoreCase: true })));
}

function longest(literals: readonly (Literal | null)[]): Literal | null {
  let best: Literal | null = null;
  for (const literal of literals) {
    if (literal !== null && literal.text.length > (best?.text.length ?? 0)) best = literal;
  }
  return best;
}

function conjunction(literals: readonly (Literal | null)[]): RequiredTexts {
  const found = new Map<string, Literal>();
  for (const literal of literals) if (literal !== null) found.set(literal.text, literal);
  return [...found.values()].map((literal) => [literal]);
}

function disjunction(literals: readonly (Literal | null)[]): RequiredTexts {
  const found = new Map<string, Literal>();
  for (const literal of literals) {
    if (literal === null) return NONE;
    found.set(literal.text, literal);
  }
  return found.size === 0 ? NONE : [[...found.values()]];
}
