// Decided matches -> decisions, with what alert suppression makes of the alerts: which of them are held, and by which. The matches are
// decided twice: once to group their alerts, once to put each verdict in its place.

import {
  compareText,
  parseJson,
  stringifyDocument,
  type Document,
  type DocumentValue,
  type RunStore,
} from '@coldhunt/core';
import type { Rule } from '@coldhunt/rules';
import type { Suppression } from '../../question/output.ts';
import { toGroup } from '../../scan/output.ts';
import { alertUuid } from '../alert/alert-uuid.ts';
import { toDecision, type DecidedMatch } from '../decide.ts';
import type { Decision } from '../output.ts';
import { AlertGatherer, compareRaised, decodeRaised, encodeRaised, type RaisedAlert } from '../raised-alert.ts';
import { SpillSorter } from '../spill-sorter.ts';
import { AlertGroups, compareGroups, isGrouped, raisedAt, type GroupedAlert } from './alert-groups.ts';

export interface SuppressedDecisionsOptions {
  readonly store: RunStore;
  readonly rules: readonly Rule[];
  /** By rule id. */
  readonly suppressions: ReadonlyMap<string, Suppression>;
  /** Alerts that earlier nights of a watch have raised and that may still hold others. Default: none. */
  readonly openers?: readonly RaisedAlert[];
  readonly memoryChars?: number | undefined;
}

/** A grouped alert with the number of its match among all that are decided. */
interface NumberedAlert {
  readonly number: number;
  readonly alert: GroupedAlert;
}

/** What becomes of one alert of a match. */
interface Verdict {
  readonly number: number;
  /** Of several alerts of a match, which comes first. */
  readonly atMs: number;
  readonly key: string;
  readonly suppression: NonNullable<Decision['suppression']>;
}

/** `decided` gives the same matches each time. A match whose alerts are several comes once for each. */
export async function* suppressedDecisions(
  decided: () => AsyncIterable<readonly DecidedMatch[]>,
  options: SuppressedDecisionsOptions,
): AsyncGenerator<readonly Decision[]> {
  if (options.suppressions.size === 0) {
    for await (const batch of decided()) yield batch.map(toDecision);
    return;
  }
  const verdicts = await groupVerdicts(decided(), options);
  try {
    const reader = flatten(verdicts.sorted());
    let next = await reader.next();
    let number = 0;
    for await (const batch of decided()) {
      const decisions: Decision[] = [];
      for (const match of batch) {
        const own = toDecision(match);
        const before = decisions.length;
        for (; next.done !== true && next.value.number === number; next = await reader.next()) {
          const { suppression } = next.value;
          decisions.push({ ...own, verdict: suppression.held_by === null ? 'alert' : 'suppressed', suppression });
        }
        if (decisions.length === before) decisions.push(own);
        number += 1;
      }
      yield decisions;
    }
  } finally {
    await verdicts.clear();
  }
}

/** The verdicts on all grouped alerts in the range, by the number of their match. */
async function groupVerdicts(
  decided: AsyncIterable<readonly DecidedMatch[]>,
  options: SuppressedDecisionsOptions,
): Promise<SpillSorter<Verdict>> {
  const { store, suppressions } = options;
  const limit = options.memoryChars === undefined ? {} : { memoryChars: options.memoryChars };
  const rules = new Map(options.rules.map((rule) => [rule.rule_id, rule]));
  const alerts = new SpillSorter<NumberedAlert>(store, {
    compare: (a, b) => compareGroups(a.alert, b.alert, compareRaised) || a.number - b.number,
    encode: ({ number, alert }) => `${number} ${encodeRaised(alert)}`,
    decode: decodeNumbered,
    ...limit,
  });
  const verdicts = new SpillSorter<Verdict>(store, {
    compare: (a, b) => a.number - b.number || a.atMs - b.atMs || compareText(a.key, b.key),
    encode: (verdict) => stringifyDocument(verdict as unknown as Document),
    decode: decodeVerdict,
    ...limit,
  });
  for (const opener of options.openers ?? []) if (isGrouped(opener)) await alerts.add({ number: -1, alert: opener });
  await gatherGrouped(decided, suppressions, alerts);
  const groups = new AlertGroups(suppressions);
  for await (const batch of alerts.sorted()) {
    for (const { number, alert } of batch) {
      const { holder } = groups.take(alert);
      if (alert.match.place !== 'range') continue;
      const rule = rules.get(alert.match.rule_id) as Rule;
      const held_by = holder === null ? null : toHolder(holder, rule);
      const { values, key } = alert.group;
      await verdicts.add({ number, atMs: raisedAt(alert), key, suppression: { values, held_by } });
    }
  }
  await alerts.clear();
  return verdicts;
}

async function gatherGrouped(
  decided: AsyncIterable<readonly DecidedMatch[]>,
  suppressions: ReadonlyMap<string, Suppression>,
  alerts: SpillSorter<NumberedAlert>,
): Promise<void> {
  const gatherer = new AlertGatherer(suppressions);
  let number = -1;
  let first = 0;
  for await (const batch of decided) {
    for (const match of batch) {
      number += 1;
      for (const alert of gatherer.take(match)) if (isGrouped(alert)) await alerts.add({ number: first, alert });
      // Copies belong to the alert that they follow.
      if (match.verdict !== 'copy') first = number;
    }
  }
  for (const alert of gatherer.finish()) if (isGrouped(alert)) await alerts.add({ number: first, alert });
}

function toHolder(
  { match, bucket, group }: GroupedAlert,
  rule: Rule,
): NonNullable<NonNullable<Decision['suppression']>['held_by']> {
  return {
    uuid: alertUuid({ match, bucket, group: group.values }, rule),
    time_ms: match.time_ms,
    place: match.place,
    evidence: match.evidence,
  };
}

function decodeNumbered(line: string): NumberedAlert {
  const cut = line.indexOf(' ');
  return { number: Number(line.slice(0, cut)), alert: decodeRaised(line.slice(cut + 1)) as GroupedAlert };
}

function decodeVerdict(line: string): Verdict {
  const verdict = parseJson(line) as unknown as Verdict;
  const { values } = verdict.suppression;
  return {
    ...verdict,
    suppression: { ...verdict.suppression, values: toGroup(values as unknown as readonly DocumentValue[]) },
  };
}

async function* flatten<T>(batches: AsyncIterable<readonly T[]>): AsyncGenerator<T> {
  for await (const batch of batches) yield* batch;
}
