// The tests that a leaf can make on the values of a field, each with what is known of the values that satisfy it.

import { compileEsDate } from '../date-math/compile-es-date.ts';
import { equalsPredicate } from '../fields/equals-predicate.ts';
import { existsPredicate } from '../fields/exists-predicate.ts';
import type { FieldType } from '../fields/field-type.ts';
import type { GlobParts } from '../fields/glob.ts';
import { indexedText } from '../fields/indexed-text.ts';
import { rangePredicate, type RangeOperator } from '../fields/range-predicate.ts';
import { textListPredicate, type TextList } from '../fields/text-list-predicate.ts';
import { globPredicate, wildcardPredicate } from '../fields/wildcard-predicate.ts';
import { compileRegexp } from '../regexp/compile-regexp.ts';
import type { LeafKind, ListedTexts } from './clause.ts';
import type { FieldNeed } from './leaf-requirement.ts';
import { requiredRange } from './required-range.ts';
import { textsOfAny, textsOfEquality, textsOfList, textsOfPattern, textsOfWildcard } from './required-text.ts';

export interface LeafTest extends FieldNeed {
  readonly leafKind: LeafKind;
  /** Names the test and its operand: on one field of one type, equal keys are equal tests. */
  readonly key: readonly unknown[];
  /** The literal of a plain equality with a term. */
  readonly term: string | null;
  /** Texts of a list, on a keyword-like field; absent: the test is no list. */
  readonly listed?: ListedTexts;
}

const TERM_KINDS: ReadonlySet<string> = new Set(['keyword', 'wildcard', 'constant_keyword', 'flattened']);

/** Throws InputError KQL_TYPE when the literal cannot be a value of the type, as do the other tests. */
export function equalsTest(type: FieldType, text: string, options: { readonly isPhrase: boolean }): LeafTest {
  const { isPhrase } = options;
  const satisfies = equalsPredicate(type, text, { isPhrase });
  const texts = textsOfEquality(type, text, isPhrase);
  return {
    leafKind: 'equal',
    // Phrases differ from words on texts alone.
    key: ['is', text, isPhrase && (type.kind === 'text' || type.kind === 'match_only_text')],
    satisfies,
    texts,
    range: requiredRange(type, 'is', text),
    usesNow: usesNow(type, text),
    term: TERM_KINDS.has(type.kind) || (type.kind === 'dynamic' && texts.length > 0) ? text : null,
  };
}

export function rangeTest(type: FieldType, operator: RangeOperator, text: string): LeafTest {
  return {
    leafKind: 'range',
    key: [operator, text],
    satisfies: rangePredicate(type, operator, text),
    texts: [],
    range: requiredRange(type, operator, text),
    usesNow: usesNow(type, text),
    term: null,
  };
}

export function existsTest(type: FieldType): LeafTest {
  return { ...UNKNOWN, leafKind: 'exists', key: ['exists'], satisfies: existsPredicate(type) };
}

/** KQL's pattern, as the literal parts between its stars. */
export function globTest(type: FieldType, parts: GlobParts): LeafTest {
  return {
    ...UNKNOWN,
    leafKind: 'pattern',
    key: ['glob', ...parts],
    satisfies: globPredicate(type, parts),
    texts: textsOfPattern(type, parts),
  };
}

/** A pattern of Elasticsearch's wildcard query: `*`, `?`, and `\` before a literal character. */
export function wildcardTest(
  type: FieldType,
  pattern: string,
  options: { readonly ignoreCase: boolean } = { ignoreCase: false },
): LeafTest {
  return {
    ...UNKNOWN,
    leafKind: 'pattern',
    key: ['wildcard', pattern, options.ignoreCase],
    satisfies: wildcardPredicate(type, pattern, options),
    texts: textsOfWildcard(type, pattern, options.ignoreCase),
  };
}

/** One of many texts and patterns, on a keyword-like field. */
export function textListTest(type: FieldType, list: TextList): LeafTest {
  const { ignoreCase, texts, patterns } = list;
  const [only] = texts;
  // The same test as a plain equality: so it has the same key, in whatever language it was written.
  if (only !== undefined && texts.length === 1 && patterns.length === 0 && !ignoreCase)
    return equalsTest(type, only, { isPhrase: false });
  return {
    ...UNKNOWN,
    leafKind: patterns.length > 0 ? 'pattern' : 'equal',
    key: ['texts', ignoreCase, [...new Set(texts)].toSorted(), [...new Set(patterns)].toSorted()],
    satisfies: textListPredicate(type, list),
    texts: textsOfList(list),
    listed: { texts, ignoreCase, isAll: patterns.length === 0 },
  };
}

/** A regular expression of Lucene on the whole value, on a keyword-like field. Throws InputError REGEXP_SYNTAX and REGEXP_LIMIT. */
export function regexpTest(type: FieldType, pattern: string, options: { readonly ignoreCase: boolean }): LeafTest {
  const { ignoreCase } = options;
  const regexp = compileRegexp(pattern, { ignoreCase });
  if (regexp.matchesEverything) return existsTest(type);
  if (regexp.fixedText !== null) return textListTest(type, { ignoreCase, texts: [regexp.fixedText], patterns: [] });
  return {
    ...UNKNOWN,
    leafKind: 'pattern',
    key: ['regexp', pattern, ignoreCase],
    satisfies: (value) => {
      const text = indexedText(type, value);
      return text !== null && regexp.matches(text);
    },
    texts: regexp.requiredTexts.map((any) => any.map((text) => ({ text, ignoreCase }))),
  };
}

/** Any of several tests on one field. */
export function anyTest(tests: readonly LeafTest[]): LeafTest {
  const [only] = tests;
  if (only !== undefined && tests.length === 1) return only;
  const alternatives = tests.map(({ satisfies }) => satisfies);
  return {
    ...UNKNOWN,
    leafKind: only?.leafKind ?? 'equal',
    key: ['any', ...tests.map(({ key }) => key)],
    satisfies: (value, nowMs) => alternatives.some((satisfies) => satisfies(value, nowMs)),
    texts: textsOfAny(tests.map(({ texts }) => texts)),
    usesNow: tests.some((test) => test.usesNow),
  };
}

/** What is known of a test of which nothing is known. */
export const UNKNOWN = { texts: [], range: null, usesNow: false, term: null } as const;

/** Whether a text means another time for another event. */
function usesNow({ kind }: FieldType, text: string): boolean {
  return kind === 'date' && (compileEsDate(text)?.usesNow ?? false);
}
