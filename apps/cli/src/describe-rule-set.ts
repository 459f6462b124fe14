// What a set of rules is made of: states by type, why rules cannot run, and what is said of their lives.

import { compareText, countOf } from '@coldhunt/core';
import type { LoadedRule } from '@coldhunt/rules';
import { describeStates } from './describe-states.ts';
import { formatCount, toTerminalText } from './terminal-text.ts';

const REASONS_SHOWN = 12;

/** The lines of describeStates, then the reasons of unsupported rules by number, then deprecated rules, building blocks, duplicates and versions. */
export function describeRuleSet(loaded: readonly LoadedRule[]): string {
  const lines = [...describeReasons(loaded), ...describeLives(loaded)].map(toTerminalText);
  return `${describeStates(loaded)}${lines.map((line) => `${line}\n`).join('')}`;
}

function describeReasons(loaded: readonly LoadedRule[]): readonly string[] {
  const reasons = loaded.flatMap(({ state, reason }) => (state === 'unsupported' && reason !== null ? [reason] : []));
  if (reasons.length === 0) return [];
  // The jobs of machine learning are told with each rule: here they are one reason.
  const counted = countBy(reasons.map((reason) => reason.replace(/^(needs .*machine-learning jobs?) .*$/, '$1')));
  const shown = counted.slice(0, REASONS_SHOWN).map(([reason, number]) => `  ${formatCount(number)}  ${reason}`);
  const more = counted.length - shown.length;
  return ['unsupported because:', ...shown, ...(more > 0 ? [`  and ${countOf(more, 'more reason')} (--json)`] : [])];
}

function describeLives(loaded: readonly LoadedRule[]): readonly string[] {
  const numberOf = (isCounted: (rule: LoadedRule) => boolean): number => loaded.filter(isCounted).length;
  const deprecated = numberOf(({ metadata }) => metadata.isDeprecated);
  const blocks = numberOf(({ metadata }) => metadata.isBuildingBlock);
  const twice = idsOf(loaded.filter(({ duplicates, state }) => duplicates.length > 0 && state === 'invalid'));
  const copied = idsOf(loaded.filter(({ duplicates, state }) => duplicates.length > 0 && state !== 'invalid'));
  const maturities = countBy(loaded.flatMap(({ metadata }) => metadata.maturity ?? []));
  const versions = countBy(loaded.flatMap(({ metadata }) => metadata.minStackVersion ?? []));
  return [
    ...(maturities.length > 0 ? [`maturity: ${joined(maturities)}`] : []),
    ...(deprecated > 0 ? [`deprecated: ${formatCount(deprecated)}, which Elastic ships no more`] : []),
    ...(blocks > 0 ? [`building blocks: ${formatCount(blocks)}, whose alerts are material for other rules`] : []),
    ...(versions.length > 0 ? [`made for a version of the stack or later: ${joined(versions)}`] : []),
    ...(twice > 0 ? [`${countOf(twice, 'rule id')} more than once: none of these rules is used`] : []),
    ...(copied > 0 ? [`${countOf(copied, 'rule')} in several copies: each counts once`] : []),
  ];
}

function idsOf(loaded: readonly LoadedRule[]): number {
  return new Set(loaded.map(({ rule_id }) => rule_id)).size;
}

/** Most first. */
function countBy(words: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].toSorted(([a, m], [b, n]) => n - m || compareText(a, b));
}

function joined(counted: readonly (readonly [string, number])[]): string {
  return counted.map(([word, number]) => `${word} ${formatCount(number)}`).join(', ');
}
