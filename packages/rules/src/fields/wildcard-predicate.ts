// Patterns on a value, by the field's type: KQL's (only `*` is special) and those of Elasticsearch's wildcard query (`*`, `?`, `\`).

import { scalarText } from '@coldhunt/core';
import { eachToken } from './analyze-text.ts';
import { equalsPredicate } from './equals-predicate.ts';
import type { FieldType } from './field-type.ts';
import { matchesGlob, type GlobParts } from './glob.ts';
import { indexedText } from './indexed-text.ts';
import { lowerCase } from './lower-case.ts';
import { NEVER, misfit, type ValuePredicate } from './value-predicate.ts';
import { parseWildcardPattern } from './wildcard-pattern.ts';

/**
 * A KQL pattern (its literal parts between the stars). On keyword it fits the whole value; elsewhere it goes the way of
 * Elasticsearch's query_string: words are alternatives, and on text fields each fits one token. Throws InputError KQL_TYPE
 * on types that know no patterns.
 */
export function globPredicate(type: FieldType, parts: GlobParts): ValuePredicate {
  switch (type.kind) {
    case 'keyword':
    case 'dynamic':
      return globOfTerm(type, parts);
    case 'wildcard':
    case 'constant_keyword':
    case 'text':
    case 'match_only_text':
      return wordsPredicate(type, parts);
    case 'flattened':
      if (parts.length !== 2 || parts[1] !== '') {
        throw misfit('a flattened field knows only patterns with one star at their end');
      }
      return globOfTerm(type, parts);
    case 'object':
    case 'unmapped':
      return NEVER;
    default:
      throw misfit(`a field of type ${type.kind} knows no patterns: * can only stand alone there`);
  }
}

/** A pattern as query_string reads it: its words (cut at white space) are alternatives. */
function wordsPredicate(type: FieldType, parts: GlobParts): ValuePredicate {
  const alternatives = splitWords(parts).map((word) => wordPredicate(type, word));
  if (alternatives.length === 1) return alternatives[0] as ValuePredicate;
  return (value, nowMs) => alternatives.some((alternative) => alternative(value, nowMs));
}

/** A pattern of Elasticsearch's wildcard query: the whole value, `?` one character, `\` takes the next literally. */
export function wildcardPredicate(
  type: FieldType,
  pattern: string,
  options: { readonly ignoreCase?: boolean } = {},
): ValuePredicate {
  const isTokens = type.kind === 'text' || type.kind === 'match_only_text';
  const isText = isTokens || ['keyword', 'wildcard', 'constant_keyword', 'flattened', 'dynamic'].includes(type.kind);
  if (type.kind === 'object' || type.kind === 'unmapped') return NEVER;
  if (!isText) throw misfit(`a field of type ${type.kind} knows no patterns`);
  const isLowered = options.ignoreCase === true || type.isLowerCase;
  const { matches } = parseWildcardPattern(isLowered ? lowerCase(pattern) : pattern);
  if (isTokens) return (value) => someToken(type, scalarText(value), matches);
  return (value) => {
    const term = indexedText(type, value);
    return term !== null && matches(isLowered ? lowerCase(term) : term);
  };
}

/** The words of a pattern, each as its parts. */
export function splitWords(parts: GlobParts): GlobParts[] {
  const words: string[][] = [];
  let word: string[] = [''];
  for (const [index, part] of parts.entries()) {
    if (index > 0) word.push('');
    for (const [piece, text] of part.split(/[ \t\n\r\u3000]/).entries()) {
      if (piece > 0) {
        words.push(word);
        word = [''];
      }
      word[word.length - 1] = text;
    }
  }
  words.push(word);
  return words.filter((candidate) => candidate.length > 1 || candidate[0] !== '');
}

function wordPredicate(type: FieldType, word: GlobParts): ValuePredicate {
  const isText = type.kind === 'text' || type.kind === 'match_only_text';
  if (word.length === 1) return equalsPredicate(type, word[0] as string);
  if (!isText) return globOfTerm(type, word);
  const lowered = word.map((part) => lowerCase(part));
  return (value) => someToken(type, scalarText(value), (token) => matchesGlob(lowered, token));
}

function globOfTerm(type: FieldType, parts: GlobParts): ValuePredicate {
  const wanted = type.isLowerCase ? parts.map((part) => lowerCase(part)) : parts;
  return (value) => {
    const term = indexedText(type, value);
    return term !== null && matchesGlob(wanted, term);
  };
}

function someToken(type: FieldType, text: string, matches: (token: string) => boolean): boolean {
  let isFound = false;
  eachToken(type.analyzer, text, (token) => {
    isFound = matches(token);
    return !isFound;
  });
  return isFound;
}
