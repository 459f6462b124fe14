// What each rule found, what was excepted, and the rules that were not run.

import { countOf } from '@coldhunt/core';
import type { SummaryFile } from '../output.ts';
import { folded } from './fold.ts';
import { html, type Markup } from './markup.ts';

export function ruleSection(summary: SummaryFile): Markup {
  const rows = summary.rules.map(
    (rule) =>
      html`<tr>
        <td>${rule.name}<br /><span class="soft mono">${rule.rule_id}</span></td>
        <td class="number">${rule.alerts}</td>
        <td class="number">${rule.known}</td>
        <td class="number">${rule.copies}</td>
        <td class="number">${rule.suppressed}</td>
        <td class="number">${rule.unkeyed}</td>
        <td class="number">${rule.matches.in_range}</td>
        <td class="number">${rule.matches.in_history}</td>
        <td class="number">${rule.matches.excepted}</td>
        <td class="number">${rule.matches.other_index}</td>
      </tr>`,
  );
  const excepted = summary.rules.flatMap((rule) =>
    Object.entries(rule.excepted).map(
      ([item, number]) => html`<li>${number} by <span class="mono">${item}</span> (${rule.name})</li>`,
    ),
  );
  const warnings = summary.rules.flatMap((rule) =>
    rule.warnings.map((warning) => html`<li>${rule.name}: ${warning}</li>`),
  );
  const leftOut = summary.rules_left_out.map(
    (rule) =>
      html`<li>
        <span class="mono">${rule.file}</span> ${rule.name ?? rule.rule_id ?? ''}: ${rule.state}, ${rule.reason}
      </li>`,
  );
  const table = html`<div class="scroll" tabindex="0">
    <table>
      <thead>
        <tr>
          <th>rule</th>
          <th class="number">alerts</th>
          <th class="number">known</th>
          <th class="number">copies</th>
          <th class="number">suppressed</th>
          <th class="number">without term</th>
          <th class="number">matches in range</th>
          <th class="number">in history</th>
          <th class="number">excepted</th>
          <th class="number">other index</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
  return html`<h2>Rules</h2>
    ${folded(rulesTitle(summary), rows.length, table)}
    ${
      excepted.length === 0
        ? null
        : html`<h3>Excepted</h3>
            <ul>
              ${excepted}
            </ul>`
    }
    ${
      warnings.length === 0
        ? null
        : html`<h3>Notes on the findings</h3>
            ${folded(
              countOf(warnings.length, 'note'),
              warnings.length,
              html`<ul>
                ${warnings}
              </ul>`,
            )}`
    }
    ${
      leftOut.length === 0
        ? null
        : html`<h3>Rules that were not run</h3>
            ${folded(
              countOf(leftOut.length, 'rule'),
              leftOut.length,
              html`<ul>
                ${leftOut}
              </ul>`,
            )}`
    }`;
}

function rulesTitle({ rules }: SummaryFile): string {
  const firing = rules.filter((rule) => rule.alerts > 0).length;
  return `${countOf(rules.length, 'rule')}, ${firing} with alerts`;
}
