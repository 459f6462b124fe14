// An alert (or an unkeyed event) on its way to the total order: the first of its copies, and where the others lie.

import { InputError, isObject, parseJson, stringifyDocument, type DocumentValue } from '@coldhunt/core';
import { encodeMatch, toMatch, type Evidence, type Match } from '../scan/output.ts';
import type { DecidedMatch } from './decide.ts';
import type { Bucket } from './output.ts';
import { compareInTotal, type SourcedMatch } from './sourced-match.ts';

const COPIES_KEPT = 1_000;
const NONE: readonly RaisedAlert[] = [];

export interface RaisedAlert extends SourcedMatch {
  readonly kind: 'alert' | 'unkeyed';
  readonly copies: readonly Evidence[];
  readonly copyCount: number;
  /** Of a threshold rule: what was counted; else null. */
  readonly bucket: Bucket | null;
}

/** The total order; of alerts that end with the same event the execution decides. */
export function compareRaised(a: RaisedAlert, b: RaisedAlert): number {
  return compareInTotal(a, b) || (a.bucket?.tick_ms ?? 0) - (b.bucket?.tick_ms ?? 0);
}

export function encodeRaised({ kind, source, match, copies, copyCount, bucket }: RaisedAlert): string {
  const listed = { copies: copies as unknown as DocumentValue, copyCount, bucket: bucket as unknown as DocumentValue };
  const rest = stringifyDocument({ kind, source, ...listed });
  return `{"match":${encodeMatch(match)},${rest.slice(1)}`;
}

/** Throws InputError RUN_INVALID when the line is none. */
export function decodeRaised(line: string): RaisedAlert {
  const value = parseJson(line);
  if (
    !isObject(value) ||
    !isObject(value['match']) ||
    typeof value['source'] !== 'string' ||
    !Array.isArray(value['copies'])
  ) {
    throw new InputError('RUN_INVALID', 'a line of a reduce file is no alert');
  }
  const raised = value as unknown as RaisedAlert;
  return { ...raised, match: toMatch(value['match']), bucket: raised.bucket ?? null };
}

/** Gathers the copies that follow an alert. */
export class AlertGatherer {
  #first: SourcedMatch | null = null;
  #kind: RaisedAlert['kind'] = 'alert';
  #id: Pick<Match, 'id' | 'index'> = { id: null, index: null };
  #copies: Evidence[] = [];
  #copyCount = 0;
  #buckets: readonly Bucket[] = [];

  /** Takes the next decision, and gives the alerts that it completes. */
  take({ entry, verdict, buckets }: DecidedMatch): readonly RaisedAlert[] {
    if (verdict === 'copy') {
      if (this.#first !== null) this.#addCopy(entry.match);
      return NONE;
    }
    const complete = this.finish();
    if (verdict === 'alert' || verdict === 'unkeyed') {
      this.#first = entry;
      this.#kind = verdict;
      this.#id = { id: entry.match.id, index: entry.match.index };
      this.#buckets = buckets;
    }
    return complete;
  }

  finish(): readonly RaisedAlert[] {
    const first = this.#first;
    if (first === null) return NONE;
    const raised: RaisedAlert = {
      kind: this.#kind,
      source: first.source,
      match: { ...first.match, ...this.#id },
      copies: this.#copies,
      copyCount: this.#copyCount,
      bucket: null,
    };
    const buckets = this.#buckets;
    this.#first = null;
    this.#copies = [];
    this.#copyCount = 0;
    return buckets.length === 0 ? [raised] : buckets.map((bucket) => ({ ...raised, bucket }));
  }

  #addCopy(match: Match): void {
    this.#copyCount += 1;
    if (this.#copies.length < COPIES_KEPT) this.#copies.push(match.evidence);
    // The id of an alert does not depend on the format: a copy's `_id` and index stand for one that has none.
    if (this.#id.id === null && match.id !== null) this.#id = { id: match.id, index: match.index ?? this.#id.index };
    else if (this.#id.index === null && match.index !== null) this.#id = { ...this.#id, index: match.index };
  }
}
