// How the questions of two runs differ, beside their modes: alerts that one lacks may come of nothing else.

import { countOf } from '@coldhunt/core';
import type { RuleNames } from '@coldhunt/rules';
import type { Question } from '../question/output.ts';

/** With more rules than these their number is told. */
const NAMED = 3;

/** A phrase for each difference; none: only modes may differ. `names`: of the rules of both. */
export function questionDifferences(a: Question, b: Question, names: RuleNames): readonly string[] {
  const uris = [a, b].map(({ archives }) => archives.map(({ uri }) => uri).join(', '));
  const found: string[] = [];
  if (uris[0] !== uris[1]) found.push(`other archives: ${uris[0]} and ${uris[1]}`);
  else if (!isSame(a.archives, b.archives)) found.push('other settings of archives (layout, index or keys)');
  if (a.from !== b.from || a.to !== b.to) found.push(`other ranges: ${rangeOf(a)} and ${rangeOf(b)}`);
  found.push(...ruleDifferences(a, b, names));
  if (!isSame(a.exceptions, b.exceptions)) found.push('other exceptions');
  const options = new Set([...Object.keys(a.options), ...Object.keys(b.options)] as (keyof Question['options'])[]);
  const other = [...options].filter((name) => !isSame(a.options[name], b.options[name]));
  if (other.length > 0) found.push(`other options: ${other.map((name) => name.replaceAll('_', '-')).join(', ')}`);
  return found;
}

function ruleDifferences(a: Question, b: Question, names: RuleNames): readonly string[] {
  const [hashesA, hashesB] = [a, b].map(({ rules }) => new Map(rules.map(({ rule, hash }) => [rule.rule_id, hash])));
  if (hashesA === undefined || hashesB === undefined) return [];
  const told = (ids: readonly string[], what: string): readonly string[] => {
    if (ids.length === 0) return [];
    const shown = ids.length > NAMED ? countOf(ids.length, 'rule') : ids.map((id) => names.of(id)).join(', ');
    return [`${what} ${shown}`];
  };
  return [
    ...told(
      [...hashesA.keys()].filter((id) => !hashesB.has(id)),
      'only the first has',
    ),
    ...told(
      [...hashesB.keys()].filter((id) => !hashesA.has(id)),
      'only the second has',
    ),
    ...told(
      [...hashesA].filter(([id, hash]) => hashesB.has(id) && hashesB.get(id) !== hash).map(([id]) => id),
      'other versions of',
    ),
  ];
}

function rangeOf({ from, to }: Question): string {
  return `${from ?? 'the beginning'} to ${to ?? 'the end'}`;
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
