// Where a hunt's answer goes: --out, or a folder of its own under runs/. An unfinished run of the same question there is gone on with.

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openRunStore } from '@coldhunt/archive';
import { finishedRun, readRun, runIdOf, type Question } from '@coldhunt/engine';
import type { ProcessConfig } from '@coldhunt/runtime';

/** The run folder's URI or path. `nowMs` names a new one: `runs/<UTC start>-<first 8 of the run id>`. */
export async function locateRun(
  out: string | undefined,
  question: Question,
  config: ProcessConfig,
  nowMs: number,
): Promise<string> {
  if (out !== undefined) return out;
  const runId = runIdOf(question);
  const ending = `-${runId.slice(0, 8)}`;
  const runs = join(config.cwd, 'runs');
  const names = (await readdir(runs).catch(() => []))
    .filter((name) => name.endsWith(ending))
    .toSorted()
    .toReversed();
  for (const name of names) {
    const store = openRunStore(join(runs, name), { cwd: config.cwd });
    const run = await readRun(store).catch(() => null);
    if (run?.run_id === runId && (await finishedRun(store, run)) === null) return join(runs, name);
  }
  const start = new Date(nowMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
  return join(runs, `${start}${ending}`);
}
