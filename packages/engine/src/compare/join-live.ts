// What Elastic really raised (an export of its alerts) against the alerts of a run: raised, not raised, or unknown to the run. Joined by
// rule, terms and event: its `_id` where the archive has one, else its time.

import {
  InputError,
  compareText,
  isObject,
  parseDocument,
  parseFieldPath,
  scalarText,
  viewDocument,
  type Document,
  type EventView,
  type RunStore,
} from '@coldhunt/core';
import { readAlerts } from '../report/read-alerts.ts';
import { SpillSorter } from '../reduce/spill-sorter.ts';

/** `raised`: both have it. `not_raised`: only the run. `unknown`: only Elastic; the run has no alert for it. */
export type LiveState = 'raised' | 'not_raised' | 'unknown';

export interface JoinedAlert {
  readonly state: LiveState;
  readonly rule_id: string;
  readonly terms: readonly string[];
  /** `kibana.alert.original_time`, where there is one. */
  readonly original_time: string | null;
  /** `kibana.alert.uuid`, of each. */
  readonly uuids: { readonly run: string | null; readonly live: string | null };
}

interface Entry {
  readonly side: 'live' | 'run';
  readonly rule_id: string;
  readonly terms: readonly string[];
  /** By what the event is known: `id …` or `time …`. */
  readonly event: string;
  readonly original_time: string | null;
  readonly uuid: string;
}

const RULE = parseFieldPath('kibana.alert.rule.rule_id');
const RULE_PARAMETERS = parseFieldPath('kibana.alert.rule.parameters.rule_id');
const UUID = parseFieldPath('kibana.alert.uuid');
const TERMS = parseFieldPath('kibana.alert.new_terms');
const TIME = parseFieldPath('kibana.alert.original_time');

export interface JoinOptions {
  /** The run's store. */
  readonly store: RunStore;
  readonly ruleIds: ReadonlySet<string>;
  /** The export: one alert a line, as Elasticsearch has it or as a hit with `_source`. */
  readonly lines: AsyncIterable<string>;
  /** The name of the export, for errors. */
  readonly name: string;
  readonly scratch: RunStore;
  readonly memoryChars?: number;
}

/** By rule, terms and event. Alerts of rules that the run did not have are left out. Throws InputError INPUT_INVALID for a line that is no alert. */
export async function* joinLive(options: JoinOptions): AsyncGenerator<JoinedAlert> {
  const { store, scratch, ruleIds, memoryChars } = options;
  const byTime = await hasNoIds(store);
  const entries = new SpillSorter<Entry>(scratch, {
    compare: (a, b) => compareEntries(a, b) || compareText(a.side, b.side),
    encode: (entry) => JSON.stringify(entry),
    decode: (line) => JSON.parse(line) as Entry,
    ...(memoryChars === undefined ? {} : { memoryChars }),
  });
  for await (const document of readAlerts(store)) await entries.add(toEntry('run', document, byTime));
  let number = 0;
  for await (const line of options.lines) {
    number += 1;
    const entry = toEntry('live', readExported(line, `${options.name} line ${number}`), byTime);
    if (entry.rule_id === '' || entry.uuid === '') {
      throw notAnAlert(`${options.name} line ${number}`, 'it has no kibana.alert.rule.rule_id and kibana.alert.uuid');
    }
    if (ruleIds.has(entry.rule_id)) await entries.add(entry);
  }
  let before: Entry | null = null;
  for await (const batch of entries.sorted()) {
    for (const entry of batch) {
      if (before !== null && compareEntries(before, entry) === 0 && before.side !== entry.side) {
        yield joined('raised', before, entry);
        before = null;
        continue;
      }
      if (before !== null) yield single(before);
      before = entry;
    }
  }
  if (before !== null) yield single(before);
  await entries.clear();
}

function single(entry: Entry): JoinedAlert {
  return joined(entry.side === 'run' ? 'not_raised' : 'unknown', entry, null);
}

function joined(state: LiveState, a: Entry, b: Entry | null): JoinedAlert {
  const of = (side: Entry['side']): string | null => [a, b].find((entry) => entry?.side === side)?.uuid ?? null;
  const { rule_id, terms, original_time } = a;
  return { state, rule_id, terms, original_time, uuids: { run: of('run'), live: of('live') } };
}

/** Whether the archive of the run has no `_id`s: its alerts then name their event by a hash of their own. */
async function hasNoIds(store: RunStore): Promise<boolean> {
  for await (const document of readAlerts(store)) return /^[0-9a-f]{64}$/.test(ancestorOf(document));
  return false;
}

function toEntry(side: Entry['side'], document: Document, byTime: boolean): Entry {
  const view = viewDocument(document);
  const original_time = first(view, TIME);
  const id = ancestorOf(document);
  return {
    side,
    rule_id: first(view, RULE) ?? first(view, RULE_PARAMETERS) ?? '',
    terms: view.values(TERMS).map(scalarText),
    event: byTime || id === '' ? `time ${original_time === null ? '' : Date.parse(original_time)}` : `id ${id}`,
    original_time,
    uuid: first(view, UUID) ?? '',
  };
}

function first(view: EventView, path: ReturnType<typeof parseFieldPath>): string | null {
  const [value] = view.values(path);
  return value === undefined ? null : scalarText(value);
}

/** The `_id` of the event that the alert stands for; '' where it says none. */
function ancestorOf(document: Document): string {
  const [ancestor] = viewDocument(document).objects(parseFieldPath('kibana.alert.ancestors'));
  return ancestor === undefined ? '' : (first(ancestor, parseFieldPath('id')) ?? '');
}

function readExported(line: string, place: string): Document {
  let document: Document;
  try {
    document = parseDocument(line);
  } catch (error) {
    throw notAnAlert(place, (error as Error).message);
  }
  const source = document['_source'];
  return source !== undefined && isObject(source) ? source : document;
}

function notAnAlert(place: string, why: string): InputError {
  return new InputError(
    'OPTION_INVALID',
    `--live: ${place} is no alert: ${why}; expected one alert a line, as .alerts-security.alerts-* has it`,
  );
}

function compareEntries(a: Entry, b: Entry): number {
  return (
    compareText(a.rule_id, b.rule_id) ||
    compareText(JSON.stringify(a.terms), JSON.stringify(b.terms)) ||
    compareText(a.event, b.event)
  );
}
