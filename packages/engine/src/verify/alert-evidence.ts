// alerts.ndjson -> every piece of evidence that an alert names (its event, the copies, what a threshold counted), by object and place.

import { InputError, compareText, isObject, type Document, type DocumentValue, type RunStore } from '@coldhunt/core';
import { SpillSorter } from '../reduce/spill-sorter.ts';
import { readAlerts } from '../report/read-alerts.ts';
import { placeKey, type EventPlace } from './find-events.ts';

/** A piece of evidence, with what the alert claims of it. */
export interface Claim {
  readonly alert: string;
  readonly rule_id: string;
  readonly uri: string;
  readonly etag: string;
  readonly place: EventPlace;
  readonly sha256: string;
  /** The event's time, where the alert tells it; null: it may lie anywhere in what the rule reads. */
  readonly time_ms: number | null;
}

/** Sorts the claims of all alerts by object and place. Throws InputError RUN_INVALID for an alert without evidence. */
export async function sortClaims(store: RunStore, scratch: RunStore): Promise<SpillSorter<Claim>> {
  const sorter = new SpillSorter<Claim>(scratch, {
    compare: (a, b) =>
      compareText(a.uri, b.uri) || compareText(placeKey(a.place), placeKey(b.place)) || compareText(a.alert, b.alert),
    encode: (claim) => JSON.stringify(claim),
    decode: (line) => JSON.parse(line) as Claim,
  });
  for await (const alert of readAlerts(store)) for (const claim of claimsOf(alert)) await sorter.add(claim);
  return sorter;
}

/** The claims of one alert, its own event's first. Throws InputError RUN_INVALID. */
export function claimsOf(document: Document): readonly Claim[] {
  const alert = textAt(document, 'kibana.alert.uuid');
  const rule_id = textAt(document, 'kibana.alert.rule.rule_id');
  // In mode `parity` an alert's own time is that of its execution.
  const timeField = document['coldhunt.effective_time'] === undefined ? '@timestamp' : 'coldhunt.effective_time';
  const time_ms = Date.parse(textAt(document, timeField));
  const bucket = document['coldhunt.bucket'];
  const counted = bucket !== undefined && isObject(bucket) ? listOf(bucket['evidence']) : [];
  const toClaim = (evidence: DocumentValue, at: number | null): Claim => {
    const place = isObject(evidence) ? placeOf(evidence) : null;
    if (!isObject(evidence) || place === null) throw invalid(`alert ${alert}`, 'coldhunt.evidence');
    return {
      alert,
      rule_id,
      uri: textAt(evidence, 'uri'),
      etag: textAt(evidence, 'etag'),
      place,
      sha256: textAt(evidence, 'sha256'),
      time_ms: at,
    };
  };
  return [
    toClaim(document['coldhunt.evidence'] ?? null, time_ms),
    ...listOf(document['coldhunt.copies']).map((copy) => toClaim(copy, time_ms)),
    ...counted.map((event) => toClaim(event, null)),
  ];
}

function placeOf({ coordinate, offset, row_group, row }: Document): EventPlace | null {
  if ((coordinate === 'raw' || coordinate === 'decompressed') && isCount(offset)) return { coordinate, offset };
  if (coordinate === 'row' && isCount(row_group) && isCount(row)) return { coordinate, row_group, row };
  return null;
}

function isCount(value: DocumentValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function listOf(value: DocumentValue | undefined): readonly DocumentValue[] {
  return Array.isArray(value) ? value : [];
}

function textAt(document: Document, key: string): string {
  const value = document[key];
  if (typeof value !== 'string') throw invalid('an alert', key);
  return value;
}

function invalid(what: string, key: string): InputError {
  return new InputError('RUN_INVALID', `${what} in alerts.ndjson has no ${key} that can be understood`);
}
