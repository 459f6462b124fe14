// An alert of one version of a rule -> why the other version does not raise it: what its memory says, or the clauses that failed.

import type { EventView } from '@coldhunt/core';
import { explainFailure, matchesIndexPattern, type CompiledRule, type ExplainedClause } from '@coldhunt/rules';
import type { Question } from '../question/output.ts';
import type { Decision } from '../reduce/output.ts';
import { whyNot, type ReasonCode } from './why-not.ts';
import type { Version } from './rule-versions.ts';

/** Codes for machines; `words` say the same for people. */
export interface VersionReason {
  readonly code: ReasonCode | 'no_rule' | 'query' | 'index';
  readonly words: string;
}

export interface RaisedByVersion {
  /** Which version raised it. */
  readonly version: Version;
  /** The one that did not; null: there the rule does not exist. */
  readonly rule: CompiledRule | null;
  readonly raised: Decision;
  /** What the other one decided on the event; null: it did not come to it. */
  readonly other: Decision | null;
  readonly view: EventView;
  readonly question: Question;
}

const NAMES: Readonly<Record<Version, string>> = { old: 'the old rule', new: 'the new rule' };

export function whyVersion(given: RaisedByVersion): {
  readonly reason: VersionReason;
  readonly clauses: readonly ExplainedClause[];
} {
  const { version, rule, raised, other, question } = given;
  const lacking = NAMES[version === 'new' ? 'old' : 'new'];
  if (rule === null)
    return { reason: { code: 'no_rule', words: version === 'new' ? 'a new rule' : 'the rule is gone' }, clauses: [] };
  if (other === null) return whyUndecided(given, rule, lacking);
  if (other.verdict === 'known' && other.before !== null)
    return { reason: { code: 'known', words: describeKnown(given, other.before) }, clauses: [] };
  if (other.verdict === 'below')
    return { reason: { code: 'not_counted', words: `${lacking} has too few events in its bucket` }, clauses: [] };
  return {
    reason: whyNot(rule.rule, { question, decision: raised }, { question, decision: other }, question),
    clauses: [],
  };
}

/** The event is none of its matches, or lies where matches are only counted. */
function whyUndecided(
  { view, raised, question }: RaisedByVersion,
  rule: CompiledRule,
  lacking: string,
): ReturnType<typeof whyVersion> {
  const { time_ms: timeMs, index } = raised.match;
  if (!isMatch(rule, view, timeMs)) {
    const clauses = explainFailure(rule.clause, view, timeMs);
    const [first] = clauses;
    const which = first === undefined ? '' : `: ${first.clause} (${first.reason})`;
    return { reason: { code: 'query', words: `${lacking} does not match it${which}` }, clauses };
  }
  const exception = rule.exceptedBy(view, timeMs);
  if (exception !== null)
    return { reason: { code: 'excepted', words: `the exception ${exception} of ${lacking} holds` }, clauses: [] };
  const isOther = index !== null && question.options.index_patterns === 'known' && !isInIndex(rule.rule.index, index);
  if (isOther)
    return {
      reason: {
        code: 'index',
        words: `${lacking} does not look into the index ${index} (${rule.rule.index.join(', ')})`,
      },
      clauses: [],
    };
  return {
    reason: { code: 'outside', words: `${lacking} sees it at a time outside of its range` },
    clauses: [],
  };
}

function isInIndex(patterns: readonly string[], index: string): boolean {
  return patterns.length === 0 || matchesIndexPattern(index, patterns);
}

/** Elasticsearch would fail the search where values cannot be evaluated: no match. */
function isMatch(rule: CompiledRule, view: EventView, timeMs: number): boolean {
  try {
    return rule.matches(view, timeMs);
  } catch {
    return false;
  }
}

/** New for the one, known for the other: by an event that only one of them matches, or by windows of different length. */
function describeKnown({ version, raised }: RaisedByVersion, before: NonNullable<Decision['before']>): string {
  const at = `${new Date(before.time_ms).toISOString()} (${before.evidence.uri})`;
  const own = raised.before;
  const isSame =
    own !== null && own.time_ms === before.time_ms && JSON.stringify(own.evidence) === JSON.stringify(before.evidence);
  if (version === 'old')
    return `the term is now seen earlier, at ${at}, ${isSame ? "which the new rule's history still reaches" : 'by an event that only the new rule remembers'}`;
  return `the term was seen earlier by the old rule, at ${at}, ${isSame ? "which the new rule's history does not reach" : 'by an event that the new rule does not remember'}`;
}
