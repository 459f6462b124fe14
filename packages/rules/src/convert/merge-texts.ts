// `a: x or a: y` -> one test with both, as lists are written: KQL's parser writes lists out.

import type { Condition, FieldTest, TestCondition } from './condition.ts';

/** The same condition. Alternatives on one field become one test, in the place of the first of them; chains in chains become one. */
export function mergeTexts(condition: Condition): Condition {
  if (condition.kind === 'not') return { kind: 'not', of: mergeTexts(condition.of) };
  if (condition.kind !== 'and' && condition.kind !== 'or') return condition;
  const { kind } = condition;
  const parts = condition.of.flatMap((part) => {
    const merged = mergeTexts(part);
    return merged.kind === kind ? merged.of : [merged];
  });
  if (kind === 'and') return { kind, of: parts };
  const merged = mergeAlternatives(parts);
  return merged.length === 1 ? (merged[0] as Condition) : { kind, of: merged };
}

function mergeAlternatives(parts: readonly Condition[]): readonly Condition[] {
  const groups = new Map<string, TestCondition[]>();
  const order: (Condition | string)[] = [];
  for (const part of parts) {
    if (part.kind !== 'test' || part.test.kind !== 'texts') {
      order.push(part);
      continue;
    }
    const key = JSON.stringify([part.field.name, part.test.ignoreCase]);
    const group = groups.get(key);
    if (group === undefined) {
      groups.set(key, [part]);
      order.push(key);
    } else group.push(part);
  }
  return order.map((each) => (typeof each === 'string' ? join(groups.get(each) ?? []) : each));
}

function join(group: readonly TestCondition[]): Condition {
  const [first] = group;
  if (first === undefined || first.test.kind !== 'texts' || group.length === 1) return first ?? { kind: 'or', of: [] };
  const lists = group.flatMap(({ test }) => (test.kind === 'texts' ? [test] : []));
  const test: FieldTest = {
    kind: 'texts',
    texts: [...new Set(lists.flatMap(({ texts }) => texts))],
    patterns: [...new Set(lists.flatMap(({ patterns }) => patterns))],
    ignoreCase: first.test.ignoreCase,
  };
  return { ...first, text: group.map(({ text }) => text).join(' or '), test };
}
