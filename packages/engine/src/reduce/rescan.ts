// What one hunt over everything that has arrived by now would raise in time that earlier nights have reported on: compared with what
// they reported, it gives the corrections. Of rules whose alerts depend on the ones before it gives too what the next night goes on from.

import { sha256Hex } from '@coldhunt/core';
import type { CompiledRule } from '@coldhunt/rules';
import { edgeOf, suppressionOf, toPlace, windowOf, type Question, type RuleBase } from '../question/output.ts';
import { createAlertBuilder } from './alert/build-alert-document.ts';
import type { Examined } from './baseline.ts';
import { readCarried, settledFor } from './carried.ts';
import { encodeState, readState, resumptionsOf } from './carried-state.ts';
import { mergeSorted } from './merge-sorted.ts';
import { nightMatches, type NightOptions } from './night-matches.ts';
import type { AlertBuilder } from './output.ts';
import { compareRaised, type RaisedAlert } from './raised-alert.ts';
import { readRaised, reducePartition, type Relocate } from './reduce-partition.ts';
import { removeQuietly } from './spill-sorter.ts';
import type { GroupedAlert } from './suppression/alert-groups.ts';
import { raisedAt } from './suppression/alert-groups.ts';
import { suppressAlerts } from './suppression/suppress-alerts.ts';
import { writeAlerts } from './write-alerts.ts';

export const RESCAN_FOLDER = 'reduce/rescan';
const STATE_PATH = 'memory.state.ndjson';

export interface RescanOptions extends NightOptions {
  readonly rules: readonly CompiledRule[];
  readonly examined: Examined;
  /** By rule id: the time whose alerts are raised again, milliseconds, [fromMs, toMs). A rule that is not in it is left alone. */
  readonly ranges: ReadonlyMap<string, { readonly fromMs: number; readonly toMs: number }>;
  /** By rule id: where the next night works alerts out from. */
  readonly nextBases: Readonly<Record<string, RuleBase>>;
  readonly buildAlert?: AlertBuilder;
}

/** What is settled for the next night, in the run folder. */
export interface LeftState {
  readonly path: string;
  readonly sha256: string;
  readonly count: number;
}

/** Writes reduce/rescan/alerts.ndjson, and memory.state.ndjson; null: nothing is settled that matters. */
export async function rescan(options: RescanOptions): Promise<LeftState | null> {
  const { run, store, examined, nextBases, ranges } = options;
  const questions = new Map(
    run.question.rules.flatMap(({ rule: { rule_id: id } }): [string, Question][] => {
      const range = ranges.get(id);
      return range === undefined ? [] : [[id, { ...run.question, from: toIso(range.fromMs), to: toIso(range.toMs) }]];
    }),
  );
  const rules = run.question.rules.flatMap(({ rule }) => (questions.has(rule.rule_id) ? [rule] : []));
  const next = new Map(
    rules.flatMap((rule): [string, number][] => {
      const base = nextBases[rule.rule_id];
      if (base === undefined || base.is_first) return [];
      return [[rule.rule_id, edgeOf(rule, run.question, Date.parse(base.from)).atMs]];
    }),
  );
  const state = await readState(store, await readCarried(store, run.question), run.question);
  const suppressions = new Map(
    rules.flatMap((rule) => {
      const found = suppressionOf(rule, questions.get(rule.rule_id) ?? run.question);
      return found === null ? [] : [[rule.rule_id, found] as const];
    }),
  );
  const left = { alerted: new Map<string, Map<string, number>>(), openers: new Map<string, RaisedAlert>() };
  const onOpener = (opener: GroupedAlert): void => {
    const { rule_id: id } = opener.match;
    const nextMs = next.get(id);
    const atMs = raisedAt(opener);
    if (nextMs === undefined || atMs >= nextMs || (suppressions.get(id)?.lastHeld(atMs) ?? atMs) < nextMs) return;
    const settled = { ...opener, match: { ...opener.match, place: 'history' as const, event: null, explanation: [] } };
    left.openers.set(`${id}\0${opener.group.key}`, { ...settled, copies: [], held: null });
  };
  const input = await nightMatches({ ...options, withCarried: true, relocate: relocateEach(run.question, questions) });
  // What a night that was killed has left may rest on other records.
  await removeQuietly(store, `${RESCAN_FOLDER}/part-0-of-1.json`);
  const part = await reducePartition(input, {
    ...options,
    rules: run.question.rules.map(({ rule }) => rule),
    termFields: run.question.options.new_terms_fields,
    dedupe: run.question.options.dedupe,
    suppressions,
    resumptions: resumptionsOf(run.question, state, { ticks: next, left: left.alerted }),
    folder: RESCAN_FOLDER,
  });
  const suppressed = await suppressAlerts(() => mergeSorted([readRaised(store, part)], compareRaised), {
    ...options,
    suppressions,
    openers: state.openers,
    onOpener,
  });
  await writeAlerts(suppressed.raised, {
    ...options,
    run,
    examined,
    folder: `${RESCAN_FOLDER}/`,
    buildAlert: options.buildAlert ?? createAlertBuilder(),
  });
  await suppressed.clear();
  const lines = encodeState({ alerted: left.alerted, openers: [...left.openers.values()] });
  if (lines.length === 0) {
    await removeQuietly(store, STATE_PATH);
    return null;
  }
  const body = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  await store.put(STATE_PATH, body);
  return { path: STATE_PATH, sha256: sha256Hex(body), count: lines.length };
}

/** Each rule in a range of its own; `null` for rules that are left alone, and for what comes too late for what is settled. */
function relocateEach(question: Question, questions: ReadonlyMap<string, Question>): Relocate {
  const windows = new Map(
    question.rules.flatMap(({ rule }) => {
      const own = questions.get(rule.rule_id);
      return own === undefined ? [] : [[rule.rule_id, windowOf(rule, own)] as const];
    }),
  );
  const isSettled = settledFor(question);
  return (match, isCarried) => {
    const window = windows.get(match.rule_id);
    if (window === undefined || (!isCarried && isSettled(match))) return null;
    const place = toPlace(match.time_ms, window);
    return place === 'outside' ? null : place === match.place ? match : { ...match, place };
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
