// A question and a run folder -> a new run, an unfinished one to go on with, or a clear no.
//
// folder holds                        without options       --clobber      --rescan
// nothing                             new                   new            new
// files, but no run.json              RUN_FOLDER_TAKEN      the same       the same
// this question, unfinished           resume                new            resume
// this question, finished             RUN_EXISTS            new            RUN_EXISTS
// this question, other semantics      RUN_REVISION          new            new
// another question                    RUN_OTHER_QUESTION    new            RUN_OTHER_QUESTION

import { FORMAT_VERSION, InputError, SEMANTICS_REVISION, TransientError, countOf, type RunStore } from '@coldhunt/core';
import { clearRun, removeSummary } from './clear-run.ts';
import type { Question, RunFile } from './output.ts';
import { RUN_PATH, encodeRun, readRun, writeRun } from './run-files.ts';
import { runIdOf } from './run-id.ts';
import { finishedRun } from './run-state.ts';

export interface OpenRunOptions {
  /** Ask anew, whatever the folder's run says: its files are removed. */
  readonly clobber?: boolean;
  /** Ask anew where the run was begun under another semantics revision. */
  readonly rescan?: boolean;
  /** Called before files of a run are removed: throws where the new question cannot be asked, and the old answer stays. */
  readonly beforeClearing?: () => Promise<void>;
  readonly rulesLeftOut?: RunFile['rules_left_out'];
  /** What a new run is to do beside its answer. A run that is gone on with does what it was begun with. */
  readonly extras?: Pick<RunFile, 'hash_objects' | 'canary' | 'near_misses' | 'inventory'>;
}

export interface OpenedRun {
  readonly run: RunFile;
  readonly state: 'new' | 'resumed';
}

/** Throws InputError OPTION_INVALID, RUN_EXISTS, RUN_FOLDER_TAKEN, RUN_OTHER_QUESTION, RUN_REVISION, RUN_DAMAGED, RUN_INVALID or RUN_FORMAT_NEWER: nothing was changed then. */
export async function openRun(store: RunStore, question: Question, options: OpenRunOptions = {}): Promise<OpenedRun> {
  const fresh = (generation: number): RunFile => ({
    format: FORMAT_VERSION,
    run_id: runIdOf(question),
    generation,
    question,
    ...options.extras,
    rules_left_out: options.rulesLeftOut ?? [],
  });
  // The second time the other process's run.json stands and is judged.
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const known = await knownRun(store, { isClobber: options.clobber ?? false, isFirstLook: attempt === 0 });
    if (known === null || known === 'unseen') {
      await refuseForeignFiles(store);
      const run = fresh(1);
      if ((await writeRun(store, run)) === 'created') {
        if (known === 'unseen') await requireReadable(store);
        return { run, state: 'new' };
      }
    } else if (known === 'unreadable' || options.clobber === true || isRescan(known, question, options)) {
      const run = fresh(known === 'unreadable' ? 1 : known.generation + 1);
      await options.beforeClearing?.();
      await clearRun(store);
      await store.put(RUN_PATH, encodeRun(run));
      return { run, state: 'new' };
    } else {
      await refuseUnlessUnfinished(store, known, question);
      refuseLaterExtras(store, known, options.extras);
      return { run: known, state: 'resumed' };
    }
  }
  throw new TransientError('STORAGE_FAILED', `run.json in ${store.uri} comes and goes: another process works there`);
}

/** Reopens a finished (or unfinished) run for another try of what failed: raises its generation. Throws as `readRun`. */
export async function reopenRun(store: RunStore): Promise<RunFile> {
  const known = await readRun(store);
  if (known.question.semantics_revision !== SEMANTICS_REVISION) throw otherRevision(store, known);
  if ((await store.get('tombstone.json')) !== null) {
    throw new InputError('RUN_EXISTS', `the run in ${store.uri} was pruned: ask anew with --clobber`, {
      details: { uri: store.uri, run_id: known.run_id },
    });
  }
  const run = { ...known, generation: known.generation + 1 };
  await store.put(RUN_PATH, encodeRun(run));
  await removeSummary(store);
  return run;
}

/** `unseen`: S3 denies the reading of what is not there to whoever may not list. Whether it is there the conditional create tells. */
async function knownRun(
  store: RunStore,
  { isClobber, isFirstLook }: { readonly isClobber: boolean; readonly isFirstLook: boolean },
): Promise<RunFile | 'unreadable' | 'unseen' | null> {
  try {
    return await readRun(store);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    if (error.code === 'RUN_NOT_FOUND') return null;
    if (error.code === 'STORAGE_DENIED' && isFirstLook) return 'unseen';
    // A newer version's run is left alone: what it holds cannot be judged here.
    if (isClobber && (error.code === 'RUN_INVALID' || error.code === 'RUN_DAMAGED')) return 'unreadable';
    throw error;
  }
}

