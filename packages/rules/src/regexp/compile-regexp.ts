// A regular expression of Lucene -> a test of whole texts in linear time (semantics-eql.md 8). No backtracking engine is ever asked.

import { foldAscii } from '../fields/fold-ascii.ts';
import { LazyDfa } from './lazy-dfa.ts';
import { parseRegexp } from './parse-regexp.ts';
import { buildNfa } from './regexp-nfa.ts';
import type { RegexpDialect } from './regexp-reader.ts';
import { fixedText, requiredTexts, type RequiredTexts } from './required-texts.ts';

export interface CompiledRegexp {
  /** Whether the whole text fits. */
  readonly matches: (text: string) => boolean;
  /** The only text that fits (in either case where case is ignored); null where there are more, or none. */
  readonly fixedText: string | null;
  readonly matchesEverything: boolean;
  /** Texts that every fitting text holds: all of the outer list, any of an inner one. ASCII alone where case is ignored. */
  readonly requiredTexts: RequiredTexts;
}

export interface RegexpOptions {
  /** Default `lucene`, that of fields; `java` is that of function results: the operators of Lucene alone are ordinary characters. */
  readonly dialect?: RegexpDialect;
  /** Letters A to Z in either case (`java`: every letter), also in classes. */
  readonly ignoreCase?: boolean;
}

/** So many states tell `.*`, `@` and their like; more are not looked at. */
const MAX_STATES_OF_EVERYTHING = 8;

/** Throws InputError REGEXP_SYNTAX, and REGEXP_LIMIT for a pattern that needs too many states, with what to do about it. */
export function compileRegexp(pattern: string, options: RegexpOptions = {}): CompiledRegexp {
  const { dialect = 'lucene', ignoreCase = false } = options;
  const tree = parseRegexp(pattern, dialect);
  const fixed = fixedText(tree);
  const required = requiredTexts(tree, ignoreCase);
  if (fixed !== null && !(ignoreCase && dialect === 'java')) {
    const folded = foldAscii(fixed);
    const matches = ignoreCase ? (text: string) => foldAscii(text) === folded : (text: string) => text === fixed;
    return { matches, fixedText: fixed, matchesEverything: false, requiredTexts: required };
  }
  const { nfa, language } = buildNfa(tree, ignoreCase ? (dialect === 'java' ? 'unicode' : 'ascii') : 'none');
  const dfa = new LazyDfa(nfa, language);
  return {
    matches: (text) => dfa.matches(text),
    fixedText: fixed,
    matchesEverything: dfa.takesEverything(MAX_STATES_OF_EVERYTHING),
    requiredTexts: required,
  };
}
