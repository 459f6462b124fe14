// One match with what became of it -> a line of text, or one of JSON.

import type { Decision } from '@coldhunt/engine';
import { toTerminalText } from './terminal-text.ts';

/** For `--help`: the columns of both. */
export const DECISION_COLUMNS = `Columns, and fields of --json:
  time           effective time of the event
  verdict        alert       raised one
                 suppressed  would have, but another alert of its group holds it (alert_suppression)
                 known       its terms were seen before within the history window
                 history     lies around the range: read to know what is new, what counts together, or what suppresses
                 copy        the same event once more
                 excepted    an exception item matched it: raises nothing and is not remembered
                 unkeyed     lacks a value for one of the rule's terms: raises nothing, nothing to remember
                 counted     of a threshold rule: counted by an alert
                 below       of a threshold rule: in no execution with enough events
                 late        --mode parity: arrived after the last execution that would have looked at it
                 unseen      --mode parity: at no time that an execution looks at
                 cut         --mode parity: max_signals left it out at every execution that would have raised it
  execution      --json only, --mode parity: when the rule raised its alert
  rule_id        --json only
  terms          values of the rule's terms; (no term): it has none, or the event lacks one; (all): a bucket of all events
  host_names     host.name of the event; agent_ids: --json only
  before         time (--json: and evidence) of the match before it with the same rule and terms; of a copy, of what it copies
  excepted_by    the exception item
  suppression    of a rule with alert_suppression: what the alert is grouped by, and the alert that holds it, with its place
                 (history: it lies before the range and is not reported); an event in several groups comes once for each
  evidence       where the event lies; a line of text gives the URI alone
`;

export function toJsonLine({ match, verdict, tick_ms: tickMs, before, suppression }: Decision): string {
  const fields = {
    time: new Date(match.time_ms).toISOString(),
    verdict,
    ...(tickMs === undefined ? {} : { execution: new Date(tickMs).toISOString() }),
    rule_id: match.rule_id,
    terms: match.terms,
    host_names: match.host_names,
    agent_ids: match.agent_ids,
    before: before === null ? null : { time: new Date(before.time_ms).toISOString(), evidence: before.evidence },
    excepted_by: match.aside?.kind === 'excepted' ? match.aside.item : null,
    suppression: suppression === null ? null : { values: suppression.values, held_by: toHolder(suppression) },
    evidence: match.evidence,
  };
  return `${JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value))}\n`;
}

export function toTextLine({ match, verdict, before, suppression }: Decision): string {
  const terms = match.terms === null ? '(no term)' : match.terms.map((term) => String(term)).join(' | ') || '(all)';
  const since = before === null ? 'none before it' : `before it ${new Date(before.time_ms).toISOString()}`;
  const holder = suppression?.held_by;
  const held =
    holder === undefined || holder === null ? since : `held by the alert of ${new Date(holder.time_ms).toISOString()}`;
  const note = match.aside?.kind === 'excepted' ? `excepted by ${match.aside.item}` : held;
  const columns = [
    new Date(match.time_ms).toISOString(),
    verdict.padEnd(10),
    terms,
    match.host_names.join(','),
    note,
    match.evidence.uri,
  ];
  return `${toTerminalText(columns.join('  '))}\n`;
}

function toHolder({ held_by: holder }: NonNullable<Decision['suppression']>): object | null {
  if (holder === null) return null;
  const { uuid, time_ms, place, evidence } = holder;
  return { uuid, time: new Date(time_ms).toISOString(), place, evidence };
}
