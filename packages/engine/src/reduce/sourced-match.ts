// A match on its way through the reducer, with the place where its event is kept.

import { InputError, compareText, compareTotalOrder, isObject, parseJson } from '@coldhunt/core';
import { encodeMatch, orderKey, toMatch, type Match } from '../scan/output.ts';

export interface SourcedMatch {
  readonly match: Match;
  /** The matches file or ledger record that keeps the event (event-sources.ts). */
  readonly source: string;
}

export function encodeSourced({ match, source }: SourcedMatch): string {
  return `{"source":${JSON.stringify(source)},"match":${encodeMatch(match)}}`;
}

/** Throws InputError RUN_INVALID when the line is none. */
export function decodeSourced(line: string): SourcedMatch {
  const value = parseJson(line);
  if (!isObject(value) || typeof value['source'] !== 'string' || !isObject(value['match'])) {
    throw new InputError('RUN_INVALID', 'a line of a reduce file is no match');
  }
  return { source: value['source'], match: toMatch(value['match']) };
}

/** The total order; the source decides between two readings of one object. */
export function compareInTotal(a: SourcedMatch, b: SourcedMatch): number {
  return compareTotalOrder(orderKey(a.match), orderKey(b.match)) || compareText(a.source, b.source);
}

/**
 * Leaves out what was read twice: an object that could not be read to its end is read again by a later night of a watch. The same event
 * at the same place of the same object is no copy.
 */
export async function* withoutRepeats(
  matches: AsyncIterable<readonly SourcedMatch[]>,
): AsyncGenerator<readonly SourcedMatch[]> {
  let last: Match | null = null;
  for await (const batch of matches) {
    yield batch.filter(({ match }) => {
      const isRepeat = last !== null && isSamePlace(last, match);
      last = match;
      return !isRepeat;
    });
  }
}

function isSamePlace(a: Match, b: Match): boolean {
  return (
    a.position === b.position &&
    a.time_ms === b.time_ms &&
    a.evidence.uri === b.evidence.uri &&
    a.evidence.etag === b.evidence.etag &&
    a.rule_id === b.rule_id &&
    a.term_key === b.term_key
  );
}
