// A night's run folder: the run that stands in it or is begun, and what the night before has left for it.

import { FORMAT_VERSION, SEMANTICS_REVISION, sealJson, type RunStore } from '@coldhunt/core';
import {
  CARRIED_PATH,
  NO_RETRY,
  compileQuestionRules,
  openRun,
  readRun,
  reopenRun,
  runHunt,
  runIdOf,
  type HuntResult,
  type Question,
  type RunFile,
} from '@coldhunt/engine';
import { nightFolder, type Night } from './night-file.ts';
import { markRead, openReadObjects } from './read-objects.ts';
import type { NightOptions } from './run-night.ts';

const CARRIED_MEMORY = 'carried.matches.zst';
const CARRIED_STATE = 'carried.state.ndjson';

/** A night's run, opened. */
export interface OpenedNight {
  readonly run: RunFile;
  /** It was finished before, and what it could not read is tried again. */
  readonly retries: boolean;
}

/** The run of tonight: a new one, one that a crash left, or one that was incomplete and is tried again. */
export async function openNight(store: RunStore, question: Question): Promise<OpenedNight> {
  if ((await store.get('run.json')) === null) return { run: (await openRun(store, question)).run, retries: false };
  const known = await readRun(store);
  // A rule or option that was changed since makes it another question.
  if (known.run_id !== runIdOf(question))
    return { run: (await openRun(store, question, { clobber: true })).run, retries: false };
  const isFinished = (await store.get('summary.json')) !== null;
  return isFinished ? { run: await reopenRun(store), retries: true } : { run: known, retries: known.generation > 1 };
}

/** carried.json of tonight, which tonight's question names by its hash; null: a first night. */
export function carriedFrom(before: Night | null): Uint8Array | null {
  if (before === null) return null;
  const { memory, state = null, examined } = before;
  const body = {
    format: FORMAT_VERSION,
    semantics_revision: SEMANTICS_REVISION,
    memory: memory === null ? null : { ...memory, path: CARRIED_MEMORY },
    state: state === null ? null : { ...state, path: CARRIED_STATE },
    examined,
  };
  return sealJson(JSON.stringify(body));
}

/** Puts what the night before left into tonight's run folder. */
export async function carry(workspace: RunStore, store: RunStore, before: Night, carried: Uint8Array): Promise<void> {
  const { memory, state = null } = before;
  const folder = nightFolder(before.number);
  if (memory !== null) await store.putStream(CARRIED_MEMORY, workspace.stream(folder + memory.path));
  if (state !== null) await store.putStream(CARRIED_STATE, workspace.stream(folder + state.path));
  await store.put(CARRIED_PATH, carried);
}

/** Hunts in what the nights before have not read. Throws what a hunt throws. */
export async function huntNight(options: NightOptions, store: RunStore, night: OpenedNight): Promise<HuntResult> {
  const { workspace, before, sources, nowMs } = options;
  const read = await openReadObjects(workspace, before?.read ?? []);
  return runHunt({
    ...options,
    run: night.run,
    store,
    rules: compileQuestionRules(night.run.question),
    sources: sources.map((source) => markRead(source, read)),
    retry: night.retries ? { failed: true, archived: true } : NO_RETRY,
    ...(nowMs === undefined ? {} : { startedAtMs: nowMs }),
  });
}
