// The verdict: what was found, whether all that was asked was examined, and where a rule could not have fired.

import { countOf } from '@coldhunt/core';
import { RuleNames } from '@coldhunt/rules';
import { isHarmless, type Coverage, type Evaluable } from '../reduce/output.ts';
import { describeLive } from './live-verdict.ts';
import { describeMultiValued } from './multi-valued-verdict.ts';
import type { RuleSummary } from './output.ts';

/** With more doubtful rules than these the verdict counts them; coverage names each. */
const NAMED_RULES = 3;
/** With more missing exceptions than these the verdict counts the rest. */
const NAMED_EXCEPTIONS = 3;
/** With more waivers than these the verdict counts the rest. */
const NAMED_WAIVERS = 3;

export interface VerdictInput {
  readonly coverage: Coverage;
  readonly rules: readonly RuleSummary[];
  /** What was asked, as ISO instants; null: an open side. */
  readonly range: { readonly from: string | null; readonly to: string | null };
  /** On how many hosts there are alerts. Default: not told. */
  readonly hosts?: number;
}

/** The verdict in one sentence: what was found, and whether all that was asked was examined. Plain text. */
export function describeHeadline({ coverage, rules, hosts }: VerdictInput): string {
  return `${findings(rules, coverage, hosts)}; ${examined(coverage, new RuleNames(rules))}.`;
}

/** Some sentences, the headline first, then what else a reader must know. Plain text. */
export function describeVerdict(input: VerdictInput): string {
  const { coverage, rules, range } = input;
  return [
    describeHeadline(input),
    ...outsideOnly(coverage, range),
    ...allExcepted(coverage),
    ...waived(coverage),
    ...notThere(coverage),
    ...skewed(coverage),
    ...couldNotFire(coverage, new RuleNames(rules)),
    ...unkeyed(rules),
    ...otherIndex(coverage),
    ...copied(rules),
    ...suppressed(rules),
    ...capped(rules),
    ...describeMultiValued(rules),
    ...describeLive(rules),
    ...notApplied(rules),
  ].join(' ');
}

function findings(rules: readonly RuleSummary[], { objects }: Coverage, hosts = 0): string {
  const alerts = rules.reduce((sum, rule) => sum + rule.alerts, 0);
  const asked = countOf(rules.length, 'rule');
  if (alerts === 0) {
    return objects.selected === 0
      ? `Nothing was examined, so nothing was found by ${asked}`
      : `Nothing found by ${asked}`;
  }
  const firing = rules.filter((rule) => rule.alerts > 0);
  const times = firing
    .flatMap((rule) => [rule.first_alert, rule.last_alert])
    .filter((time) => time !== null)
    .toSorted();
  const [first] = times;
  const between =
    first === undefined ? '' : first === times.at(-1) ? ` at ${first}` : ` between ${first} and ${times.at(-1)}`;
  const on = hosts === 0 ? '' : ` on ${countOf(hosts, 'host')}`;
  return `${countOf(alerts, ...nounOf(firing))}${rules.length === 1 ? '' : ` by ${firing.length} of ${asked}`}${on}${between}`;
}

/** What an alert is, where all rules that raised some are of one type. */
function nounOf(firing: readonly RuleSummary[]): [string, string] {
  const [first, ...rest] = new Set(firing.map(({ type }) => type));
  return first === 'new_terms' && rest.length === 0 ? ['first use', 'first uses'] : ['alert', 'alerts'];
}

