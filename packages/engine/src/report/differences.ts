// Mode `both`: what the complete hunt and the live rules have of each other, in words, and the alerts that only one of them has.

import { InputError, isObject, parseDocument, type Document, type RunStore } from '@coldhunt/core';
import { readAlertLines } from './read-alerts.ts';

/** By rule: alerts of the complete hunt (`a`) and of the live rule (`b`), and how many of either the other lacks for which reason. */
export interface SideCounts {
  readonly rule_id: string;
  readonly both: number;
  readonly only_a: number;
  readonly only_b: number;
  readonly why_only_a: Readonly<Record<string, number>>;
  readonly why_only_b: Readonly<Record<string, number>>;
}

/** An alert that one side has. */
export interface Difference {
  readonly isLive: boolean;
  readonly rule_id: string;
  readonly time: string;
  readonly terms: readonly string[];
  readonly hosts: readonly string[];
  /** When the live rule raised it; null: it did not. */
  readonly execution: string | null;
  /** Why the other side lacks it. */
  readonly reason: string;
}

/** How many of them stand in the page; live/compare.ndjson holds all. */
export const DIFFERENCES_SHOWN = 200;

/** Of the run folder. */
export const COMPARE_PATH = 'live/compare.ndjson';

/** Reasons by their code, as they end a sentence: `12 arrived after …`. */
export const REASON_WORDS = {
  late: 'arrived after the last execution that would have looked',
  unseen: 'at no time that an execution looks at',
  cut: 'left out by max_signals',
  forgotten: 'forgotten between executions',
  not_arrived: 'new because what came before had not arrived',
  known: 'with known terms there',
  outside: 'outside the range there',
  excepted: 'excepted there',
  suppressed: 'suppressed there',
  copy: 'copied there',
  unkeyed: 'without a term there',
  not_counted: 'completing no alert there',
  no_match: 'not matched there',
} as const;

/** The first of them, those that the live rules miss before the others. Throws InputError RUN_INVALID. */
export async function readDifferences(store: RunStore): Promise<readonly Difference[]> {
  const found: { readonly missed: Difference[]; readonly live: Difference[] } = { missed: [], live: [] };
  let number = 0;
  for await (const line of readAlertLines(store, COMPARE_PATH)) {
    number += 1;
    if (line.startsWith('{"in":"both"')) continue;
    const difference = toDifference(line, `${store.uri}/${COMPARE_PATH} line ${number}`);
    const own = difference.isLive ? found.live : found.missed;
    if (own.length < DIFFERENCES_SHOWN) own.push(difference);
  }
  return [...found.missed, ...found.live].slice(0, DIFFERENCES_SHOWN);
}

function toDifference(line: string, place: string): Difference {
  let parsed: Document;
  try {
    parsed = parseDocument(line);
  } catch (error) {
    throw new InputError('RUN_INVALID', `${place} is not a JSON document`, { cause: error });
  }
  const { in: side, rule_id, time, terms, host_names: hosts, executions, reason } = parsed;
  const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  const text = (value: unknown, name: string): string =>
    isObject(value as Document) ? String((value as Document)[name] ?? '') : '';
  return {
    isLive: side === 'only_b',
    rule_id: String(rule_id),
    time: String(time),
    terms: texts(terms),
    hosts: texts(hosts),
    execution: text(executions, 'b') || null,
    reason: text(reason, 'words'),
  };
}
