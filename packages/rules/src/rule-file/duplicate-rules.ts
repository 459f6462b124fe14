// Rules that share an id: copies of one rule count once, different rules exclude each other.

import { canonicalJson, type DocumentValue } from '@coldhunt/core';
import { invalidRule } from './invalid-rule.ts';
import type { LoadedRule } from './load-rules.ts';
import type { RawRule } from './parse-rule-file.ts';
import { compareProblems, type RuleProblem } from './rule-problem.ts';

/** How many of the others a message names. */
const OTHERS_NAMED = 3;

export interface PlacedRule {
  readonly rule: LoadedRule;
  readonly raw: RawRule | null;
}

/** In the order given, without the copies of a rule that stands before. A copy that is invalid stays: all of its file is told. */
export function judgeDuplicates(placed: readonly PlacedRule[]): PlacedRule[] {
  const byId = new Map<string, PlacedRule[]>();
  for (const each of placed) {
    const { rule_id } = each.rule;
    if (rule_id === null) continue;
    const same = byId.get(rule_id);
    if (same === undefined) byId.set(rule_id, [each]);
    else same.push(each);
  }
  const judged = new Map<PlacedRule, PlacedRule | null>();
  for (const same of byId.values()) {
    if (same.length > 1) for (const [each, verdict] of judge(same)) judged.set(each, verdict);
  }
  return placed.flatMap((each) => {
    const verdict = judged.get(each);
    return verdict === undefined ? [each] : (verdict ?? []);
  });
}

/** Of rules with one id. null: a copy of one before. */
function judge(same: readonly PlacedRule[]): ReadonlyMap<PlacedRule, PlacedRule | null> {
  const duplicates = same.map(({ rule }) => rule.file);
  const contents = new Set(same.map((each) => contentOf(each)));
  const [first] = same;
  if (contents.size === 1 && first !== undefined && first.rule.state !== 'invalid') {
    const warnings = [...first.rule.warnings, copiesNote(first, same)].toSorted(compareProblems);
    return new Map(
      same.map((each) => [each, each === first ? { ...each, rule: { ...each.rule, duplicates, warnings } } : null]),
    );
  }
  return new Map(
    same.map((each) => {
      const { rule, raw } = each;
      const verdict = rule.state === 'invalid' ? rule : invalidRule(rule, [duplicateProblem(each, same)]);
      return [each, { rule: { ...verdict, duplicates }, raw }];
    }),
  );
}

/** What a hunt uses of it, or of one that cannot run all that its file says. */
function contentOf({ rule, raw }: PlacedRule): string {
  return canonicalJson(JSON.parse(JSON.stringify(rule.rule ?? raw?.value ?? null)) as DocumentValue);
}

function copiesNote(placed: PlacedRule, same: readonly PlacedRule[]): RuleProblem {
  return atId(placed, `the same rule stands in ${others(placed, same, ({ file }) => file)} too: it counts once`);
}

function duplicateProblem(placed: PlacedRule, same: readonly PlacedRule[]): RuleProblem {
  const { rule } = placed;
  const named = others(placed, same, (other) => `${other.file}${versionOf(other, ' (version ', ')')}`);
  return atId(
    placed,
    `the rule id ${rule.rule_id} stands in ${named} too${versionOf(rule, ', here in version ', '')}: keep one`,
  );
}

function others(placed: PlacedRule, same: readonly PlacedRule[], nameOf: (rule: LoadedRule) => string): string {
  const named = same
    .slice(0, OTHERS_NAMED + 1)
    .filter((other) => other !== placed)
    .slice(0, OTHERS_NAMED);
  const more = same.length - 1 - named.length;
  return `${named.map(({ rule }) => nameOf(rule)).join(' and ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function atId({ rule, raw }: PlacedRule, message: string): RuleProblem {
  const { line, column } = raw?.placeOf('rule_id') ?? { line: null, column: null };
  return { file: rule.file, line, column, path: 'rule_id', message };
}

function versionOf({ rule }: LoadedRule, before: string, after: string): string {
  return rule === null ? '' : `${before}${rule.version}${after}`;
}
