// Mode `both`: what the live rules miss and have besides, by rule and alert by alert, each with its reason.

import { countOf } from '@coldhunt/core';
import { REASON_WORDS, type Difference, type SideCounts } from '../differences.ts';
import type { SummaryFile } from '../output.ts';
import { folded } from './fold.ts';
import { html, type Markup } from './markup.ts';

export function liveSection(
  comparison: readonly SideCounts[],
  differences: readonly Difference[],
  summary: Pick<SummaryFile, 'rules'>,
): Markup {
  const names = new Map(summary.rules.map(({ rule_id, name }) => [rule_id, name]));
  const count = comparison.reduce((sum, rule) => sum + rule.only_a + rule.only_b, 0);
  const rest = count - differences.length;
  return html`<h2>What the live rules miss</h2>
    <p class="soft">
      On an ideal schedule, against the complete hunt. What the live rules raised stands in live/alerts.ndjson.
    </p>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>rule</th>
            <th class="number">in both</th>
            <th class="number">missed live</th>
            <th class="number">only live</th>
            <th>why</th>
          </tr>
        </thead>
        <tbody>
          ${comparison.map((rule) => ruleRow(rule, names.get(rule.rule_id) ?? rule.rule_id))}
        </tbody>
      </table>
    </div>
    ${
      count === 0
        ? html`<p>No alert differs.</p>`
        : html`<h3>Alerts that differ</h3>
            ${
              rest > 0
                ? html`<p class="soft">
                    ${differences.length === 0 ? 'They' : `The first ${differences.length} of ${countOf(count, 'alert')}; all`}
                    stand in live/compare.ndjson.
                  </p>`
                : null
            }
            ${folded(countOf(differences.length, 'alert'), differences.length, differenceTable(differences, names))}`
    }`;
}

function ruleRow(rule: SideCounts, name: string): Markup {
  return html`<tr>
    <td>${name}<br /><span class="soft mono">${rule.rule_id}</span></td>
    <td class="number">${rule.both}</td>
    <td class="number">${rule.only_a}</td>
    <td class="number">${rule.only_b}</td>
    <td>${reasons('missed: ', rule.why_only_a)}${reasons('only live: ', rule.why_only_b)}</td>
  </tr>`;
}

function reasons(what: string, counts: Readonly<Record<string, number>>): Markup | null {
  const told = Object.entries(counts)
    .toSorted(([, a], [, b]) => b - a)
    .map(([code, count]) => `${count.toLocaleString('en-US')} ${wordsOf(code)}`);
  return told.length === 0 ? null : html`<div>${what}${told.join(', ')}</div>`;
}

function wordsOf(code: string): string {
  return Object.hasOwn(REASON_WORDS, code) ? REASON_WORDS[code as keyof typeof REASON_WORDS] : code;
}

function differenceTable(differences: readonly Difference[], names: ReadonlyMap<string, string>): Markup {
  if (differences.length === 0) return html``;
  return html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>time (UTC)</th>
          <th>rule</th>
          <th>terms</th>
          <th>host</th>
          <th>which</th>
          <th>why the other has none</th>
        </tr>
      </thead>
      <tbody>
        ${differences.map(
          ({ isLive, rule_id, time, terms, hosts, execution, reason }) =>
            html`<tr>
              <td class="mono">${time}</td>
              <td>${names.get(rule_id) ?? rule_id}</td>
              <td class="mono">${terms.join(' | ')}</td>
              <td>${hosts.join(', ')}</td>
              <td>${isLive ? `only live${execution === null ? '' : `, at ${execution}`}` : 'missed live'}</td>
              <td>${reason}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
