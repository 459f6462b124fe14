// The shards of a hunt in the order of its plan -> at most so many cells, each with the state that a person should see of it.

import type { ShardMark } from '@coldhunt/engine';
import { isRetried } from './hunt-view.ts';
import type { PlanIndex } from './plan-index.ts';

/** From the one that is shown first where a cell holds several to the last. */
export const CELL_STATES = ['failed', 'running', 'retried', 'part', 'done', 'waiting'] as const;
export type CellState = (typeof CELL_STATES)[number];

export interface HeatMap {
  /** In the order of the plan. `part`: some of the cell's shards are done, and none is looked at. */
  readonly cells: readonly CellState[];
  readonly shardsPerCell: number;
  readonly counts: Readonly<Record<Exclude<CellState, 'part'>, number>>;
  /** Stored bytes of shards that have a record. */
  readonly doneBytes: number;
}

export const MOST_CELLS = 1200;

/** `running`: ids of shards that somebody has at the moment. */
export function heatMap(
  plan: PlanIndex,
  marks: ReadonlyMap<string, Readonly<ShardMark>>,
  running: ReadonlySet<string>,
): HeatMap {
  const shardsPerCell = Math.max(1, Math.ceil(plan.count / MOST_CELLS));
  const counts = { failed: 0, running: 0, retried: 0, done: 0, waiting: 0 };
  const cells: CellState[] = [];
  let doneBytes = 0;
  for (let from = 0; from < plan.count; from += shardsPerCell) {
    const seen = new Set<CellState>();
    for (let index = from; index < Math.min(from + shardsPerCell, plan.count); index += 1) {
      const id = plan.idAt(index);
      const state = stateOf(marks.get(id), running.has(id));
      counts[state] += 1;
      seen.add(state);
      if (state !== 'waiting' && state !== 'running') doneBytes += plan.bytesAt(index);
    }
    if (seen.has('waiting') && (seen.has('done') || seen.has('retried'))) seen.add('part');
    const shown = CELL_STATES.find((state) => seen.has(state) && !(state === 'retried' && seen.has('part')));
    cells.push(shown ?? 'waiting');
  }
  return { cells, shardsPerCell, counts, doneBytes };
}

function stateOf(mark: Readonly<ShardMark> | undefined, isRunning: boolean): Exclude<CellState, 'part'> {
  if (isRunning && mark?.state !== 'ok') return 'running';
  if (mark === undefined || mark.state === null) return 'waiting';
  if (mark.state === 'failed') return 'failed';
  return isRetried(mark) ? 'retried' : 'done';
}
