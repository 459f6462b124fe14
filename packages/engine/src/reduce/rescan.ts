// What one hunt over everything that has arrived by now would raise in time that earlier nights have reported on: compared with what
// they reported, it gives the corrections.

import type { CompiledRule } from '@coldhunt/rules';
import { createAlertBuilder } from './alert/build-alert-document.ts';
import type { Examined } from './baseline.ts';
import { relocateFor } from './carried.ts';
import { mergeSorted } from './merge-sorted.ts';
import { nightMatches, type NightOptions } from './night-matches.ts';
import type { AlertBuilder } from './output.ts';
import { compareRaised } from './raised-alert.ts';
import { readRaised, reducePartition } from './reduce-partition.ts';
import { suppressAlerts } from './suppression/suppress-alerts.ts';
import { suppressionsOf } from './suppression/suppressions-of.ts';
import { writeAlerts } from './write-alerts.ts';

export const RESCAN_FOLDER = 'reduce/rescan';

export interface RescanOptions extends NightOptions {
  readonly rules: readonly CompiledRule[];
  readonly examined: Examined;
  /** ISO instants: [from, to). */
  readonly from: string;
  readonly to: string;
  readonly buildAlert?: AlertBuilder;
}

/** Writes reduce/rescan/alerts.ndjson. */
export async function rescan(options: RescanOptions): Promise<void> {
  const { store, from, to, examined } = options;
  const run = { ...options.run, question: { ...options.run.question, from, to } };
  const input = await nightMatches({ ...options, withCarried: true, relocate: relocateFor(run.question) });
  const suppressions = suppressionsOf(run.question);
  const part = await reducePartition(input, {
    ...options,
    rules: run.question.rules.map(({ rule }) => rule),
    termFields: run.question.options.new_terms_fields,
    dedupe: run.question.options.dedupe,
    suppressions,
    folder: RESCAN_FOLDER,
  });
  const suppressed = await suppressAlerts(() => mergeSorted([readRaised(store, part)], compareRaised), {
    ...options,
    suppressions,
  });
  await writeAlerts(suppressed.raised, {
    ...options,
    run,
    examined,
    folder: `${RESCAN_FOLDER}/`,
    buildAlert: options.buildAlert ?? createAlertBuilder(),
  });
  await suppressed.clear();
}
