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
