// A listed object -> read it, for which rules, or leave it out and why. Only what is certain leaves an object out by time.

import type { ListedObject } from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import { planWindowOf, type ArchiveQuestion, type Question } from '../question/output.ts';
import { compileKeyGlob } from './compile-key-glob.ts';
import { parseLayout, type KeyTime, type Layout } from './layouts/layout.ts';
import { holdsNoEvents, isFolderMarker } from './not-events.ts';
import type { SkipReason } from './output.ts';

export interface Selected {
  readonly kind: 'selected';
  /** null: all of the question. */
  readonly rules: readonly string[] | null;
  /** What the key says, whatever it means; null: nothing. */
  readonly keyTime: KeyTime | null;
  /** The rules that read it as history, where all of its time lies before or after the range; null otherwise. */
  readonly historyOf: readonly string[] | null;
}

export interface LeftOut {
  readonly kind: 'skipped';
  readonly reason: SkipReason;
}

/** Decides on the objects of one archive. */
export interface Selector {
  readonly archive: ArchiveQuestion;
  readonly layout: Layout | null;
  select(object: ListedObject): Selected | LeftOut;
}

/** Compiles what the question says of an archive. Throws InputError LAYOUT_INVALID or OPTION_INVALID. */
export function createSelector(question: Question, archive: ArchiveQuestion): Selector {
  const layout = archive.layout === null ? null : parseLayout(archive.layout, { timeZone: archive.layout_tz });
  const included = archive.include_keys.map(compileKeyGlob);
  const excluded = archive.exclude_keys.map(compileKeyGlob);
  const rulesFor = createReach(question, archive);
  const fromMs = question.from === null ? Number.NEGATIVE_INFINITY : Date.parse(question.from);
  const toMs = question.to === null ? Number.POSITIVE_INFINITY : Date.parse(question.to);
  const anew = new Set(question.watch?.rules_anew ?? []);
  const allRules = question.rules.map(({ rule }) => rule.rule_id);
  return {
    archive,
    layout,
    select({ key, size, isArchived, passedOver }) {
      if (passedOver === 'run-folder' || passedOver === 'special-file') return { kind: 'skipped', reason: passedOver };
      if (isFolderMarker(key, size)) return { kind: 'skipped', reason: 'folder-marker' };
      if (holdsNoEvents(key)) return { kind: 'skipped', reason: 'not-events' };
      if (size === 0 && passedOver === undefined) return { kind: 'skipped', reason: 'empty' };
      if (included.length > 0 && !included.some((test) => test(key)))
        return { kind: 'skipped', reason: 'not-included' };
      if (excluded.some((test) => test(key))) return { kind: 'skipped', reason: 'excluded' };
      // It may show events, but what it shows may lie outside the archive: only who excludes it knows that nothing is missed.
      if (passedOver === 'symbolic-link') return { kind: 'skipped', reason: passedOver };
      const keyTime = layout?.keyTime(key) ?? null;
      const span = keyTime === null ? null : eventSpan(keyTime, archive);
      const reached = span === null ? null : rulesFor(span);
      if (reached?.length === 0) return { kind: 'skipped', reason: 'time' };
      const rules = passedOver === 'read-before' ? (reached ?? allRules).filter((id) => anew.has(id)) : reached;
      if (rules?.length === 0) return { kind: 'skipped', reason: 'read-before' };
      if (isArchived) return { kind: 'skipped', reason: 'archived' };
      const isAround = span !== null && (span.to <= fromMs || span.from >= toMs);
      const historyOf = isAround ? (rules ?? allRules) : null;
      return { kind: 'selected', rules, keyTime, historyOf };
    },
  };
}

/**
 * The times that events of an object may have. Whatever the time in its key means, events lie no further from it than the slack:
 * records follow a first record and come before an arrival, but clocks differ and writers reorder, so both sides get all of it.
 */
function eventSpan({ from, to }: KeyTime, { layout_slack_ms: slack }: ArchiveQuestion): KeyTime {
  return { from: from - slack, to: to + slack };
}

const EVERY_TIME = { historyFromMs: Number.NEGATIVE_INFINITY, readToMs: Number.POSITIVE_INFINITY };

/**
 * Whether a key's time says anything of a rule's effective time: in mode `parity` that may be another field than the one that the slack
 * is measured by. When an event was ingested lies near its arrival, whatever its own time.
 */
function keysTell(
  { timestamp_override: override = '@timestamp' }: Rule,
  question: Question,
  archive: ArchiveQuestion,
): boolean {
  if (question.mode === 'complete' || override === '@timestamp') return true;
  return override === 'event.ingested' && archive.layout_time === 'arrival';
}

/** The ids of the rules whose range or history a span of time [from, to) touches; null: all of them. */
function createReach(question: Question, archive: ArchiveQuestion): (span: KeyTime) => readonly string[] | null {
  const own = question.rules.map(({ rule }) => ({
    id: rule.rule_id,
    window: keysTell(rule, question, archive) ? planWindowOf(rule, question) : EVERY_TIME,
  }));
  // A night of a watch reads an object for all rules of later nights too, though only one of them asks for it tonight.
  const lastMs = Math.max(...own.map(({ window }) => window.readToMs));
  const windows =
    question.watch === undefined ? own : own.map(({ id, window }) => ({ id, window: { ...window, readToMs: lastMs } }));
  const known = new Map<string, readonly string[] | null>();
  // Keys come in order: the next one mostly names the same time.
  let last: { readonly span: KeyTime; readonly ids: readonly string[] | null } | null = null;
  return (span) => {
    if (last?.span.from === span.from && last.span.to === span.to) return last.ids;
    const ids = reach(span);
    last = { span, ids };
    return ids;
  };
  function reach(span: KeyTime): readonly string[] | null {
    const begun = windows.filter(({ window }) => window.historyFromMs < span.to);
    const reached = begun.filter(({ window }) => span.from < window.readToMs);
    // How many have begun says which, and so does how many of all have not ended.
    const key = `${begun.length} ${windows.filter(({ window }) => span.from < window.readToMs).length}`;
    const same = known.get(key);
    if (same !== undefined) return same;
    const ids = reached.length === windows.length ? null : reached.map(({ id }) => id);
    known.set(key, ids);
    return ids;
  }
}