function examined(coverage: Coverage, names: RuleNames): string {
  const { objects, lines } = coverage;
  if (objects.selected === 0 && coverage.complete) {
    return objects.listed === 0
      ? 'there is no object where events were looked for'
      : `none of ${countOf(objects.listed, 'listed object')} was selected (${reasonsOf(coverage)})`;
  }
  const scope = `${countOf(objects.scanned, 'object')} and ${countOf(lines.read, 'line')}`;
  if (coverage.complete) {
    const rest = coverage.waived === undefined ? '' : ' but for what is waived';
    return `everything that was asked was examined${rest}: ${scope}`;
  }
  const reasons: string[] = [];
  if (objects.failed > 0)
    reasons.push(`${countOf(objects.failed, 'object')}${daysOf(coverage.failed)} could not be read`);
  const withheld = new Map<string, number>();
  for (const skipped of coverage.skipped) {
    if (!isHarmless(skipped.reason)) withheld.set(skipped.reason, (withheld.get(skipped.reason) ?? 0) + 1);
  }
  for (const [reason, number] of withheld) reasons.push(`${countOf(number, 'object')} skipped (${reason})`);
  if (lines.malformed > 0) reasons.push(`${countOf(lines.malformed, 'malformed line')}`);
  if (coverage.matches.without_time > 0)
    reasons.push(`${countOf(coverage.matches.without_time, 'matching event')} without a usable time`);
  const gaps = (coverage.expected ?? []).reduce((sum, archive) => sum + archive.missing.length, 0);
  if (gaps > 0) reasons.push(`${countOf(gaps, 'gap')} where events were expected`);
  for (const [rule, { events }] of Object.entries(coverage.unevaluated ?? {}))
    reasons.push(`${countOf(events, 'event')} on which rule ${names.of(rule)} could not be evaluated`);
  return `incomplete: ${reasons.join(', ') || 'see coverage.json'}; examined were ${scope}`;
}

const DAY_IN_KEY = /(?<!\d)(20\d{2})(?:-|\/|\/month=)([01]\d)(?:-|\/|\/day=)([0-3]\d)(?!\d)/;

/** ` of 2026-02-14`, where every one of the objects has a day in its key. */
function daysOf(failed: Coverage['failed']): string {
  const days = failed
    .map(({ uri }) => DAY_IN_KEY.exec(uri)?.slice(1).join('-') ?? null)
    .filter((day) => day !== null)
    .toSorted();
  const [first] = days;
  if (first === undefined || days.length < failed.length) return '';
  return first === days.at(-1) ? ` of ${first}` : ` of ${first} to ${days.at(-1)}`;
}

/** Why objects were not selected: `3 time, 1 empty`. */
function reasonsOf({ skipped }: Coverage): string {
  const byReason = Map.groupBy(skipped, ({ reason }) => reason);
  return [...byReason]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, { length }]) => `${length.toLocaleString('en-US')} ${reason}`)
    .join(', ');
}

/** A range that the archive has no events of is no answer about that time, whatever was examined. */
function outsideOnly({ objects, events, hours }: Coverage, { from, to }: VerdictInput['range']): string[] {
  if (objects.scanned === 0 || events.in_range > 0) return [];
  const last = to === null ? null : new Date(Date.parse(to) - 1).toISOString();
  const isWithin = ({ hour }: Coverage['hours'][number]): boolean =>
    (from === null || hour >= from.slice(0, 13)) && (last === null || hour <= last.slice(0, 13));
  if (hours.some(isWithin)) return [];
  const [first] = hours;
  const held = first === undefined ? '' : `: the hours that were seen lie from ${first.hour} to ${hours.at(-1)?.hour}`;
  return [`No event of the time that was asked about was seen${held}.`];
}

/** Nothing found is another answer where exceptions left all of it out. */
function allExcepted({ matches: { total, excepted } }: Coverage): string[] {
  if (total === 0 || excepted < total) return [];
  const all = total === 1 ? 'The only match was' : `All ${countOf(total, 'match', 'matches')} were`;
  return [`${all} left out by exceptions: --ignore-exceptions hunts without them.`];
}

