// One night of a watch: a hunt over what is new, resting on what the nights before have left; then what it leaves itself, and what late
// events correct. Its last write is its file in nights/, so that a night that was killed anywhere is gone on with or done again.

import { sha256Hex, stringifyDocument, type Document, type ObjectSource, type RunStore } from '@coldhunt/core';
import {
  RESCAN_FOLDER,
  compileQuestionRules,
  leaveMemory,
  readAlerts,
  readRun,
  rescan,
  tellLateMatches,
  type AlertBuilder,
  type HuntOptions,
  type HuntResult,
  type LeftState,
  type Question,
  type RunFile,
} from '@coldhunt/engine';
import { correct, type Correction } from './corrections.ts';
import { folderStore } from './folder-store.ts';
import { nightFolder, writeNight, type Night } from './night-file.ts';
import { carriedFrom, carry, huntNight, openNight } from './night-run.ts';
import { publishedOf, readPublished, writePublished, type PublishedAlert } from './published.ts';
import { readOf, readTonight } from './read-tonight.ts';
import { NEW_BY_RULE_CHANGE, markingBuilder, runReplaced } from './replaced-rules.ts';
import { basesOf, openAfter, rescanRanges, type Settled } from './rule-bases.ts';
import { ruleMeanings, rulesOf } from './rule-meaning.ts';
import type { NightRange } from './schedule.ts';
import type { Watch } from './watch-file.ts';

export const CORRECTIONS_PATH = 'corrections.ndjson';

export interface NightOptions extends Pick<HuntOptions, 'runShards' | 'signal' | 'onPhase' | 'partitions'> {
  readonly workspace: RunStore;
  readonly watch: Watch;
  /** The night before; null: there was none. */
  readonly before: Night | null;
  readonly range: NightRange;
  /** One per archive of the question, in its order. */
  readonly sources: readonly ObjectSource[];
  /** The watermark moves over a night that was not examined wholly; what was missed is told and tried again every night. */
  readonly acceptIncomplete: boolean;
  readonly buildAlert?: AlertBuilder;
  /** The night itself, when what it has left is damaged and is to be left again: as it was asked, whatever the watch asks by now. */
  readonly again?: Night;
  /** Rules that tonight asks with another meaning, as the night before asked them: so that it can be told what only the change raises. */
  readonly isReplaced?: boolean;
  /** Milliseconds. Default: now. */
  readonly nowMs?: number;
}

export interface NightResult {
  readonly run: RunFile;
  readonly hunt: HuntResult;
  /** null: it was incomplete, and the watermark stays. */
  readonly night: Night | null;
}

/** Throws what a hunt throws, and RUN_DAMAGED for what earlier nights left. */
export async function runNight(given: NightOptions): Promise<NightResult> {
  const { workspace, before, again } = given;
  if (given.isReplaced === true) return { ...(await runReplaced(given)), night: null };
  const number = (before?.number ?? 0) + 1;
  const store = folderStore(workspace, nightFolder(number));
  const asked = again === undefined ? given : { ...given, ...(await askedThen(store, given.watch)) };
  const options = { ...asked, ...(await markingBuilder(asked)) };
  const { watch } = options;
  const carried = carriedFrom(before);
  const opened =
    again === undefined
      ? await openNight(store, questionOf(options, carried === null ? null : sha256Hex(carried)))
      : { run: await readRun(store), retries: false };
  if (before !== null && carried !== null) await carry(workspace, store, before, carried);
  const hunt = await huntNight(options, store, opened);
  const { run } = opened;
  const { complete } = hunt.coverage;
  if (!complete && !options.acceptIncomplete) return { run, hunt, night: null };
  const rescanFrom = again?.next_rescan_from ?? nextRescan(watch, options.range);
  const night = await endNight({ ...options, store, number, run, hunt, rescanFrom });
  return { run, hunt, night };
}

/** The watch as the run folder of a night has it; what was not examined then was accepted. */
async function askedThen(store: RunStore, watch: Watch): Promise<Pick<NightOptions, 'watch' | 'acceptIncomplete'>> {
  const { watch: _night, ...question } = (await readRun(store)).question;
  return {
    watch: { ...watch, question: { ...question, from: watch.question.from, to: null } },
    acceptIncomplete: true,
  };
}

function questionOf(options: NightOptions, carried: string | null): Question {
  const { watch, before, range } = options;
  const meanings = ruleMeanings(watch.question);
  const anew = [...meanings].filter(([id, meaning]) => before?.rules[id]?.meaning !== meaning).map(([id]) => id);
  // What was let go for a shorter --rescan-window is not there again.
  const letGoMs = Date.parse(before?.next_rescan_from ?? watch.question.from);
  const fromMs = Math.max(Date.parse(watch.question.from), range.fromMs - watch.rescan_ms, letGoMs);
  const bases = basesOf(watch.question, rulesOf(options), before === null ? range.fromMs : fromMs);
  return {
    ...watch.question,
    from: toIso(range.fromMs),
    to: toIso(range.toMs),
    watch: {
      rescan_from: before === null ? toIso(range.fromMs) : toIso(fromMs),
      carried,
      rules_anew: before === null ? [] : anew,
      ...(Object.keys(bases).length === 0 ? {} : { bases }),
    },
  };
}

/** From when on the night after takes up late events. */
function nextRescan({ question, rescan_ms: rescanMs }: Watch, { toMs }: NightRange): string {
  return toIso(Math.max(Date.parse(question.from), toMs - rescanMs));
}

interface EndedHunt extends NightOptions {
  readonly store: RunStore;
  readonly number: number;
  readonly run: RunFile;
  readonly hunt: HuntResult;
  readonly rescanFrom: string;
}

