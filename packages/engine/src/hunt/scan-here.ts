// Shards scanned one after the other in this very thread: for hunts over a few events, which no thread is worth.

import type { ObjectSource, RunStore } from '@coldhunt/core';
import { compileQuestionRules } from '../question/compile-rules.ts';
import { ScanPreparation } from '../scan/scan-context.ts';
import { scanShard } from '../scan/scan-shard.ts';
import type { ShardWork } from './run-hunt.ts';

/** `sources`: one per archive of the question, in its order. What cannot be read counts as failed at once. */
export function scanHere(sources: readonly ObjectSource[], store: RunStore): (work: ShardWork) => Promise<void> {
  return async ({ run, plan, shards }) => {
    const rules = compileQuestionRules(run.question);
    const preparation = new ScanPreparation({ run, rules });
    const { listed_at: listedAt } = plan.done;
    for await (const shard of shards()) await scanShard(shard, { run, rules, preparation, sources, store, listedAt });
  };
}
