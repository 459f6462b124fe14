// The direct reading of a live rule, slow and obvious: every execution, and all events of its window and history that have arrived
// (semantics.md 1.2, 2.2, 2.6, 2.7, 5.1).

import { compileDateMath, parseInterval, type Rule, type Term } from '@coldhunt/rules';

/** An event that matches the rule; copies are one. */
export interface LiveRead {
  /** Stands for the document: with the terms it is the alert's id. */
  readonly id: string;
  /** Effective time for the rule. */
  readonly timeMs: number;
  readonly isFallback: boolean;
  /** `@timestamp`. */
  readonly timestampMs: number;
  /** null: visible at the effective time. */
  readonly seenMs: number | null;
  /** Of a new-terms rule; else one empty list. */
  readonly terms: readonly (readonly Term[])[];
}

export interface LiveAlert {
  readonly tickMs: number;
  readonly id: string;
  readonly terms: readonly Term[];
  readonly event: LiveRead;
}

interface Found {
  readonly event: LiveRead;
  readonly terms: readonly Term[];
  readonly count: number;
}

/**
 * All alerts of the executions from the first one at or after `sinceMs` up to the last that can look at an event. `order` is the total
 * order of events: it decides where Elasticsearch leaves it to chance.
 */
export function readLive(
  rule: Rule,
  events: readonly LiveRead[],
  {
    sinceMs,
    offsetMs,
    order,
  }: {
    readonly sinceMs: number;
    readonly offsetMs: number;
    readonly order: (a: LiveRead, b: LiveRead) => number;
  },
): { readonly alerts: LiveAlert[]; readonly cut: ReadonlySet<string> } {
  const alerts: LiveAlert[] = [];
  const cut = new Set<string>();
  if (events.length === 0) return { alerts, cut };
  const intervalMs = parseInterval(rule.interval);
  const instants = events.flatMap(({ timeMs, seenMs }) => [timeMs, seenMs ?? timeMs]);
  const beginMs = Math.max(sinceMs, Math.min(...instants) - AROUND);
  const raised = new Set<string>();
  const first = Math.ceil((beginMs - offsetMs) / intervalMs) * intervalMs + offsetMs;
  for (let tickMs = first; tickMs <= Math.max(...instants) + AROUND; tickMs += intervalMs) {
    const fromMs = compileDateMath(rule.from).at(tickMs);
    const toMs = compileDateMath(rule.to).at(tickMs);
    const visible = events.filter(({ timeMs, seenMs }) => (seenMs ?? timeMs) <= tickMs && timeMs <= toMs);
    const inWindow = visible.filter(({ timeMs }) => timeMs >= fromMs);
    const historyMs = compileDateMath(rule.history_window_start ?? 'now').at(toMs);
    // Kibana refuses to run it then.
    if (rule.type === 'new_terms' && historyMs >= fromMs) continue;
    const found =
      rule.type === 'new_terms'
        ? newTermsOf(
            inWindow,
            visible.filter(({ timeMs }) => timeMs >= historyMs),
            fromMs,
            order,
          )
        : inWindow.map((event) => ({ event, terms: [], count: 1 }));
    const isNew = ({ event, terms }: Found): boolean => !raised.has(idOf(event, terms));
    const sorted = found.toSorted((a, b) => survival(rule, a, b) || order(a.event, b.event));
    const taken =
      rule.type === 'eql'
        ? found
            .toSorted((a, b) => b.event.timestampMs - a.event.timestampMs || -order(a.event, b.event))
            .slice(0, rule.max_signals)
            .filter(isNew)
        : sorted.filter(isNew).slice(0, rule.max_signals);
    for (const { event, terms } of taken) {
      raised.add(idOf(event, terms));
      alerts.push({ tickMs, id: event.id, terms, event });
    }
    for (const each of found) if (isNew(each)) cut.add(idOf(each.event, each.terms));
  }
  for (const { event, terms } of alerts) cut.delete(idOf(event, terms));
  return { alerts, cut };
}

/** Phase 1 to 3: terms of the window whose first event in history and window lies after the start of the window. */
function newTermsOf(
  inWindow: readonly LiveRead[],
  seen: readonly LiveRead[],
  fromMs: number,
  order: (a: LiveRead, b: LiveRead) => number,
): Found[] {
  const keys = new Map(inWindow.flatMap(({ terms }) => terms.map((each) => [JSON.stringify(each), each] as const)));
  return [...keys].flatMap(([key, terms]): Found[] => {
    const has = (event: LiveRead): boolean => event.terms.some((each) => JSON.stringify(each) === key);
    const [event] = seen.filter(has).toSorted((a, b) => a.timeMs - b.timeMs || order(a, b));
    if (event === undefined || event.timeMs <= fromMs) return [];
    return [{ event, terms, count: inWindow.filter(has).length }];
  });
}

function survival(rule: Rule, a: Found, b: Found): number {
  if (rule.type === 'new_terms') {
    const byCount = rule.new_terms_fields?.length === 1 ? b.count - a.count : 0;
    return byCount || compareLists(a.terms, b.terms);
  }
  return (
    Number(a.event.isFallback) - Number(b.event.isFallback) ||
    a.event.timeMs - b.event.timeMs ||
    a.event.timestampMs - b.event.timestampMs
  );
}

function compareLists(a: readonly Term[], b: readonly Term[]): number {
  for (const [i, term] of a.entries()) {
    const other = b[i] ?? '';
    if (term !== other) return term < other ? -1 : 1;
  }
  return 0;
}

function idOf({ id }: LiveRead, terms: readonly Term[]): string {
  return `${id} ${JSON.stringify(terms)}`;
}

/** Further than any window of the tests, or any delay. */
const AROUND = 3_600_000;
