// Mode `both`: the complete and the live side of one run against each other, written beside the live alerts.

import { stringifyDocument, type Document, type RunStore } from '@coldhunt/core';
import type { Plan } from '../plan/output.ts';
import type { RunFile } from '../question/output.ts';
import { LIVE_FOLDER, sideOf } from '../reduce/live-side.ts';
import { encodeCompared } from './encode-compared.ts';
import { compareRuns } from './compare-runs.ts';
import { Comparison, describeComparison, type RuleComparison } from './comparison.ts';

const COMPARE_PATH = `${LIVE_FOLDER}/compare.ndjson`;

export interface SidesCompared {
  /** `a` is complete, `b` live. */
  readonly rules: readonly RuleComparison[];
  readonly words: string;
}

/** Writes live/compare.ndjson. */
export async function compareSides(options: {
  readonly run: RunFile;
  readonly store: RunStore;
  readonly plan: Plan;
  readonly signal?: AbortSignal;
}): Promise<SidesCompared> {
  const { run, store, plan, signal } = options;
  const comparison = new Comparison();
  const compared = compareRuns({
    a: { run: sideOf(run, 'complete'), store, plan },
    b: { run: sideOf(run, 'parity'), store, plan },
    scratch: store,
    ...(signal === undefined ? {} : { signal }),
  });
  await store.putStream(
    COMPARE_PATH,
    (async function* lines(): AsyncGenerator<Uint8Array> {
      for await (const batch of compared) {
        for (const each of batch) comparison.add(each);
        yield Buffer.from(batch.map((each) => `${stringifyDocument(encodeCompared(each) as Document)}\n`).join(''));
      }
    })(),
  );
  return { rules: comparison.rules, words: describeComparison(comparison.rules, 'b') };
}
