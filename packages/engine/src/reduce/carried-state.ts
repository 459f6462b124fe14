// What earlier nights have settled of rules whose alerts depend on the ones before, a line an entry: of a bucket of a threshold rule the
// last event of its last alert; of a group of alerts the one that may still hold others.

import { InputError, damagedFile, isObject, parseJson, sha256Hex, type RunStore } from '@coldhunt/core';
import { edgeOf, type Question } from '../question/output.ts';
import type { Carried } from './carried.ts';
import { decodeRaised, encodeRaised, type RaisedAlert } from './raised-alert.ts';
import type { BucketResumption } from './threshold/decide-bucket.ts';

export interface CarriedState {
  /** By rule id and bucket, in milliseconds. */
  readonly alerted: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly openers: readonly RaisedAlert[];
}

const NOTHING: CarriedState = { alerted: new Map(), openers: [] };

/** Throws InputError RUN_DAMAGED or RUN_INVALID. Rules that are new tonight rest on nothing. */
export async function readState(store: RunStore, carried: Carried | null, question: Question): Promise<CarriedState> {
  const file = carried?.state ?? null;
  if (file === null) return NOTHING;
  const bytes = await store.get(file.path);
  if (bytes === null) throw damagedFile(file.path, 'it is gone');
  if (sha256Hex(bytes) !== file.sha256) throw damagedFile(file.path, 'it is not what the night before has left');
  const alerted = new Map<string, Map<string, number>>();
  const openers: RaisedAlert[] = [];
  const goesOn = (id: string): boolean => question.watch?.bases?.[id]?.is_first === false;
  for (const line of Buffer.from(bytes).toString('utf8').split('\n')) {
    if (line === '') continue;
    if (line.startsWith('{"match"')) {
      const opener = decodeRaised(line);
      if (goesOn(opener.match.rule_id)) openers.push(opener);
      continue;
    }
    const value = parseJson(line);
    if (!isObject(value)) throw invalid(file.path);
    const { rule_id: id, key, alerted_ms: ms } = value;
    if (typeof id !== 'string' || typeof key !== 'string' || typeof ms !== 'number') throw invalid(file.path);
    if (!goesOn(id)) continue;
    const buckets = alerted.get(id) ?? new Map<string, number>();
    alerted.set(id, buckets.set(key, ms));
  }
  return { alerted, openers };
}

/** The lines of a state. */
export function encodeState({ alerted, openers }: CarriedState): readonly string[] {
  const buckets = [...alerted].flatMap(([id, own]) =>
    [...own].map(([key, ms]) => JSON.stringify({ rule_id: id, key, alerted_ms: ms })),
  );
  return [...buckets, ...openers.map((opener) => encodeRaised(opener))];
}

/**
 * How the buckets of a night's threshold rules are gone on with. `next`: by rule id the execution that the next night goes on from; what
 * the ones before leave goes into `left`.
 */
export function resumptionsOf(
  question: Question,
  state: CarriedState,
  next?: { readonly ticks: ReadonlyMap<string, number>; readonly left: Map<string, Map<string, number>> },
): ReadonlyMap<string, BucketResumption> {
  const found = new Map<string, BucketResumption>();
  for (const { rule } of question.rules) {
    const base = question.watch?.bases?.[rule.rule_id];
    if (rule.type !== 'threshold' || base === undefined) continue;
    const id = rule.rule_id;
    const firstTickMs = base.is_first ? Number.NEGATIVE_INFINITY : edgeOf(rule, question, Date.parse(base.from)).atMs;
    const alerted = state.alerted.get(id);
    const nextTickMs = next?.ticks.get(id) ?? null;
    found.set(id, {
      edgesOf: (key) => ({ firstTickMs, alertedMs: alerted?.get(key) ?? null, nextTickMs }),
      ...(nextTickMs === null
        ? {}
        : { leave: (key, ms) => next?.left.set(id, (next.left.get(id) ?? new Map<string, number>()).set(key, ms)) }),
    });
  }
  return found;
}

function invalid(path: string): InputError {
  return new InputError('RUN_INVALID', `a line of ${path} is nothing that a night leaves`);
}
