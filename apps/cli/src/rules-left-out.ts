// Rules of a folder or an export that a hunt leaves out -> lines for people. Each is named; those with one reason share a line.

import { countOf } from '@coldhunt/core';
import type { RunFile } from '@coldhunt/engine';

type LeftOut = RunFile['rules_left_out'][number];

/** With fewer there is nothing to sum up. */
const SUMMED_UP_FROM = 3;

/** What is told of one rule. */
export function describeLeftOut({ file, name, rule_id: id, state, reason }: LeftOut): string {
  const rule = name ?? id;
  return `${file}: ${rule === null ? '' : `${rule}: `}${state}: ${reason}`;
}

/** Lines in the order of the rules, and at last how many they are. */
export function describeAllLeftOut(rules: readonly LeftOut[]): readonly string[] {
  const groups = Map.groupBy(rules, ({ state, reason }) => `${state}: ${reason}`);
  const lines = [...groups].map(([why, group]) => {
    const [first] = group;
    if (first !== undefined && group.length === 1) return describeLeftOut(first);
    return `${countOf(group.length, 'rule')} ${why}: ${group.map(({ rule_id: id, file }) => id ?? file).join(', ')}`;
  });
  if (rules.length < SUMMED_UP_FROM) return lines;
  const states = Map.groupBy(rules, ({ state }) => state);
  const sums = [...states].map(([state, { length }]) => `${length.toLocaleString('en-US')} ${state}`);
  return [...lines, `${countOf(rules.length, 'rule')} left out: ${sums.join(', ')}`];
}
