// The alerts as they are read without a script: over time, by host, and the first of them with explanation and evidence.

import { countOf } from '@coldhunt/core';
import { alertStory, fieldsOf, parseAlert, printTree, severityBadge, textOf, type PageRule } from '@coldhunt/page';
import { barChart, type Bar } from './chart.ts';
import { html, Markup } from './markup.ts';

/** How many alerts stand in the page for browsers without a script; alerts.ndjson holds all. */
export const SHOWN_ALERTS = 200;

export interface AlertOverview {
  /** The first of them, as lines of alerts.ndjson. */
  readonly shown: readonly string[];
  readonly total: number;
  /** `2026-02-01` -> alerts, every day of the range, in order. */
  readonly days: readonly Bar[];
  readonly hosts: readonly { readonly name: string; readonly alerts: number }[];
}

export function alertSection({ shown, total, days, hosts }: AlertOverview, rules: readonly PageRule[]): Markup {
  if (total === 0)
    return html`<h2>Alerts</h2>
      <p>No alert.</p>`;
  const most = Math.max(1, ...hosts.map((host) => host.alerts));
  const rest = total - shown.length;
  return html`<h2>Alerts over time</h2>
    ${barChart(days, 'alerts by day')}
    <h2>By host</h2>
    <div class="scroll" tabindex="0">
      <table>
        <thead>
          <tr>
            <th>host</th>
            <th class="number">alerts</th>
            <td></td>
          </tr>
        </thead>
        <tbody>
          ${hosts.map(
            (host) =>
              html`<tr>
                <td>${host.name}</td>
                <td class="number">${host.alerts}</td>
                <td>
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" height="10" aria-hidden="true">
                    <rect class="bar" width="${((host.alerts / most) * 100).toFixed(1)}" height="8"></rect>
                  </svg>
                </td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <h2>Each alert</h2>
    ${rest > 0 ? html`<p class="soft">The first ${shown.length} of ${countOf(total, 'alert')} in order of time; all of them stand in alerts.ndjson and alerts.csv.</p>` : null}
    ${shown.map((alert, index) => alertDetails(alert, rules, shown.length <= 20 || index === 0))}`;
}

function alertDetails(line: string, rules: readonly PageRule[], isOpen: boolean): Markup {
  const alert = parseAlert(line);
  const fields = fieldsOf(alert);
  const rule = rules.find(({ rule_id }) => rule_id === textOf(fields, 'kibana.alert.rule.rule_id'));
  const story = alertStory(alert, { termFields: rule?.termFields ?? [], window: rule?.window ?? null });
  return html`<details class="alert" ${isOpen ? html` open` : null}>
    <summary>
      ${new Markup(printTree(severityBadge(textOf(fields, 'kibana.alert.severity'))))}
      <span class="mono">${textOf(fields, '@timestamp')}</span> ${textOf(fields, 'host.name')} —
      ${textOf(fields, 'kibana.alert.rule.name')}
    </summary>
    <div>${new Markup(printTree(story))}</div>
  </details>`;
}
