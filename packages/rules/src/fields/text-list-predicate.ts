// Many texts and patterns on one value: one look-up for all texts, one test a pattern. Hot path.

import { foldAscii } from './fold-ascii.ts';
import type { FieldType } from './field-type.ts';
import { indexedText } from './indexed-text.ts';
import type { ValuePredicate } from './value-predicate.ts';
import { parseWildcardPattern } from './wildcard-pattern.ts';

export interface TextList {
  /** Letters of ASCII in either case. */
  readonly ignoreCase: boolean;
  /** The whole value is one of these. */
  readonly texts: readonly string[];
  /** Or fits one of these patterns of Elasticsearch's wildcard query. */
  readonly patterns: readonly string[];
}

/** On a keyword-like field, or one without a mapping. A value beyond ignore_above is none. */
export function textListPredicate(type: FieldType, { ignoreCase, texts, patterns }: TextList): ValuePredicate {
  const wanted = new Set(ignoreCase ? texts.map((text) => foldAscii(text)) : texts);
  const tests = patterns.map((pattern) => parseWildcardPattern(ignoreCase ? foldAscii(pattern) : pattern).matches);
  return (value) => {
    const term = indexedText(type, value);
    if (term === null) return false;
    const compared = ignoreCase ? foldAscii(term) : term;
    if (wanted.has(compared)) return true;
    for (let index = 0; index < tests.length; index += 1) {
      if ((tests[index] as (text: string) => boolean)(compared)) return true;
    }
    return false;
  };
}
