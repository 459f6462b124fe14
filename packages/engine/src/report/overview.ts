// All alerts of a run, streamed once -> what the page shows: the first of them whole, all of them counted by day and host, and the table.

import { InputError } from '@coldhunt/core';
import {
  createTableBuilder,
  isJsonObject,
  parseAlert,
  type Block,
  type JsonObject,
  type PageTable,
  type TableLimits,
} from '@coldhunt/page';
import type { Bar } from './html/chart.ts';
import { SHOWN_ALERTS, type AlertOverview } from './html/alert-section.ts';
import { eachDay } from './html/coverage-section.ts';

/** Of the alerts that stand in the page for browsers without a script, together. */
const SHOWN_CHARACTERS = 4_000_000;
const SHOWN_HOSTS = 30;
/** Hosts that are counted by name; alerts of further ones go into one row, so that memory does not grow with the fleet. */
const COUNTED_HOSTS = 100_000;

export interface PageAlerts {
  readonly alerts: AlertOverview;
  readonly table: PageTable;
  readonly blocks: readonly Block[];
}

/** `fallbackDays`: first and last day that were asked or examined, where known. Throws RUN_INVALID for a line that is no document. */
export async function overviewAlerts(
  lines: AsyncIterable<string>,
  fallbackDays: readonly string[],
  limits?: TableLimits,
): Promise<PageAlerts> {
  const shown: string[] = [];
  const byDay = new Map<string, number>();
  const byHost = new Map<string, number>();
  const builder = createTableBuilder(limits);
  let total = 0;
  let shownCharacters = 0;
  for await (const line of lines) {
    total += 1;
    shownCharacters += line.length;
    if (shown.length < SHOWN_ALERTS && (shown.length === 0 || shownCharacters <= SHOWN_CHARACTERS)) shown.push(line);
    const alert = parsedAlert(line, total);
    builder.add(line, alert);
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
  return { alerts: { shown, total, days: toBars(byDay, fallbackDays), hosts }, ...builder.finish() };
}

function parsedAlert(line: string, number: number): JsonObject {
  try {
    return parseAlert(line);
  } catch (error) {
    throw new InputError('RUN_INVALID', `alerts.ndjson line ${number} is not a JSON document`, { cause: error });
  }
}

function toBars(byDay: ReadonlyMap<string, number>, fallbackDays: readonly string[]): Bar[] {
  const known = [...byDay.keys(), ...fallbackDays].filter((day) => /^\d{4}-\d{2}-\d{2}$/.test(day)).toSorted();
  return eachDay(known[0] ?? '', known.at(-1) ?? '').map((day) => ({ label: day, value: byDay.get(day) ?? 0 }));
}

function hostName(alert: JsonObject): string {
  const { host } = alert;
  const name = alert['host.name'] ?? (isJsonObject(host) ? host['name'] : undefined);
  const [first] = Array.isArray(name) ? name : [name];
  return typeof first === 'string' ? first : '(no host.name)';
}
