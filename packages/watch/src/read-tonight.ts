// What a night has read, so that no later one reads it again.

import { planWindowOf, type HuntResult, type RuleBase, type RunFile } from '@coldhunt/engine';
import type { RunStore } from '@coldhunt/core';
import { nightFolder, type Night } from './night-file.ts';
import { writeReadObjects, type ReadObject } from './read-objects.ts';

export interface ReadTonight {
  /** By URI. */
  readonly objects: ReadonlyMap<string, ReadObject>;
  /** Their events end here at the latest, by their keys; null: nothing says it. */
  readonly untilMs: number | null;
}

/** The objects that were read to their end. */
export async function readTonight({
  run,
  hunt,
}: {
  readonly run: RunFile;
  readonly hunt: HuntResult;
}): Promise<ReadTonight> {
  const notRead = new Set([...hunt.coverage.failed, ...hunt.coverage.skipped].map(({ uri }) => uri));
  const objects = new Map<string, ReadObject>();
  let untilMs: number | null = Number.NEGATIVE_INFINITY;
  for await (const line of hunt.plan.lines()) {
    if (line.kind !== 'shard') continue;
    for (const { uri, etag, archive, key_time: time, key_span: span } of line.shard.objects) {
      if (notRead.has(uri)) continue;
      objects.set(uri, { uri, etag });
      const until = (time ?? span)?.to;
      const slack = run.question.archives[archive]?.layout_slack_ms ?? 0;
      untilMs = until === undefined || untilMs === null ? null : Math.max(untilMs, until + slack);
    }
  }
  return { objects, untilMs };
}

interface EndedReading {
  readonly workspace: RunStore;
  readonly before: Night | null;
  readonly number: number;
  readonly run: RunFile;
  /** ISO: from when on the next night takes up late events. */
  readonly rescanFrom: string;
  /** By rule id: where the next night works alerts out from. */
  readonly bases: Readonly<Record<string, RuleBase>>;
}

/** What was read tonight, and what earlier nights read and a later one could still choose. */
export async function readOf(
  { workspace, before, number, run, rescanFrom, bases }: EndedReading,
  { objects, untilMs }: ReadTonight,
): Promise<Night['read']> {
  const { question } = run;
  const next = {
    ...question,
    from: rescanFrom,
    watch: { rescan_from: rescanFrom, carried: null, rules_anew: [], bases },
  };
  const reachMs = Math.min(...question.rules.map(({ rule }) => planWindowOf(rule, next).historyFromMs));
  const known = (before?.read ?? []).filter(({ until_ms: until }) => until === null || until > reachMs);
  if (objects.size === 0) return known;
  const file = await writeReadObjects(workspace, `${nightFolder(number)}read.bin`, [...objects.values()], untilMs);
  return [...known, file];
}
