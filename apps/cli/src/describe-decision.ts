// One match with what became of it -> a line of text, or one of JSON.

import type { Decision } from '@coldhunt/engine';
import { toTerminalText } from './terminal-text.ts';

/** For `--help`: the columns of both. */
export const DECISION_COLUMNS = `Columns, and fields of --json:
  time           effective time of the event
  verdict        alert     raised one
                 known     its terms were seen before within the history window
                 history   lies around the range: read to know what is new, or what counts together
                 copy      the same event once more
                 excepted  an exception item matched it: raises nothing and is not remembered
                 unkeyed   lacks a value for one of the rule's terms: raises nothing, nothing to remember
                 counted   of a threshold rule: counted by an alert
                 below     of a threshold rule: in no execution with enough events
  rule_id        --json only
  terms          values of the rule's terms; (no term): it has none, or the event lacks one; (all): a bucket of all events
  host_names     host.name of the event; agent_ids: --json only
  before         time (--json: and evidence) of the match before it with the same rule and terms; of a copy, of what it copies
  excepted_by    the exception item
  evidence       where the event lies; a line of text gives the URI alone
`;

export function toJsonLine({ match, verdict, before }: Decision): string {
  const fields = {
    time: new Date(match.time_ms).toISOString(),
    verdict,
    rule_id: match.rule_id,
    terms: match.terms,
    host_names: match.host_names,
    agent_ids: match.agent_ids,
    before: before === null ? null : { time: new Date(before.time_ms).toISOString(), evidence: before.evidence },
    excepted_by: match.aside?.kind === 'excepted' ? match.aside.item : null,
    evidence: match.evidence,
  };
  return `${JSON.stringify(fields, (_key, value: unknown) => (typeof value === 'bigint' ? JSON.rawJSON(value.toString()) : value))}\n`;
}

export function toTextLine({ match, verdict, before }: Decision): string {
  const terms = match.terms === null ? '(no term)' : match.terms.map((term) => String(term)).join(' | ') || '(all)';
  const since = before === null ? 'none before it' : `before it ${new Date(before.time_ms).toISOString()}`;
  const note = match.aside?.kind === 'excepted' ? `excepted by ${match.aside.item}` : since;
  const columns = [
    new Date(match.time_ms).toISOString(),
    verdict.padEnd(8),
    terms,
    match.host_names.join(','),
    note,
    match.evidence.uri,
  ];
  return `${toTerminalText(columns.join('  '))}\n`;
}