/** What was just written must be read by all who work on it. */
async function requireReadable(store: RunStore): Promise<void> {
  try {
    await readRun(store);
  } catch (error) {
    await store.remove(RUN_PATH).catch(() => undefined);
    throw error;
  }
}

// A hunt writes nothing among somebody's own files. What a listing that was refused midway left in plan/ is ours.
async function refuseForeignFiles(store: RunStore): Promise<void> {
  try {
    for await (const paths of store.list('')) {
      const foreign = paths.find((path) => !path.startsWith('plan/') && path !== RUN_PATH && path !== 'custody.json');
      if (foreign === undefined) continue;
      throw new InputError(
        'RUN_FOLDER_TAKEN',
        `${store.uri} holds files, such as ${JSON.stringify(foreign)}, but no run: choose an --out that is empty or does not exist yet`,
        { details: { uri: store.uri, file: foreign } },
      );
    }
  } catch (error) {
    // The right to list is no right that a hunt must have.
    if (!(error instanceof InputError) || error.code !== 'STORAGE_DENIED') throw error;
  }
}

function isRescan(known: RunFile, question: Question, options: OpenRunOptions): boolean {
  return options.rescan === true && isSameButRevision(known.question, question);
}

function isSameButRevision(a: Question, b: Question): boolean {
  return (
    a.semantics_revision !== b.semantics_revision &&
    runIdOf({ ...a, semantics_revision: b.semantics_revision }) === runIdOf(b)
  );
}

async function refuseUnlessUnfinished(store: RunStore, known: RunFile, question: Question): Promise<void> {
  if (isSameButRevision(known.question, question)) throw otherRevision(store, known);
  if (known.run_id !== runIdOf(question)) {
    throw new InputError(
      'RUN_OTHER_QUESTION',
      `${store.uri} holds a run of another question (${differences(known.question, question).join(', ')}): choose another --out, or --clobber to remove it`,
      { details: { uri: store.uri, run_id: known.run_id } },
    );
  }
  const finished = await finishedRun(store, known);
  if (finished === null) return;
  throw new InputError(
    'RUN_EXISTS',
    `${store.uri} holds the finished run of this question: its archive was listed at ${finished.listed_at} with ${countOf(finished.objects, 'object')}, and nothing was looked at again. Use --clobber to ask anew, or resume --retry failed to mend it`,
    { details: { uri: store.uri, run_id: known.run_id, ...finished } },
  );
}

// What was scanned without it has no hash, and is not scanned again.
function refuseLaterExtras(store: RunStore, known: RunFile, extras: OpenRunOptions['extras']): void {
  const wanted = (['hash_objects', 'canary', 'near_misses', 'inventory'] as const).find(
    (name) => extras?.[name] !== undefined && known[name] !== extras[name],
  );
  if (wanted === undefined) return;
  const value = extras?.[wanted];
  throw new InputError(
    'OPTION_INVALID',
    `the run in ${store.uri} was begun without --${wanted.replace('_', '-')}${value === true ? '' : ` ${String(value)}`}: go on without it, or ask anew with --clobber`,
    { details: { uri: store.uri, option: wanted } },
  );
}

function otherRevision(store: RunStore, known: RunFile): InputError {
  return new InputError(
    'RUN_REVISION',
    `the run in ${store.uri} was begun under semantics revision ${known.question.semantics_revision}, this is ${SEMANTICS_REVISION}: use --rescan to begin it anew`,
    { details: { uri: store.uri, run: known.question.semantics_revision, ours: SEMANTICS_REVISION } },
  );
}

// What a person would look at first.
function differences(a: Question, b: Question): readonly string[] {
  const parts: readonly (readonly [string, unknown, unknown])[] = [
    ['other archives', a.archives.map(({ uri }) => uri), b.archives.map(({ uri }) => uri)],
    ['other archive settings', a.archives, b.archives],
    ['another range', [a.from, a.to], [b.from, b.to]],
    ['other rules', a.rules.map(({ hash }) => hash), b.rules.map(({ hash }) => hash)],
    ['other exceptions', a.exceptions, b.exceptions],
    ['other options', [a.mode, a.options], [b.mode, b.options]],
  ];
  const found = parts.filter(([, ours, theirs]) => JSON.stringify(ours) !== JSON.stringify(theirs));
  return found
    .map(([name]) => name)
    .filter((name, index, all) => name !== 'other archive settings' || all[index - 1] !== 'other archives');
}
