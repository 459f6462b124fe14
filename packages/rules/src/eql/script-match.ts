// `in`, `:`, `like` and `regex` on the result of an expression: as Java compares, not as an index does (semantics-eql.md 6.2, 8).

import { lowerCase } from '../fields/lower-case.ts';
import { parseWildcardPattern } from '../fields/wildcard-pattern.ts';
import { compileRegexp } from '../regexp/compile-regexp.ts';
import { likePattern } from './bind-list.ts';
import { atPattern } from './eql-problem.ts';
import type { EqlConstant, EqlIn, EqlMatch, EqlMatchOperator } from './eql-tree.ts';
import { compareConstants } from './three-valued.ts';

type ScriptTest = (value: EqlConstant) => boolean | null;

/** null for null, and where no item is equal and one is null. */
export function scriptIn({ list, isCaseInsensitive }: EqlIn): ScriptTest {
  const items = list.map((item) => (item.kind === 'literal' ? item.value : null));
  return (value) => {
    if (value === null) return null;
    if (items.some((item) => isEqual(item, value, isCaseInsensitive))) return true;
    return items.includes(null) ? null : false;
  };
}

function isEqual(item: EqlConstant, value: EqlConstant, ignoreCase: boolean): boolean {
  if (ignoreCase && typeof item === 'string' && typeof value === 'string') return lowerCase(item) === lowerCase(value);
  return compareConstants('==', item, value) === true;
}

/** null for what is no text. Throws InputError REGEXP_SYNTAX and REGEXP_LIMIT with the place of the pattern. */
export function scriptMatch(node: EqlMatch): ScriptTest {
  const tests = node.patterns.map(({ value, at }) => atPattern(at, () => patternTest(node.operator, String(value))));
  return (value) => (typeof value === 'string' ? tests.some((test) => test(value)) : null);
}

function patternTest(operator: EqlMatchOperator, pattern: string): (text: string) => boolean {
  if (operator === 'regex' || operator === 'regex~')
    return compileRegexp(pattern, { dialect: 'java', ignoreCase: operator === 'regex~' }).matches;
  if (operator === 'like') return parseWildcardPattern(likePattern(pattern)).matches;
  const { matches } = parseWildcardPattern(lowerCase(likePattern(pattern)));
  return (text) => matches(lowerCase(text));
}
