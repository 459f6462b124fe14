// What was reported + what one hunt over everything that has arrived raises in the same time -> corrections: alerts that late events
// add, move to an earlier event, or make false.

import type { Document } from '@coldhunt/core';
import { publishedOf, type PublishedAlert } from './published.ts';

export type Correction =
  | { readonly kind: 'added'; readonly alert: Document; readonly why: string }
  | { readonly kind: 'superseded'; readonly uuid: string; readonly alert: Document; readonly why: string }
  | { readonly kind: 'withdrawn'; readonly uuid: string; readonly rule_id: string; readonly why: string };

export interface Corrected {
  readonly corrections: readonly Correction[];
  /** The alerts as they stand now. */
  readonly standing: readonly PublishedAlert[];
}

/**
 * `raised`: alert documents of the time that `published` is of and of tonight, in the total order. What lies at `tonightMs` or later is
 * told with tonight's alerts: it is a correction only where it was reported before.
 */
export async function correct(
  published: readonly PublishedAlert[],
  raised: AsyncIterable<Document>,
  tonightMs: number,
): Promise<Corrected> {
  const gone = new Map(published.map((alert) => [alert.uuid, alert]));
  const fresh: { readonly alert: Document; readonly as: PublishedAlert }[] = [];
  const standing: PublishedAlert[] = [];
  const corrections: Correction[] = [];
  for await (const alert of raised) {
    const as = publishedOf(alert);
    const old = gone.get(as.uuid);
    const isTonight = as.time_ms >= tonightMs;
    if (!isTonight) standing.push(as);
    gone.delete(as.uuid);
    if (old === undefined) {
      if (!isTonight) fresh.push({ alert, as });
    } else if (old.says !== as.says) {
      corrections.push({ kind: 'superseded', uuid: as.uuid, alert, why: 'more events of it have come: it says more' });
    }
  }
  for (const { alert, as } of fresh) {
    const old = nearestOf(gone.values(), as);
    if (old === null) {
      corrections.push({ kind: 'added', alert, why: 'its event arrived after the night that it belongs to' });
      continue;
    }
    gone.delete(old.uuid);
    const why =
      as.says !== null
        ? `with the events that have come since, what is counted or held together at ${toIso(old.time_ms)} is another`
        : as.time_ms < old.time_ms
          ? `an event of ${toIso(as.time_ms)} with the same terms arrived late: the one of ${toIso(old.time_ms)} was not the first`
          : `an event with the same terms arrived late: what was new at ${toIso(old.time_ms)} is new at ${toIso(as.time_ms)}`;
    corrections.push({ kind: 'superseded', uuid: old.uuid, alert, why });
  }
  for (const { uuid, rule_id, time_ms, says } of gone.values()) {
    const why =
      says === null
        ? `an event with the same terms arrived late: at ${toIso(time_ms)} they had been seen before`
        : `with the events that have come since, what is counted or held together at ${toIso(time_ms)} is another`;
    corrections.push({ kind: 'withdrawn', uuid, rule_id, why });
  }
  return { corrections, standing };
}

/** Of the alerts that are gone the one with the same rule and terms that lies nearest; without terms only a copy of its event is the same. */
function nearestOf(gone: Iterable<PublishedAlert>, { rule_id, terms, time_ms }: PublishedAlert): PublishedAlert | null {
  let nearest: PublishedAlert | null = null;
  for (const alert of gone) {
    if (alert.rule_id !== rule_id || alert.terms !== terms) continue;
    if (terms === 'null' && alert.time_ms !== time_ms) continue;
    if (nearest === null || Math.abs(alert.time_ms - time_ms) < Math.abs(nearest.time_ms - time_ms)) nearest = alert;
  }
  return nearest;
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
