// watch.json of a workspace: a hunt without an end. What is asked every night, how nights are cut, how long late events are taken up.

import { FORMAT_VERSION, InputError, SEMANTICS_REVISION, openSeal, sealJson, type RunStore } from '@coldhunt/core';
import { parseVersioned, questionSchema, type Question } from '@coldhunt/engine';
import { z } from 'zod';
import { checkSchedule } from './schedule.ts';

export const WATCH_PATH = 'watch.json';

const watchSchema = z.object({
  format: z.number(),
  semantics_revision: z.number(),
  /** What is asked; `from` is where the first night begins, `to` is open. */
  question: questionSchema,
  /** A cron expression, and the time zone that its times are of. */
  cron: z.string(),
  tz: z.string(),
  /** How long after a night's end its events may still arrive before it is run. Milliseconds. */
  lateness_ms: z.number().int().nonnegative(),
  /** How far before its range a night still takes up events that arrive late. Milliseconds. */
  rescan_ms: z.number().int().nonnegative(),
  /** Names of sinks, which each process finds in its own configuration. */
  sinks: z.array(z.string()).default([]),
  /** The options of a hunt as they were given, by name: what is not given again stays. */
  given: z.record(z.string(), z.unknown()).optional(),
});

export interface Watch {
  readonly question: Question & { readonly from: string };
  readonly cron: string;
  readonly tz: string;
  readonly lateness_ms: number;
  readonly rescan_ms: number;
  readonly sinks: readonly string[];
  /** The options of a hunt as they were given, by name: what is not given again stays. Absent: none are known. */
  readonly given?: Readonly<Record<string, unknown>>;
}

/** null: the workspace has none. Throws InputError WATCH_INVALID, RUN_DAMAGED, RUN_FORMAT_NEWER. */
export async function readWatch(workspace: RunStore): Promise<Watch | null> {
  const bytes = await workspace.get(WATCH_PATH);
  if (bytes === null) return null;
  const parsed = watchSchema.safeParse(parseVersioned(openSeal(bytes, WATCH_PATH), WATCH_PATH));
  if (!parsed.success) throw invalid(`${WATCH_PATH} in ${workspace.uri}: ${z.prettifyError(parsed.error)}`);
  // The schema checks the shape; what rules and exceptions say is checked where they are compiled, as of any run.
  const watch = parsed.data as unknown as Watch;
  checkWatch(watch);
  return watch;
}

/** Writes it in place of any other watch. Throws InputError WATCH_INVALID or RUN_FOLDER_TAKEN before anything is written. */
export async function writeWatch(workspace: RunStore, watch: Watch): Promise<void> {
  checkWatch(watch);
  if ((await workspace.get(WATCH_PATH)) === null) await refuseForeignFiles(workspace);
  const body = { format: FORMAT_VERSION, semantics_revision: SEMANTICS_REVISION, ...watch };
  await workspace.put(WATCH_PATH, sealJson(JSON.stringify(body, null, 2)));
}

/** A watch begins in a place of its own: a hunt's run folder would not be what it was. */
async function refuseForeignFiles(workspace: RunStore): Promise<void> {
  for await (const [file] of workspace.list('')) {
    if (file === undefined) continue;
    throw new InputError(
      'RUN_FOLDER_TAKEN',
      `${workspace.uri} holds files, such as ${JSON.stringify(file)}, but no watch: choose a workspace that is empty or does not exist yet`,
      { details: { uri: workspace.uri, file } },
    );
  }
}

function checkWatch({ question, cron, tz }: Watch): void {
  checkSchedule(cron, tz);
  if (question.from === null) throw invalid('a watch begins at an instant: give one with --from');
  if (question.mode !== 'complete') throw invalid('a watch runs in mode complete');
  if (question.options.max_alerts !== null)
    throw invalid('a watch reports every alert: --max-alerts belongs to a single hunt');
}

function invalid(message: string): InputError {
  return new InputError('WATCH_INVALID', message);
}
