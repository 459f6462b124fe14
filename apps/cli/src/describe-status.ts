// A hunt's status for people: how far it is, who works on it, and what to do where nobody does.

import { countOf, type ErrorCode } from '@coldhunt/core';
import { describeAbsence } from './describe-absence.ts';
import type { Failure, QueueStatus, Status } from './hunt-status.ts';
import { toShellWord } from './shell-word.ts';
import { formatBytes, formatCount } from './terminal-text.ts';

/** What mends the cause of a failure. */
const MENDS: Readonly<Partial<Record<ErrorCode, string>>> = {
  STORAGE_NOT_FOUND:
    'check that the planner reaches the archive (folders: mounted at the same path); a wrong URI is another question: ask again with the right one',
  STORAGE_DENIED:
    'give the planner the right to list the archive, and planner and reducer their rights on the run folder',
  RUN_CANCELLED: 'when it is wanted after all',
  RUN_NOT_FOUND: 'use an --out that planner, workers and reducer reach too',
  RUN_FORBIDDEN: 'use an --out below the --runs-prefix of planner, workers and reducer',
  CONFIG_INVALID: 'configure the archive in the coldhunt.yaml of planner and workers',
  PLAN_TOO_LARGE: 'narrow the range, give a --layout, or go on with a higher --max-bytes or --max-cost',
  RUN_FORMAT_NEWER: 'start processes of the version that wrote the run',
  JOB_FORMAT_NEWER: 'start processes of the version that asked',
  RUN_REVISION: 'start processes of the version that began the run, or ask again with --rescan',
};

/** `location`: the run folder as the user named it. Lines without an end. */
export function describeStatus(status: Status, location: string): readonly string[] {
  const { state, queue } = status;
  return [
    describeProgress(status),
    ...(queue === null ? [] : [describeQueue(queue)]),
    ...(state === 'finished' ? [] : adviceFor({ queue, failure: status.failure }, location)),
  ];
}

export function describeFailure({ by, code, message, at }: Failure): string {
  const when = at === undefined ? '' : ` at ${at}`;
  const what = by === 'person' ? 'somebody stopped it' : `its ${by} gave it up`;
  return `${what}${when}: ${message}${code === null ? '' : ` (${code})`}`;
}

/** What to do about a hunt that was given up. */
export function mendFailure({ code }: Failure, location: string): string {
  const mend = (code === null ? undefined : MENDS[code]) ?? 'mend the cause';
  return `${mend}${code === 'RUN_CANCELLED' ? ',' : '; then'} go on with: coldhunt resume ${toShellWord(location)} --detach`;
}

/** What keeps an unfinished hunt from going on, and what to do; none when somebody works on it. `queue`: null where no Redis is named. */
export function adviceFor({ queue, failure }: Pick<Status, 'queue' | 'failure'>, location: string): readonly string[] {
  const resume = `coldhunt resume ${toShellWord(location)}`;
  if (failure !== null) return [describeFailure(failure), mendFailure(failure, location)];
  if (queue === null) {
    return [
      `unless a scan works on it now, go on with: ${resume} (with --redis status asks planners and reducers too)`,
    ];
  }
  if (!queue.is_known) {
    return [
      `no planner or reducer has it: it was not detached, or was lost with its Redis. Unless a scan works on it now, go on with: ${resume}, or ${resume} --detach`,
    ];
  }
  return [...(queue.trouble === null ? [] : [describeTrouble(queue.trouble)]), ...describeAbsences(queue)];
}

function describeTrouble({ by, code, message }: Failure): string {
  return `its ${by} tries again after: ${message}${code === null ? '' : ` (${code})`}`;
}

/** Only the processes that the hunt needs now. */
function describeAbsences(queue: QueueStatus): readonly string[] {
  const { planners, workers, reducers } = queue.processes;
  if (queue.reducer === null) return planners === 0 ? [describeAbsence('planner', queue)] : [];
  return [
    ...(reducers === 0 ? [describeAbsence('reducer', queue)] : []),
    ...(workers === 0 && queue.shards.waiting > 0 ? [describeAbsence('worker', queue)] : []),
  ];
}

function describeProgress({ run_id, state, shards, bytes, listed_at, generation }: Status): string {
  const failed = shards.failed > 0 ? ` (${formatCount(shards.failed)} of them of a failure)` : '';
  const share =
    shards.total === 0
      ? ''
      : `, ${formatCount(shards.done)} of ${countOf(shards.total, 'shard')} ${shards.total === 1 ? 'has' : 'have'} a record${failed}`;
  const plan = listed_at === null ? '' : `, ${formatBytes(bytes)} selected, listed at ${listed_at}`;
  return `hunt ${run_id.slice(0, 8)} ${state}${share}${plan}${generation > 1 ? `, generation ${generation}` : ''}`;
}

function describeQueue({ redis, prefix, processes, shards }: QueueStatus): string {
  const count = (number: number | null, one: string): string =>
    number === null ? `an unknown number of ${one}s` : countOf(number, one);
  const { planners, workers, reducers } = processes;
  return `queue ${redis} (${prefix}): ${count(planners, 'planner')}, ${count(workers, 'worker')}, ${count(reducers, 'reducer')}; shards of all hunts: ${formatCount(shards.waiting)} waiting, ${formatCount(shards.active)} active, ${formatCount(shards.delayed)} delayed`;
}
