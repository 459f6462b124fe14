// Mode `both`: the complete and the live side of one run against each other, written beside the live alerts. As `compareRuns` tells two
// runs, for the cost of the alerts that differ: the alerts are known as they are written, and of decisions only those on the memory
// of alerts are made again that one side lacks.

import { stringifyDocument, type Document, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { decisions } from '../reduce/decisions.ts';
import { sideOf } from '../reduce/live-side.ts';
import { COMPARE_PATH } from '../report/differences.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import { suppressionsOf } from '../reduce/suppression/suppressions-of.ts';
import { encodeCompared } from './encode-compared.ts';
import {
  compareEvents,
  compareGroup,
  decodeSideDecision,
  encodeSideDecision,
  type Compared,
  type SideDecision,
} from './compare-runs.ts';
import { Comparison, describeComparison, type RuleComparison } from './comparison.ts';
import type { Lacking, SideAlerts } from './side-alerts.ts';

const BATCH = 512;

export interface SidesCompared {
  /** `a` is complete, `b` live. */
  readonly rules: readonly RuleComparison[];
  readonly words: string;
}

export interface CompareSidesOptions {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  /** Of both sides; cleared at the end. */
  readonly alerts: SideAlerts;
  readonly signal?: AbortSignal;
  readonly memoryChars?: number;
}

/** Writes live/compare.ndjson. */
export async function compareSides(options: CompareSidesOptions): Promise<SidesCompared> {
  const { store, alerts } = options;
  const comparison = new Comparison();
  try {
    await store.putStream(
      COMPARE_PATH,
      (async function* lines(): AsyncGenerator<Uint8Array> {
        for await (const batch of differences(options)) {
          for (const each of batch) comparison.add(each);
          yield Buffer.from(batch.map((each) => `${stringifyDocument(encodeCompared(each) as Document)}\n`).join(''));
        }
      })(),
    );
  } finally {
    await alerts.clear();
  }
  return { rules: comparison.rules, words: describeComparison(comparison.rules, 'b') };
}

async function* differences(options: CompareSidesOptions): AsyncGenerator<readonly Compared[]> {
  const { run, store, plan, alerts, signal } = options;
  const sides = {
    a: { run: sideOf(run, 'complete'), store, plan },
    b: { run: sideOf(run, 'parity'), store, plan },
    rules: new Map(run.question.rules.map(({ rule }) => [rule.rule_id, rule])),
  };
  const lacking = await alerts.lacking();
  const others = new SpillSorter<SideDecision>(store, {
    compare: (x, y) => compareEvents(x.decision, y.decision),
    encode: encodeSideDecision,
    decode: decodeSideDecision,
    ...(options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars }),
  });
  try {
    for (const side of ['a', 'b'] as const)
      for await (const decision of decidedOn(lacking[side], sides[side].run, options))
        await others.add({ side, decision });
    const next = flatten(others.sorted());
    let other = await next.next();
    let told: Compared[] = [];
    for await (const group of alerts.byEvent()) {
      signal?.throwIfAborted();
      const [first] = group as [SideDecision];
      const whole = [...group];
      for (; other.done !== true; other = await next.next()) {
        const order = compareEvents(other.value.decision, first.decision);
        if (order > 0) break;
        if (order === 0) whole.push(other.value);
      }
      told.push(...compareGroup(whole, sides));
      if (told.length >= BATCH) {
        yield told;
        told = [];
      }
    }
    if (told.length > 0) yield told;
  } finally {
    await others.clear();
  }
}

/** What a side decided on the events of alerts that it lacks. */
async function* decidedOn(
  lacking: Lacking,
  run: RunFile,
  { store, plan, signal, memoryChars }: CompareSidesOptions,
): AsyncGenerator<SideDecision['decision']> {
  if (lacking.count === 0) return;
  // Groups of alert suppression go over all of a rule's alerts.
  const isNarrow = lacking.isNarrow && suppressionsOf(run.question).size === 0;
  const given = {
    run,
    store,
    plan,
    ...(signal === undefined ? {} : { signal }),
    ...(memoryChars === undefined ? {} : { memoryChars }),
  };
  for await (const batch of decisions(isNarrow ? { ...given, only: (match) => lacking.hasMemory(match) } : given)) {
    for (const decision of batch) {
      if (!lacking.hasEvent(decision.match)) continue;
      // A candidate that was not raised.
      yield decision.verdict === 'alert' ? { ...decision, verdict: 'cut' } : decision;
    }
  }
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
