// Hits of one batch -> matches with terms, explanation and evidence, one per term tuple, and the event when it may alert.

import { scalarText, type EventView, type FieldPath } from '@coldhunt/core';
import type { SourceEvent } from '@coldhunt/formats';
import { GROUP_LIMIT, termKey, type Term } from '@coldhunt/rules';
import { copyHash } from './copy-hash.ts';
import { originalTime } from './event-time.ts';
import type { MatchCollector, NewMatch } from './match-collector.ts';
import type { Hit } from './match-event.ts';
import type { Evidence } from './output.ts';
import { AGENT_ID, HOST_NAME, ORIGINAL_TIME } from './scan-context.ts';

/** More combinations of one event's values than this are not taken as terms: the event has none, with a warning. */
const TERM_LIMIT = 100_000;
const NAMES_KEPT = 10;
/** Events that are asked for all of themselves at the same time: rows of Parquet are then decoded together. */
const EVENTS_AT_ONCE = 128;

export interface ObjectIdentity {
  readonly uri: string;
  readonly etag: string;
  readonly version_id: string | null;
}

/** Keeps the hits, which stand in the order of their events. Adds to `warnings` what could not be taken as it is. */
export async function keepHits(
  hits: readonly Hit[],
  identity: ObjectIdentity,
  collector: MatchCollector,
  warnings: Set<string>,
): Promise<void> {
  const byEvent = [...Map.groupBy(hits, ({ event }) => event)];
  for (let at = 0; at < byEvent.length; at += EVENTS_AT_ONCE) {
    const gathered = await Promise.all(
      byEvent.slice(at, at + EVENTS_AT_ONCE).map(async ([event, own]) => {
        const isInRange = own.some(({ place, exception }) => place === 'range' && exception === null);
        const [document, evidence] = await Promise.all([
          isInRange ? event.document() : null,
          evidenceOf(event, identity),
        ]);
        return { own, document, evidence };
      }),
    );
    for (const { own, document, evidence } of gathered) {
      await collector.add(matchesOf(own, evidence, warnings), document);
    }
  }
}

export async function evidenceOf(event: SourceEvent, { uri, etag, version_id }: ObjectIdentity): Promise<Evidence> {
  return { uri, etag, version_id, ...(await event.coordinates()) };
}

function* matchesOf(hits: readonly Hit[], evidence: Evidence, warnings: Set<string>): Generator<NewMatch> {
  const [{ event }] = hits as [Hit];
  let hashed = null as { readonly timeMs: number; readonly hash: string } | null;
  const original_time = originalTime(event.view, ORIGINAL_TIME);
  const host_names = namesAt(event.view, HOST_NAME);
  const agent_ids = namesAt(event.view, AGENT_ID);
  for (const hit of hits) {
    const { timeMs, seen } = hit;
    // Rules agree on the time in mode `complete`, and mostly in `parity`.
    if (hashed?.timeMs !== timeMs) hashed = { timeMs, hash: copyHash(event.view, timeMs) };
    const tuples = tuplesOf(hit, warnings);
    const aside = asideOf(hit, tuples.length > 0);
    const distinct = hit.rule.compiled.distinct(event.view);
    const isMultiple = hit.rule.groups === 'buckets' && aside === undefined && tuples.length > 1;
    const groups = aside === undefined ? groupsOf(hit, warnings) : null;
    const explanation =
      hit.place === 'range' && aside === undefined ? hit.rule.compiled.explain(event.view, timeMs) : [];
    // What an exception took away, or is told for its time, is shown once, with its first terms.
    const shown = hit.exception === null && hit.skew === undefined ? tuples : tuples.slice(0, 1);
    for (const terms of shown.length === 0 ? [null] : shown) {
      yield {
        rule_id: hit.rule.compiled.rule.rule_id,
        place: hit.place,
        ...(aside === undefined ? {} : { aside }),
        time_ms: timeMs,
        ...(seen === null ? {} : { seen: { ms: seen.seenMs, is_fallback: seen.isFallback } }),
        ...(hit.isShared === undefined ? {} : { is_shared: hit.isShared }),
        original_time,
        terms,
        term_key: terms === null ? '' : termKey(terms),
        distinct,
        ...(isMultiple ? { bucket_count: tuples.length } : {}),
        ...(groups === null ? {} : { groups }),
        copy_hash: hashed.hash,
        id: event.id,
        index: hit.index,
        host_names,
        agent_ids,
        evidence,
        position: event.position,
        explanation,
      };
    }
  }
}

/** Without terms an event is in no bucket of a threshold rule, and history has nothing that a rule could remember. */
function asideOf({ rule, place, exception, skew }: Hit, hasTerms: boolean): NewMatch['aside'] {
  if (skew !== undefined) return { kind: 'skewed', ...skew };
  if (exception !== null) return { kind: 'excepted', item: exception };
  const isLost = rule.groups === 'buckets' || (rule.groups === 'new-terms' && place === 'history');
  return isLost && !hasTerms ? { kind: 'unkeyed' } : undefined;
}

function tuplesOf({ event, rule }: Hit, warnings: Set<string>): readonly (readonly Term[])[] {
  if (rule.groups === null) return [];
  const combinations = rule.termPaths.reduce((product, any) => product * mostAt(event.view, any), 1);
  if (combinations > TERM_LIMIT) {
    const where = rule.groups === 'buckets' ? 'is in no bucket' : 'stands in unkeyed.ndjson';
    warnings.add(
      `rule ${rule.compiled.rule.rule_id}: an event has more than ${TERM_LIMIT} combinations of the values that the rule groups by; it ${where}`,
    );
    return [];
  }
  return rule.compiled.terms(event.view);
}

function groupsOf({ event, rule }: Hit, warnings: Set<string>): NewMatch['groups'] | null {
  const groups = rule.compiled.groupBy(event.view);
  if (groups !== 'too many') return groups;
  warnings.add(
    `rule ${rule.compiled.rule.rule_id}: an event is in more than ${GROUP_LIMIT} groups of alert_suppression; its alert is raised for itself`,
  );
  return null;
}

/** How many values a term can have at most: of the field, or of a declared fallback that stands in for it. */
function mostAt(view: EventView, any: readonly FieldPath[]): number {
  return any.reduce((most, path) => Math.max(most, new Set(view.values(path)).size), 1);
}

function namesAt(view: EventView, path: FieldPath): readonly string[] {
  const values = view.values(path);
  return values.length === 0 ? [] : [...new Set(values.map(scalarText))].slice(0, NAMES_KEPT);
}