async function endNight(ended: EndedHunt): Promise<Night> {
  const { workspace, watch, store, number, run, hunt, rescanFrom, signal, nowMs = Date.now() } = ended;
  const { question } = run;
  const night = { run, store, plan: hunt.plan, ...(signal === undefined ? {} : { signal }) };
  const { late, tooLate } = await tellLateMatches({ ...night, sinceMs: Date.parse(watch.question.from) });
  const rules = rulesOf(ended);
  const bases = basesOf(question, rules, Date.parse(rescanFrom));
  const memory = await leaveMemory({ ...night, rescanFrom, bases });
  const tonight = await readTonight(ended);
  const { corrections, standing, state } = await corrected(ended, { hasLate: late > 0, rules, bases });
  await store.putStream(CORRECTIONS_PATH, toNdjson(corrections));
  const isOpen = openAfter(question, { rules, bases, rescanFrom });
  const { alerts, newByRuleChange } = await reportedTonight(store);
  const published = [...standing, ...alerts].filter(isOpen);
  const folder = nightFolder(number);
  const body: Night = {
    number,
    run_id: run.run_id,
    from: String(question.from),
    to: String(question.to),
    rescan_from: question.watch?.rescan_from ?? String(question.from),
    next_rescan_from: rescanFrom,
    memory,
    state,
    examined: examinedOf(ended, tonight.objects),
    read: await readOf({ ...ended, bases }, tonight),
    rules,
    alerts: hunt.done.alerts.count,
    ...(newByRuleChange === 0 ? {} : { new_by_rule_change: newByRuleChange }),
    published: await writePublished(workspace, `${folder}published.ndjson`, published),
    corrections: countKinds(corrections),
    late,
    too_late: tooLate,
    complete: hunt.coverage.complete,
    ended_at: toIso(nowMs),
  };
  // Another process that ran the same night wrote the same but for the time of its end.
  await writeNight(workspace, body);
  return body;
}

/**
 * Nothing that was reported changes unless an event came late; what a rule reported with another meaning stands. Alerts that depend on
 * the ones before are worked out every night: an event of tonight may belong to one of yesterday, and what is settled moves on.
 */
async function corrected(
  { workspace, store, before, run, hunt, range, buildAlert, signal }: EndedHunt,
  { hasLate, rules, bases }: Settled & { readonly hasLate: boolean },
): Promise<{
  readonly corrections: readonly Correction[];
  readonly standing: readonly PublishedAlert[];
  readonly state: LeftState | null;
}> {
  const published = await readPublished(workspace, before);
  const { question } = run;
  const { watch } = question;
  const ranges = watch === undefined ? new Map<string, never>() : rescanRanges(question, { hasLate, rules, range });
  if (watch === undefined || ranges.size === 0) return { corrections: [], standing: published, state: null };
  const state = await rescan({
    run,
    store,
    plan: hunt.plan,
    rules: compileQuestionRules(question),
    examined: hunt.examined,
    ranges,
    nextBases: bases,
    ...(buildAlert === undefined ? {} : { buildAlert }),
    ...(signal === undefined ? {} : { signal }),
  });
  const opens = openAfter(question, { rules, bases: watch.bases ?? {}, rescanFrom: watch.rescan_from });
  const isOpen = (alert: PublishedAlert): boolean => ranges.has(alert.rule_id) && opens(alert);
  const raised = keepOpen(readAlerts(store, `${RESCAN_FOLDER}/alerts.ndjson`), isOpen);
  const { corrections, standing } = await correct(published.filter(isOpen), raised, range.fromMs);
  return { corrections, standing: [...published.filter((alert) => !isOpen(alert)), ...standing], state };
}

async function* keepOpen(
  alerts: AsyncIterable<Document>,
  isOpen: (alert: PublishedAlert) => boolean,
): AsyncGenerator<Document> {
  for await (const alert of alerts) if (isOpen(publishedOf(alert))) yield alert;
}

interface Tonight {
  readonly alerts: readonly PublishedAlert[];
  readonly newByRuleChange: number;
}

async function reportedTonight(store: RunStore): Promise<Tonight> {
  const alerts: PublishedAlert[] = [];
  let newByRuleChange = 0;
  for await (const alert of readAlerts(store)) {
    alerts.push(publishedOf(alert));
    if (alert[NEW_BY_RULE_CHANGE] === true) newByRuleChange += 1;
  }
  return { alerts, newByRuleChange };
}

/** What every night has examined by now; an object that could be read tonight is no hole any more. */
function examinedOf({ hunt }: EndedHunt, known: ReadonlyMap<string, unknown>): Night['examined'] {
  const { hours, firstMs, unread, wasPruned } = hunt.examined;
  const holes = new Map(unread.filter(({ uri }) => !known.has(uri)).map((hole) => [hole.uri, hole]));
  return {
    hours: [...hours],
    first_ms: Number.isFinite(firstMs) ? firstMs : null,
    unread: [...holes.values()].map(({ uri, what, when }) => ({ uri, what, when })),
    was_pruned: wasPruned,
  };
}

function countKinds(corrections: readonly Correction[]): Night['corrections'] {
  const count = (kind: Correction['kind']): number => corrections.filter((each) => each.kind === kind).length;
  return { added: count('added'), superseded: count('superseded'), withdrawn: count('withdrawn') };
}

async function* toNdjson(corrections: readonly Correction[]): AsyncGenerator<Uint8Array> {
  for (const correction of corrections) yield Buffer.from(`${stringifyDocument(correction as unknown as Document)}\n`);
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
