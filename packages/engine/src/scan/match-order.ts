// The order in which matches are stored and reduced: (rule, partition key, time, copy hash, `_id` with none last, URI, position).
// Copies stand together in it, those with one `_id` too.

import { compareText, type OrderKey } from '@coldhunt/core';
import type { Match } from './output.ts';

/** A match of a new-terms rule in an event that lacks a value for one of the rule's fields. */
export function isUnkeyed(match: Match, isNewTerms: boolean): boolean {
  return isNewTerms && match.terms === null;
}

/** Where a match stands in the total order. */
export function orderKey(match: Match): OrderKey {
  return {
    timeMs: match.time_ms,
    ruleId: match.rule_id,
    termKey: match.term_key,
    copyHash: match.copy_hash,
    uri: match.evidence.uri,
    position: match.position,
  };
}

/** What is remembered together: the terms, or without terms the copies of one event. Empty for a bucket without fields. */
export function partitionKey(match: Match): string {
  return match.terms === null ? match.copy_hash : match.term_key;
}

/** Negative when a comes before b in the order of reduction. */
export function compareMatches(a: Match, b: Match): number {
  return (
    compareText(a.rule_id, b.rule_id) ||
    Number(a.terms === null) - Number(b.terms === null) ||
    compareText(partitionKey(a), partitionKey(b)) ||
    a.time_ms - b.time_ms ||
    compareText(a.copy_hash, b.copy_hash) ||
    compareIds(a.id, b.id) ||
    compareText(a.evidence.uri, b.evidence.uri) ||
    a.position - b.position
  );
}

function compareIds(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareText(a, b);
}
