// Alerts of a run -> by rule how many a day, the terms that come most often, and which values of which fields most of them share: what an
// exception would quiet.

import {
  compareText,
  parseFieldPath,
  scalarText,
  viewDocument,
  type Document,
  type EventView,
  type FieldPath,
} from '@coldhunt/core';
import { NOISE_FIELDS, Noise, type NoisyField } from './noise.ts';

/** What is known of a rule. */
export interface CountedRule {
  readonly rule_id: string;
  readonly name: string;
  /** Fields that the rule's query asks: what all of its alerts share by the query is no noise. */
  readonly queried: ReadonlySet<string>;
  readonly new_terms_fields: readonly string[];
}

export interface RuleBacktest {
  readonly rule_id: string;
  readonly name: string;
  readonly alerts: number;
  /** Mean over all days. */
  readonly per_day: number;
  readonly most_per_day: number;
  readonly days_with_alerts: number;
  readonly by_day: Readonly<Record<string, number>>;
  /** Most alerts first. */
  readonly top_terms: readonly { readonly terms: readonly string[]; readonly alerts: number }[];
  /** Most alerts quieted first. */
  readonly noise: readonly NoisyField[];
}

export interface BacktestOptions {
  readonly rules: readonly CountedRule[];
  /** How long the range is. */
  readonly days: number;
  /** Fields beside `NOISE_FIELDS` of which exceptions may be made. Default: none. */
  readonly fields?: readonly string[];
}

/** Terms of a rule that are counted by name: rules whose every alert is another term have no top terms. */
const TERMS_COUNTED = 10_000;
const TERMS_TOLD = 10;

const RULE = parseFieldPath('kibana.alert.rule.rule_id');
const TIME = parseFieldPath('kibana.alert.original_time');
const TERMS = parseFieldPath('kibana.alert.new_terms');
const BUCKET = parseFieldPath('kibana.alert.threshold_result.terms');

interface Counting {
  readonly rule: CountedRule;
  readonly noise: Noise;
  readonly days: Map<string, number>;
  readonly terms: Map<string, number>;
  alerts: number;
}

/** `alerts` gives the same documents each time: they are read twice. Rules by number of alerts. */
export async function backtest(
  alerts: () => AsyncIterable<Document>,
  options: BacktestOptions,
): Promise<readonly RuleBacktest[]> {
  const { rules, days, fields = [] } = options;
  const counting = new Map(rules.map((rule) => [rule.rule_id, begin(rule, fields)]));
  for await (const alert of alerts()) {
    const view = viewDocument(alert);
    const rule = counting.get(first(view, RULE));
    if (rule === undefined) continue;
    rule.alerts += 1;
    const day = (first(view, TIME) || first(view, parseFieldPath('@timestamp'))).slice(0, 10);
    rule.days.set(day, (rule.days.get(day) ?? 0) + 1);
    const terms = termsOf(view);
    if (terms !== null && (rule.terms.has(terms) || rule.terms.size < TERMS_COUNTED))
      rule.terms.set(terms, (rule.terms.get(terms) ?? 0) + 1);
    rule.noise.count(view);
  }
  for (const { noise, alerts: count } of counting.values()) noise.choose(count);
  for await (const alert of alerts()) {
    const view = viewDocument(alert);
    counting.get(first(view, RULE))?.noise.cover(view);
  }
  return [...counting.values()]
    .map((each) => finish(each, days))
    .toSorted((a, b) => b.alerts - a.alerts || compareText(a.rule_id, b.rule_id));
}

function begin(rule: CountedRule, fields: readonly string[]): Counting {
  const names = [...new Set([...NOISE_FIELDS, ...rule.new_terms_fields, ...fields])];
  return { rule, noise: new Noise(names, rule.queried), days: new Map(), terms: new Map(), alerts: 0 };
}

function finish({ rule, noise, days, terms, alerts }: Counting, length: number): RuleBacktest {
  const byDay = [...days].toSorted(([a], [b]) => compareText(a, b));
  return {
    rule_id: rule.rule_id,
    name: rule.name,
    alerts,
    per_day: length === 0 ? 0 : alerts / length,
    most_per_day: Math.max(0, ...days.values()),
    days_with_alerts: days.size,
    by_day: Object.fromEntries(byDay),
    top_terms: [...terms]
      .toSorted(([x, a], [y, b]) => b - a || compareText(x, y))
      .slice(0, TERMS_TOLD)
      .map(([text, count]) => ({ terms: JSON.parse(text) as readonly string[], alerts: count })),
    noise: noise.told(alerts),
  };
}

/** Of a new-terms rule its terms, of a threshold rule its bucket; null: the rule has none. */
function termsOf(view: EventView): string | null {
  const terms = view.values(TERMS).map(scalarText);
  if (terms.length > 0) return JSON.stringify(terms);
  const bucket = view.objects(BUCKET).flatMap((each) => each.values(parseFieldPath('value')).map(scalarText));
  return bucket.length === 0 ? null : JSON.stringify(bucket);
}

function first(view: EventView, path: FieldPath): string {
  const [value] = view.values(path);
  return value === undefined ? '' : scalarText(value);
}
