// The fields that rules need and that no event which was looked at has, in few lines: hundreds of rules need the same fields.

import { compareText, countOf } from '@coldhunt/core';

/** How many rules a line names. */
const NAMED = 3;

/**
 * One line for the fields that the same rules lack. Given by rule id: lists of fields of which the rule needs one each.
 */
export function describeUnseenFields(unseen: ReadonlyMap<string, readonly (readonly string[])[]>): readonly string[] {
  const rulesOf = new Map<string, string[]>();
  for (const [rule, lists] of unseen) {
    for (const fields of new Set(lists.map((list) => list.join(' or ')))) {
      const rules = rulesOf.get(fields);
      if (rules === undefined) rulesOf.set(fields, [rule]);
      else rules.push(rule);
    }
  }
  const lines = new Map<string, { readonly rules: readonly string[]; readonly fields: string[] }>();
  for (const [fields, rules] of rulesOf) {
    const key = rules.join('\n');
    const line = lines.get(key);
    if (line === undefined) lines.set(key, { rules, fields: [fields] });
    else line.fields.push(fields);
  }
  return [...lines.values()]
    .toSorted((a, b) => b.rules.length - a.rules.length || compareText(a.fields[0] ?? '', b.fields[0] ?? ''))
    .map(({ rules, fields }) => `no event that was looked at has ${fields.join(', ')}: needed by ${namesOf(rules)}`);
}

function namesOf(rules: readonly string[]): string {
  if (rules.length === 1) return `rule ${rules[0]}`;
  const named = rules.length <= NAMED ? rules.join(', ') : `${rules.slice(0, NAMED).join(', ')}, …`;
  return `${countOf(rules.length, 'rule')} (${named})`;
}
