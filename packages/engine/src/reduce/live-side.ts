// Mode `both`: the live rule's side of a hunt that was reduced as complete, from the same records. Its alerts stand in live/.

import type { Rule } from '@coldhunt/rules';
import type { RunFile } from '../question/output.ts';
import { createAlertBuilder } from './alert/build-alert-document.ts';
import type { Examined } from './baseline.ts';
import { relocateFor } from './carried.ts';
import { limitSignals } from './live/limit-signals.ts';
import { schedulesOf } from './live/schedules-of.ts';
import { mergeSorted } from './merge-sorted.ts';
import { nightMatches, type NightOptions } from './night-matches.ts';
import type { AlertBuilder } from './output.ts';
import { compareRaised } from './raised-alert.ts';
import { readRaised, reducePartition } from './reduce-partition.ts';
import { suppressAlerts } from './suppression/suppress-alerts.ts';
import { suppressionsOf } from './suppression/suppressions-of.ts';
import { writeAlerts, type WriteAlertsOptions } from './write-alerts.ts';

export const LIVE_FOLDER = 'live';

export interface LiveSideOptions extends NightOptions {
  readonly examined: Examined;
  readonly buildAlert?: AlertBuilder;
  /** Is given every alert of the live side. */
  readonly onAlert?: WriteAlertsOptions['onAlert'];
}

/** A run of mode `both` as one of its two modes alone. */
export function sideOf(run: RunFile, mode: 'complete' | 'parity'): RunFile {
  return { ...run, question: { ...run.question, mode } };
}

/** Writes live/alerts.ndjson and live/unkeyed.ndjson. */
export async function reduceLiveSide(options: LiveSideOptions): Promise<void> {
  const { store, examined } = options;
  const run = sideOf(options.run, 'parity');
  const { question } = run;
  const rules: readonly Rule[] = question.rules.map(({ rule }) => rule);
  const [suppressions, schedules] = [suppressionsOf(question), schedulesOf(question)];
  const input = await nightMatches({ ...options, run, withCarried: false, relocate: relocateFor(question) });
  const part = await reducePartition(input, {
    ...options,
    rules,
    termFields: question.options.new_terms_fields,
    dedupe: question.options.dedupe,
    suppressions,
    schedules,
    folder: `reduce/${LIVE_FOLDER}-${run.generation}`,
  });
  const limited = await limitSignals(() => mergeSorted([readRaised(store, part)], compareRaised), {
    ...options,
    rules,
    schedules,
  });
  const suppressed = await suppressAlerts(limited.raised, { ...options, suppressions });
  await writeAlerts(suppressed.raised, {
    ...options,
    run,
    examined,
    folder: `${LIVE_FOLDER}/`,
    onAlert: options.onAlert,
    buildAlert: options.buildAlert ?? createAlertBuilder(),
  });
  await suppressed.clear();
  await limited.clear();
}
