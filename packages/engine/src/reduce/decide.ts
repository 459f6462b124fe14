// Matches in the order of reduction -> what each rule's memory says of them.

import { InvariantError, type RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { Suppression } from '../question/output.ts';
import { isUnkeyed, partitionKey, type Match } from '../scan/output.ts';
import { groupCopies, type GroupedMatch } from './group-copies.ts';
import type { CandidateSpan } from './live/candidate-span.ts';
import { LiveBucketDecider } from './live/decide-live-bucket.ts';
import { LiveDecider } from './live/decide-live.ts';
import type { RuleSchedule } from './live/schedules-of.ts';
import type { Bucket, Decision } from './output.ts';
import { createRuleMemory, type RuleMemory } from './rule-memory.ts';
import { withoutRepeats, type SourcedMatch } from './sourced-match.ts';
import { BucketDecider, type BucketResumption } from './threshold/decide-bucket.ts';

export interface DecidedMatch {
  readonly entry: SourcedMatch;
  readonly verdict: Decision['verdict'];
  readonly before: SourcedMatch | null;
  /** Of a threshold rule the alerts that this match completes, one a bucket and execution; else none. */
  readonly buckets: readonly Bucket[];
  /** Mode `parity`: the executions at which it is a candidate for an alert, in order; null: it is none, or in mode `complete`. */
  readonly spans: readonly CandidateSpan[] | null;
  /** An alert before the range that may suppress one in it. */
  readonly isEarlier: boolean;
  /** Of a threshold rule: an alert counts it, and its event stands in other buckets too. Absent: it is not so. */
  readonly isMultiCounted?: true;
}

export interface DecideOptions {
  readonly rules: readonly Rule[];
  readonly store: RunStore;
  /** false: of query rules each copy alerts for itself. */
  readonly dedupe: boolean;
  /** By rule id: the rules whose alerts are grouped. Default: none. */
  readonly suppressions?: ReadonlyMap<string, Suppression>;
  /** Mode `parity`: when each rule runs, by its id. Default: mode `complete`. */
  readonly schedules?: ReadonlyMap<string, RuleSchedule>;
  /** A night of a watch: threshold rules whose buckets are gone on with, by rule id. Default: none. */
  readonly resumptions?: ReadonlyMap<string, BucketResumption>;
  readonly memoryChars?: number;
}

/** Decides on every match. A copy comes after the match that it copies; a bucket of a threshold rule is decided when it has ended. */
export async function* decide(
  matches: AsyncIterable<readonly SourcedMatch[]>,
  options: DecideOptions,
): AsyncGenerator<readonly DecidedMatch[]> {
  const deciders = new Map(options.rules.map((rule) => [rule.rule_id, createDecider(rule, options)]));
  let open = null as { readonly bucket: GroupDecider; readonly match: Match } | null;
  for await (const batch of groupCopies(withoutRepeats(matches), options.store, options.memoryChars)) {
    let decided: DecidedMatch[] = [];
    for (const grouped of batch) {
      const { match } = grouped.entry;
      if (open !== null && !isSameGroup(open.match, match)) {
        yield* open.bucket.finish();
        open = null;
      }
      const decider = deciders.get(match.rule_id);
      if (decider === undefined) {
        throw new InvariantError('INVARIANT', `a match of rule ${match.rule_id}, which the run does not have`);
      }
      if (typeof decider === 'function') decided.push(decider(grouped));
      else {
        if (decided.length > 0) yield decided;
        decided = [];
        open ??= { bucket: decider, match };
        await decider.add(grouped);
      }
    }
    if (decided.length > 0) yield decided;
  }
  if (open !== null) yield* open.bucket.finish();
}

function isSameGroup(a: Match, b: Match): boolean {
  return a.rule_id === b.rule_id && (a.terms === null) === (b.terms === null) && partitionKey(a) === partitionKey(b);
}

const NO_ALERT = { buckets: [], spans: null, isEarlier: false } as const;

type MatchDecider = (grouped: GroupedMatch) => DecidedMatch;

/** Decides on all matches of a group when it has ended. */
interface GroupDecider {
  add(grouped: GroupedMatch): Promise<void>;
  finish(): AsyncIterable<readonly DecidedMatch[]>;
}

function createDecider(rule: Rule, options: DecideOptions): MatchDecider | GroupDecider {
  const live = options.schedules?.get(rule.rule_id);
  if (live !== undefined) {
    const own = { ...options, ...live };
    return rule.type === 'threshold' ? new LiveBucketDecider(rule, own) : new LiveDecider(rule, own);
  }
  const suppression = options.suppressions?.get(rule.rule_id) ?? null;
  if (rule.type === 'threshold') {
    const resumption = options.resumptions?.get(rule.rule_id) ?? null;
    return new BucketDecider(rule, suppression, { ...options, resumption });
  }
  const memory: RuleMemory = createRuleMemory(rule);
  const isNewTerms = rule.type === 'new_terms';
  let key: string | null = null;
  let before: SourcedMatch | null = null;
  let copyNumber = 0;
  return ({ entry: given, isCopy }) => {
    if (isCopy && (options.dedupe || isNewTerms)) return { entry: given, verdict: 'copy', before, ...NO_ALERT };
    copyNumber = isCopy ? copyNumber + 1 : 0;
    const entry = isCopy ? { ...given, match: { ...given.match, copy_number: copyNumber } } : given;
    const { match } = entry;
    const own = partitionKey(match);
    const previous = own === key ? before : null;
    key = own;
    before = entry;
    if (isUnkeyed(match, isNewTerms)) return { entry, verdict: 'unkeyed', before: null, ...NO_ALERT };
    const verdict = memory.apply({ key: own, timeMs: match.time_ms });
    if (match.place === 'range') return { entry, verdict, before: previous, ...NO_ALERT };
    const { time_ms: timeMs, groups } = match;
    const isEarlier =
      verdict === 'alert' && groups !== undefined && suppression?.mayHoldFromBefore(timeMs, timeMs) === true;
    return { entry, verdict: 'history', before: previous, buckets: [], spans: null, isEarlier };
  };
}

export function toDecision({
  entry,
  verdict,
  before,
  tickMs,
}: DecidedMatch & { readonly tickMs?: number | null }): Decision {
  return {
    match: entry.match,
    source: entry.source,
    ...(tickMs === undefined || tickMs === null ? {} : { tick_ms: tickMs }),
    verdict,
    before: before === null ? null : { time_ms: before.match.time_ms, evidence: before.match.evidence },
    suppression: null,
  };
}
