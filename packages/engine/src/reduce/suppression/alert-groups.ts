// Alerts in the order of their groups -> which of them opens a group, and what it holds (semantics.md 5.3). The first alert of a group
// opens it; later ones up to the end that its rule gives it are held; then the next one opens another.

import { InvariantError, compareText } from '@coldhunt/core';
import { groupKey, type GroupValue } from '@coldhunt/rules';
import type { Suppression } from '../../question/output.ts';
import type { HeldAlerts, RaisedAlert } from '../raised-alert.ts';

/** What alerts are grouped by: the values, and the text that stands for them. */
export interface AlertGroup {
  readonly values: readonly GroupValue[];
  readonly key: string;
}

/** An alert that is grouped. */
export type GroupedAlert = RaisedAlert & { readonly group: AlertGroup };

interface OpenGroup {
  readonly opener: GroupedAlert;
  readonly untilMs: number;
  count: number;
  endMs: number;
  /** When its last alert was raised, and where it ended before. */
  atMs: number;
  endedMs: number;
  /** When the last one that it counts was. */
  countedAtMs: number;
}

export function toAlertGroup(values: readonly GroupValue[]): AlertGroup {
  return { values, key: groupKey(values) };
}

export function isGrouped(alert: RaisedAlert): alert is GroupedAlert {
  return alert.group !== null;
}

/** When an alert is raised: in mode `parity` and of a threshold rule by an execution, others at their event. */
export function raisedAt({ bucket, match, tickMs }: Pick<RaisedAlert, 'bucket' | 'match' | 'tickMs'>): number {
  return tickMs ?? bucket?.tick_ms ?? match.time_ms;
}

/** The order of groups, a group's alerts in time, then by `compare`. */
export function compareGroups(
  a: GroupedAlert,
  b: GroupedAlert,
  compare: (a: RaisedAlert, b: RaisedAlert) => number,
): number {
  return (
    compareText(a.match.rule_id, b.match.rule_id) ||
    compareText(a.group.key, b.group.key) ||
    raisedAt(a) - raisedAt(b) ||
    compare(a, b)
  );
}

/** Takes alerts one by one. Remembers one group, whatever their number. */
export class AlertGroups {
  readonly #suppressions: ReadonlyMap<string, Suppression>;
  #open: OpenGroup | null = null;

  constructor(suppressions: ReadonlyMap<string, Suppression>) {
    this.#suppressions = suppressions;
  }

  /** `holder`: the alert that suppresses this one, null when it opens a group. `closed`: an alert with all that it holds. */
  take(alert: GroupedAlert): { readonly holder: GroupedAlert | null; readonly closed: RaisedAlert | null } {
    const open = this.#open;
    const atMs = raisedAt(alert);
    const suppression = this.#suppressions.get(alert.match.rule_id);
    if (open !== null && isSameGroup(open.opener, alert) && this.#isHeld(open, alert, suppression)) {
      return { holder: open.opener, closed: null };
    }
    if (suppression === undefined) {
      throw new InvariantError('INVARIANT', `an alert of rule ${alert.match.rule_id} is grouped without suppression`);
    }
    const closed = this.finish();
    this.#open = {
      opener: alert,
      untilMs: suppression.lastHeld(atMs),
      count: 0,
      endMs: alert.match.time_ms,
      atMs,
      endedMs: Number.NEGATIVE_INFINITY,
      countedAtMs: atMs,
    };
    return { holder: null, closed };
  }

  /** Counts the alert, where the group holds it and has not counted it. */
  #isHeld(open: OpenGroup, alert: GroupedAlert, suppression: Suppression | undefined): boolean {
    const { time_ms: timeMs, place } = alert.match;
    const atMs = raisedAt(alert);
    if (atMs > open.atMs) {
      open.atMs = atMs;
      open.endedMs = open.endMs;
    }
    const isCovered = suppression?.skipsCovered === true && timeMs <= open.endedMs;
    const lastsOn = atMs <= open.untilMs;
    // Without a duration a group lasts one execution, but what lies before its end is counted already.
    if (!lastsOn && !(isCovered && open.untilMs === raisedAt(open.opener))) return false;
    // What lies after the range is read for what competes in it, and counts for the next hunt.
    if (isCovered || place !== 'range') return true;
    open.count += 1;
    open.countedAtMs = atMs;
    open.endMs = Math.max(open.endMs, timeMs);
    return true;
  }

  /** The alert of the group that is open. */
  finish(): RaisedAlert | null {
    if (this.#open === null) return null;
    const { opener, count, endMs, countedAtMs } = this.#open;
    this.#open = null;
    const held: HeldAlerts = {
      count,
      end_ms: endMs,
      ...(opener.tickMs === null ? {} : { last_tick_ms: countedAtMs }),
    };
    return { ...opener, held };
  }
}

function isSameGroup(a: GroupedAlert, b: GroupedAlert): boolean {
  return a.match.rule_id === b.match.rule_id && a.group.key === b.group.key;
}
