// All alerts of a run, streamed once -> what the page shows: the first of them whole, all of them counted by day and host.

import { parseFieldPath, scalarText, viewDocument, type Document } from '@coldhunt/core';
import type { Bar } from './html/chart.ts';
import { SHOWN_ALERTS, type AlertOverview } from './html/alert-section.ts';
import { eachDay } from './html/coverage-section.ts';

const HOST_NAME = parseFieldPath('host.name');
const SHOWN_HOSTS = 30;
/** Hosts that are counted by name; alerts of further ones go into one row, so that memory does not grow with the fleet. */
const COUNTED_HOSTS = 100_000;

/** `fallbackDays`: first and last day that were asked or examined, where known. */
export async function overviewAlerts(
  alerts: AsyncIterable<Document>,
  fallbackDays: readonly string[],
): Promise<AlertOverview> {
  const shown: Document[] = [];
  const byDay = new Map<string, number>();
  const byHost = new Map<string, number>();
  let total = 0;
  for await (const alert of alerts) {
    total += 1;
    if (shown.length < SHOWN_ALERTS) shown.push(alert);
    const time = alert['@timestamp'];
    const day = typeof time === 'string' ? time.slice(0, 10) : 'unknown';
    byDay.set(day, (byDay.get(day) ?? 0) + 1);
    const name = hostName(alert);
    const host = byHost.has(name) || byHost.size < COUNTED_HOSTS ? name : '(other hosts)';
    byHost.set(host, (byHost.get(host) ?? 0) + 1);
  }
  const hosts = [...byHost]
    .map(([name, number]) => ({ name, alerts: number }))
    .toSorted((a, b) => b.alerts - a.alerts || (a.name < b.name ? -1 : 1))
    .slice(0, SHOWN_HOSTS);
  return { shown, total, days: toBars(byDay, fallbackDays), hosts };
}

function toBars(byDay: ReadonlyMap<string, number>, fallbackDays: readonly string[]): Bar[] {
  const known = [...byDay.keys(), ...fallbackDays].filter((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)).toSorted();
  return eachDay(known[0] ?? '', known.at(-1) ?? '').map((day) => ({ label: day, value: byDay.get(day) ?? 0 }));
}

function hostName(alert: Document): string {
  const [name] = viewDocument(alert).values(HOST_NAME);
  return name === undefined ? '(no host.name)' : scalarText(name);
}
