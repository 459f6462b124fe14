// How each shard of a run is, from the names of its files alone: for people who watch a hunt. What counts is told by `listRecords`.

import type { RunStore } from '@coldhunt/core';

export interface ShardMark {
  /** null: it has no record yet. */
  state: 'ok' | 'failed' | null;
  /** Of its latest failure; null: it never failed. */
  failedGeneration: number | null;
  /** How often it left a record or a report of a try: more than once is a retry. */
  tries: number;
}

const NAME = /^scan\/([0-9a-f]{8,64})\.(?:(ledger)|failed-(\d{1,9})|stats-(\d{1,9}))\.json$/;

/** By shard id; those of which no file tells are absent. One listing of scan/. */
export async function listShardMarks(store: RunStore): Promise<ReadonlyMap<string, Readonly<ShardMark>>> {
  const marks = new Map<string, ShardMark>();
  for await (const paths of store.list('scan/')) {
    for (const path of paths) {
      const named = NAME.exec(path);
      const id = named?.[1];
      if (named === null || id === undefined) continue;
      const mark = marks.get(id) ?? { state: null, failedGeneration: null, tries: 0 };
      marks.set(id, mark);
      if (named[2] !== undefined) mark.state = 'ok';
      else if (named[3] !== undefined) {
        mark.state ??= 'failed';
        mark.failedGeneration = Math.max(mark.failedGeneration ?? 0, Number(named[3]));
      } else mark.tries = Math.max(mark.tries, Number(named[4]));
    }
  }
  return marks;
}