/** Malformed lines that --max-malformed lets pass are still told. */
function waived({ complete, lines, waived: accepted = [] }: Coverage): string[] {
  if (accepted.length > 0) {
    const named = accepted.slice(0, NAMED_WAIVERS).map((waiver) => {
      const what = 'line' in waiver ? `line ${waiver.line.slice(0, 12)}…` : waiver.uri;
      const times = waiver.lines === undefined ? '' : ` ×${waiver.lines}`;
      return `${what}, ${waiver.what}${times}, by ${waiver.name} until ${waiver.expires.slice(0, 10)} (${waiver.reason})`;
    });
    const rest = accepted.length - named.length;
    const more = rest > 0 ? `; and ${countOf(rest, 'more', 'more')}, see coverage` : '';
    return [`Waived: ${named.join('; ')}${more}.`];
  }
  return complete && lines.malformed > 0
    ? [
        `${countOf(lines.malformed, 'malformed line')} within --max-malformed ${lines.malformed === 1 ? 'was' : 'were'} not examined.`,
      ]
    : [];
}

/** Hours or days that were expected to hold events. */
function notThere({ expected = [] }: Coverage): string[] {
  return expected
    .filter(({ missing: gaps }) => gaps.length > 0)
    .map(
      ({ archive, expect, missing: gaps }) =>
        `Events were expected ${expect} in ${archive}, and none were there ${spans(gaps)}.`,
    );
}

/** Matches whose clock cannot be believed, wherever their time lies. */
function skewed({ skewed: matches = {} }: Coverage): string[] {
  const number = Object.values(matches).reduce((sum, count) => sum + count, 0);
  if (number === 0) return [];
  return [
    `${countOf(number, 'match', 'matches')} ${number === 1 ? 'has a time that is' : 'have a time that is'} implausible, or far from when the event was ingested or its key: see skewed.ndjson.`,
  ];
}

/** Exceptions that rules name and that were nowhere to be found: each once, with the number of rules that name it. */
function notApplied(rules: readonly RuleSummary[]): string[] {
  const missing = new Map<string, number>();
  for (const warning of rules.flatMap(({ warnings }) => warnings))
    if (/nowhere to be found|was not given/.test(warning)) missing.set(warning, (missing.get(warning) ?? 0) + 1);
  const told = [...missing].slice(0, NAMED_EXCEPTIONS).map(([warning, number]) => {
    const of = rules.length === 1 ? '' : ` (${countOf(number, 'rule')})`;
    return `${warning.charAt(0).toUpperCase()}${warning.slice(1)}${of}.`;
  });
  const more = missing.size - told.length;
  return more > 0 ? [...told, `So it is with ${countOf(more, 'more', 'more')}: see summary.json.`] : told;
}

function couldNotFire(coverage: Coverage, names: RuleNames): string[] {
  const doubtful = coverage.rules.filter(({ evaluable }) => evaluable.some((span) => span.state !== 'yes'));
  if (doubtful.length > NAMED_RULES) {
    return [
      `${doubtful.length.toLocaleString('en-US')} of ${countOf(coverage.rules.length, 'rule')} could not have fired on some days, or it is not known whether they could: see coverage.`,
    ];
  }
  return doubtful.flatMap(({ rule_id, evaluable }) => {
    const blind = evaluable.filter((span) => span.state === 'no');
    const unknown = evaluable.filter((span) => span.state === 'unknown');
    const sentences: string[] = [];
    const name = names.of(rule_id);
    if (blind.length > 0)
      sentences.push(`Rule ${name} could not have fired ${spans(blind)}: ${lackIn(blind, 'no event there')}.`);
    if (unknown.length > 0) {
      const lack = lackIn(unknown, 'no sampled event there');
      sentences.push(
        `Whether rule ${name} could have fired ${spans(unknown)} is not known${lack === '' ? '' : `: ${lack}`}.`,
      );
    }
    return sentences;
  });
}

