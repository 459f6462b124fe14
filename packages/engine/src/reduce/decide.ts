// Matches in the order of reduction -> what each rule's memory says of them.

import { InvariantError, type RunStore } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { isUnkeyed, partitionKey } from '../scan/output.ts';
import { groupCopies, type GroupedMatch } from './group-copies.ts';
import type { Decision } from './output.ts';
import { createRuleMemory, type RuleMemory } from './rule-memory.ts';
import type { SourcedMatch } from './sourced-match.ts';

export interface DecidedMatch {
  readonly entry: SourcedMatch;
  readonly verdict: Decision['verdict'];
  readonly before: SourcedMatch | null;
}

export interface DecideOptions {
  readonly rules: readonly Rule[];
  readonly store: RunStore;
  /** false: of query rules each copy alerts for itself. */
  readonly dedupe: boolean;
  readonly memoryChars?: number;
}

/** Decides on every match. A copy comes after the match that it copies. */
export async function* decide(
  matches: AsyncIterable<readonly SourcedMatch[]>,
  options: DecideOptions,
): AsyncGenerator<readonly DecidedMatch[]> {
  const deciders = new Map(options.rules.map((rule) => [rule.rule_id, createDecider(rule, options.dedupe)]));
  for await (const batch of groupCopies(matches, options.store, options.memoryChars)) {
    yield batch.map((grouped) => {
      const decider = deciders.get(grouped.entry.match.rule_id);
      if (decider === undefined) {
        throw new InvariantError(
          'INVARIANT',
          `a match of rule ${grouped.entry.match.rule_id}, which the run does not have`,
        );
      }
      return decider(grouped);
    });
  }
}

function createDecider(rule: Rule, dedupe: boolean): (grouped: GroupedMatch) => DecidedMatch {
  const memory: RuleMemory = createRuleMemory(rule);
  const isNewTerms = rule.type === 'new_terms';
  let key: string | null = null;
  let before: SourcedMatch | null = null;
  return ({ entry, isCopy }) => {
    if (isCopy && (dedupe || isNewTerms)) return { entry, verdict: 'copy', before };
    const { match } = entry;
    const own = partitionKey(match);
    const previous = own === key ? before : null;
    key = own;
    before = entry;
    if (isUnkeyed(match, isNewTerms)) return { entry, verdict: 'unkeyed', before: null };
    return { entry, verdict: memory.apply({ key: own, timeMs: match.time_ms, place: match.place }), before: previous };
  };
}

export function toDecision({ entry, verdict, before }: DecidedMatch): Decision {
  return {
    match: entry.match,
    verdict,
    before: before === null ? null : { time_ms: before.match.time_ms, evidence: before.match.evidence },
  };
}
