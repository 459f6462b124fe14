// What everybody reads: the question in words, the verdict, and the figures of the findings.

import { countOf } from '@coldhunt/core';
import type { RunFile } from '../../question/output.ts';
import type { SummaryFile } from '../output.ts';
import { html, type Markup } from './markup.ts';

const NAMED_RULES = 2;
const SEVERITIES = ['critical', 'high', 'medium', 'low'];

export function topSection(run: RunFile, summary: SummaryFile): Markup {
  const { by_severity: severities, by_host: hosts, count } = summary.alerts;
  const card = (figure: string | number, words: string): Markup =>
    html`<li><b>${figure}</b> <span>${words}</span></li> `;
  const known = SEVERITIES.filter((severity) => (severities[severity] ?? 0) > 0);
  return html`<p>${questionInWords(run)}</p>
    <div class="verdict ${summary.complete ? 'complete' : 'incomplete'}">
      ${summary.complete ? null : html`<b class="bad">Incomplete.</b> `}${verdict(summary)}
    </div>
    ${
      count === 0
        ? null
        : html`<ul class="cards">
            ${card(count, count === 1 ? 'alert' : 'alerts')}
            ${known.map((severity) => card(severities[severity] ?? 0, severity))}
            ${card(Object.keys(hosts).length, Object.keys(hosts).length === 1 ? 'host' : 'hosts')}
            ${summary.first_alert === null ? null : card(minute(summary.first_alert), 'first (UTC)')}
            ${summary.last_alert === null ? null : card(minute(summary.last_alert), 'last (UTC)')}
          </ul>`
    }`;
}

/** The sentence that everybody reads, then what else there is to know. */
function verdict({ headline, verdict: whole }: SummaryFile): Markup {
  if (headline === undefined || !whole.startsWith(headline)) return html`${whole}`;
  const rest = whole.slice(headline.length).trim();
  return html`<strong>${headline}</strong>${rest === '' ? null : html`<p>${rest}</p>`}`;
}

/** One sentence: which rules, over what, when. */
function questionInWords({ question }: RunFile): string {
  const { rules, archives, from, to } = question;
  const names = rules.slice(0, NAMED_RULES).map(({ rule }) => `“${rule.name}”`);
  const which = rules.length > NAMED_RULES ? countOf(rules.length, 'rule') : names.join(' and ');
  const where =
    archives.length > NAMED_RULES ? countOf(archives.length, 'archive') : archives.map(({ uri }) => uri).join(' and ');
  const time =
    from === null && to === null
      ? 'at any time'
      : from === null
        ? `before ${minute(to ?? '')} UTC`
        : `from ${minute(from)} ${to === null ? 'UTC on' : `to ${minute(to)} UTC`}`;
  return `Asked: what do ${which} find in ${where} ${time}?`.replace(
    'what do “',
    rules.length === 1 ? 'what does “' : 'what do “',
  );
}

/** `2026-02-01 00:00`. */
function minute(instant: string): string {
  return instant.slice(0, 16).replace('T', ' ');
}