/** `no event there is event.category process`, `… has host.os.type`, or both. */
function lackIn(of: readonly Evaluable[], who: string): string {
  const kinds = new Set(of.flatMap(({ wants }) => (wants === undefined ? [] : [wants === '' ? 'of its kind' : wants])));
  const fields = new Set(of.flatMap(({ missing }) => missing));
  return [
    ...(kinds.size === 0 ? [] : [`${who} is ${[...kinds].join(', or ')}`]),
    ...(fields.size === 0 ? [] : [`${who} has ${[...fields].join(', ')}`]),
  ].join('; ');
}

/** `to` is exclusive: a span of one day is named by that day. */
function spans(list: readonly { readonly from: string; readonly to: string }[]): string {
  const joined: { from: string; to: string }[] = [];
  for (const { from, to } of list) {
    const last = joined.at(-1);
    if (last?.to === from) last.to = to;
    else joined.push({ from, to });
  }
  const shown = joined.slice(0, 3).map((span) => {
    const first = span.from.slice(0, 10);
    const last = new Date(Date.parse(span.to) - 1).toISOString().slice(0, 10);
    return first === last ? `on ${first}` : `from ${first} to ${last}`;
  });
  return `${shown.join(', ')}${joined.length > 3 ? ` and in ${countOf(joined.length - 3, 'other span')}` : ''}`;
}

function unkeyed(rules: readonly RuleSummary[]): string[] {
  const number = rules.reduce((sum, rule) => sum + rule.unkeyed, 0);
  if (number === 0) return [];
  return [
    `${countOf(number, 'matching event')} in range ${number === 1 ? 'lacks' : 'lack'} a value for a new-terms field and could raise no alert: see unkeyed.ndjson.`,
  ];
}

/**
 * Events that differ elsewhere may be taken for one, where no `_id` says whether they are. To new terms that makes no difference: the
 * second event of an instant is never new.
 */
function copied(rules: readonly RuleSummary[]): string[] {
  const counting = rules.filter(({ type, copies_by_value }) => type !== 'new_terms' && copies_by_value > 0);
  const number = counting.reduce((sum, rule) => sum + rule.copies_by_value, 0);
  if (number === 0) return [];
  const thresholds = counting.filter(({ type }) => type === 'threshold').length;
  const except = thresholds === 0 ? '' : ', but for threshold rules';
  const advice = thresholds === counting.length ? '' : `: --no-dedupe raises an alert for each${except}`;
  const were = number === 1 ? 'was taken for a copy of another' : 'were taken for copies of others';
  return [`${countOf(number, 'match', 'matches')} ${were} by time and main fields alone, as no _id says so${advice}.`];
}

/** Who expects alerts and gets none looks here first. */
function otherIndex({ matches: { other_index: number } }: Coverage): string[] {
  if (number === 0) return [];
  return [
    `${countOf(number, 'matching event')} ${number === 1 ? 'lies' : 'lie'} in an index that no pattern of the rule names, and ${number === 1 ? 'counts' : 'count'} for nothing: --index-patterns ignore takes ${number === 1 ? 'it' : 'them'}.`,
  ];
}

/** What is held back by an alert before the range is told of by no alert: --ignore-suppression raises it. */
function suppressed(rules: readonly RuleSummary[]): string[] {
  const number = rules.reduce((sum, rule) => sum + rule.suppressed, 0);
  if (number === 0) return [];
  const earlier = rules.reduce((sum, rule) => sum + rule.suppressed_by_earlier, 0);
  const note = earlier === 0 ? '' : `, ${earlier} of them by alerts before the range`;
  return [
    `${countOf(number, 'further alert')} ${number === 1 ? 'was' : 'were'} suppressed as the rules ask${note}: --ignore-suppression raises every alert.`,
  ];
}

function capped(rules: readonly RuleSummary[]): string[] {
  const number = rules.reduce((sum, rule) => sum + rule.cut_by_max_alerts, 0);
  return number === 0 ? [] : [`${countOf(number, 'further alert')} left out by --max-alerts.`];
}
