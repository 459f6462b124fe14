// What earlier nights of a watch leave to the next one: carried.json and its matches file, in the run folder of the night that rests on
// them. A night is a run folder like any other: whoever reduces, lists or verifies it needs nothing beside it.

import { InputError, damagedFile, openSeal, sha256Hex, type RunStore } from '@coldhunt/core';
import { z } from 'zod';
import { toPlace, windowOf, type Question } from '../question/output.ts';
import type { Match } from '../scan/output.ts';
import type { Examined } from './baseline.ts';
import type { Interval } from './hours.ts';
import { parseVersioned } from './read-reduce-done.ts';
import type { Relocate } from './reduce-partition.ts';

export const CARRIED_PATH = 'carried.json';

const count = z.number().int().nonnegative();
const instant = z.number();
const span = z.object({ from: instant, to: instant });

const carriedSchema = z.object({
  /** Matches in the order of reduction, then the events of those that may still raise an alert. null: there are none. */
  memory: z
    .object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), matches: count, events: count })
    .nullable(),
  /** What is settled of rules whose alerts depend on the ones before (carried-state.ts). Absent or null: nothing. */
  state: z.object({ path: z.string(), sha256: z.string().regex(/^[0-9a-f]{64}$/), count }).nullish(),
  /** What was examined in all nights before: what "new" rests on. */
  examined: z.object({
    hours: z.array(span),
    first_ms: instant.nullable(),
    unread: z.array(z.object({ uri: z.string(), what: z.string(), when: span.nullable() })),
    was_pruned: z.boolean(),
  }),
});

export type Carried = z.infer<typeof carriedSchema>;

/** What the question rests on; null: nothing. Throws InputError RUN_DAMAGED when it is gone or not what the question names. */
export async function readCarried(store: RunStore, { watch }: Question): Promise<Carried | null> {
  if (watch === undefined || watch.carried === null) return null;
  const bytes = await store.get(CARRIED_PATH);
  if (bytes === null) throw damagedFile(CARRIED_PATH, 'it is gone');
  if (sha256Hex(bytes) !== watch.carried) throw damagedFile(CARRIED_PATH, 'it is not the one that run.json names');
  return parseCarried(bytes, CARRIED_PATH);
}

/** Throws InputError RUN_DAMAGED, RUN_INVALID or RUN_FORMAT_NEWER. */
export function parseCarried(bytes: Uint8Array, path: string): Carried {
  const parsed = carriedSchema.safeParse(parseVersioned(openSeal(bytes, path), path));
  if (parsed.success) return parsed.data;
  throw new InputError('RUN_INVALID', `${path} is nothing that a night leaves: ${z.prettifyError(parsed.error)}`);
}

/**
 * Where matches lie in the range of a night: scans of all nights found them in windows of their own; and what is no match of the question's
 * mode, where a scan in mode `both` found those of two. It gives null for what is left out.
 */
export function relocateFor(question: Question): Relocate {
  if (question.watch === undefined) {
    const isLive = question.mode === 'parity';
    return (match) => {
      if (match.is_shared === true) return isLive ? asLive(match) : asComplete(match);
      return (match.seen !== undefined) === isLive ? match : null;
    };
  }
  const windows = new Map(question.rules.map(({ rule }) => [rule.rule_id, windowOf(rule, question)]));
  const isSettled = settledFor(question);
  return (match, isCarried) => {
    const window = windows.get(match.rule_id);
    if (window === undefined || (!isCarried && isSettled(match))) return null;
    const place = toPlace(match.time_ms, window);
    return place === 'outside' ? null : place === match.place ? match : { ...match, place };
  };
}

function asLive({ is_shared: _shared, ...match }: Match): Match {
  return match;
}

function asComplete({ is_shared: _shared, seen: _seen, ...match }: Match): Match {
  return match;
}

/** Whether a match that comes tonight is too late to count: its rule's alerts of that time are settled. */
export function settledFor({ watch }: Question): (match: Match) => boolean {
  const bases = new Map(
    Object.entries(watch?.bases ?? {}).flatMap(([id, base]) =>
      base.is_first ? [] : [[id, Date.parse(base.from)] as const],
    ),
  );
  return ({ rule_id: id, time_ms: timeMs }) => timeMs < (bases.get(id) ?? Number.NEGATIVE_INFINITY);
}

/** What all nights have examined together. */
export function joinExamined(examined: Examined, carried: Carried | null): Examined {
  if (carried === null) return examined;
  const { hours, first_ms, unread, was_pruned } = carried.examined;
  return {
    hours: joinIntervals([...hours, ...examined.hours]),
    firstMs: Math.min(first_ms ?? Number.POSITIVE_INFINITY, examined.firstMs),
    maxGapMs: examined.maxGapMs,
    unread: [...unread, ...examined.unread],
    wasPruned: was_pruned || examined.wasPruned,
  };
}

/** In order, and none touching the next. */
function joinIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const joined: Interval[] = [];
  for (const next of intervals.toSorted((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last === undefined || next.from > last.to) joined.push(next);
    else if (next.to > last.to) joined[joined.length - 1] = { from: last.from, to: next.to };
  }
  return joined;
}
