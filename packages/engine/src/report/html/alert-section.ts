// The alerts: over time, by host, and each with its explanation and evidence.

import {
  countOf,
  isObject,
  parseFieldPath,
  scalarText,
  viewDocument,
  type Document,
  type DocumentValue,
} from '@coldhunt/core';
import { barChart, type Bar } from './chart.ts';
import { COUNTED_BASELINE, countedEvents, isCounted } from './counted-events.ts';
import { html, type Markup } from './markup.ts';
import { suppressedAlerts } from './suppressed-alerts.ts';

/** How many alerts the page shows in full; alerts.ndjson holds all. */
export const SHOWN_ALERTS = 500;

export interface AlertOverview {
  readonly shown: readonly Document[];
  readonly total: number;
  /** `2026-02-01` -> alerts, every day of the range, in order. */
  readonly days: readonly Bar[];
  readonly hosts: readonly { readonly name: string; readonly alerts: number }[];
}

const EVENT_FIELDS = [
  'host.name',
  'host.id',
  'host.os.type',
  'user.name',
  'process.name',
  'process.executable',
  'process.command_line',
  'process.parent.executable',
  'process.parent.command_line',
  'process.entity_id',
  'event.action',
  'event.id',
  'agent.id',
  'agent.type',
];

export function alertSection({ shown, total, days, hosts }: AlertOverview): Markup {
  if (total === 0)
    return html`<h2 id="alerts">Alerts</h2>
      <p>No alert.</p>`;
  const most = Math.max(1, ...hosts.map((host) => host.alerts));
  const rest = total - shown.length;
  return html`<h2 id="alerts">Alerts over time</h2>
    ${barChart(days, 'alerts by day')}
    <h2>By host</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th>host</th>
            <th class="number">alerts</th>
            <th></th>
          </tr>
        </thead>
        <tbody>
          ${hosts.map(
            (host) =>
              html`<tr>
                <td>${host.name}</td>
                <td class="number">${host.alerts}</td>
                <td style="width:40%">
                  <svg viewBox="0 0 100 8" preserveAspectRatio="none" style="height:10px" aria-hidden="true">
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
    ${shown.map((alert, index) => alertDetails(alert, shown.length <= 20 || index === 0))}`;
}

function alertDetails(alert: Document, isOpen: boolean): Markup {
  const severity = text(alert, 'kibana.alert.severity');
  const badge = ['low', 'medium', 'high', 'critical'].includes(severity) ? severity : 'low';
  const copies = alert['coldhunt.copies'];
  return html`<details class="alert" ${isOpen ? html` open` : null}>
    <summary>
      <span class="badge ${badge}">${severity}</span>
      <span class="mono">${text(alert, '@timestamp')}</span> ${text(alert, 'host.name')} —
      ${text(alert, 'kibana.alert.rule.name')}
    </summary>
    <div>
      <p>${text(alert, 'kibana.alert.reason')}</p>
      ${countedEvents(alert)} ${newTerms(alert)} ${suppressedAlerts(alert)}
      <dl>
        ${EVENT_FIELDS.filter((field) => text(alert, field) !== '').map(
          (field) =>
            html`<dt>${field}</dt>
              <dd class="mono">${text(alert, field)}</dd>`,
        )}
      </dl>
      <h3>Why it matched</h3>
      ${explanation(alert['coldhunt.explanation'])}
      <h3>Where it lies</h3>
      ${evidence(alert['coldhunt.evidence'])}
      ${
        Array.isArray(copies) && copies.length > 0
          ? html`<h3>The same event again</h3>
              ${copies.map((copy) => evidence(copy))}`
          : null
      }
      <p class="soft">Alert <span class="mono">${text(alert, 'kibana.alert.uuid')}</span></p>
    </div>
  </details>`;
}

function newTerms(alert: Document): Markup {
  const terms = text(alert, 'kibana.alert.new_terms');
  const baseline = text(alert, 'coldhunt.baseline');
  const reason = text(alert, 'coldhunt.baseline_reason');
  const meaning: Readonly<Record<string, string>> = {
    complete: 'the whole history window before the event was examined',
    partial: 'part of the history window before the event was not examined: it may have been seen then',
    cold: 'nothing earlier was examined: it may have been seen before',
    ...(isCounted(alert) ? COUNTED_BASELINE : {}),
  };
  return html`<p>
    ${terms === '' ? null : html`New: <b class="mono">${terms}</b>. `}Baseline <b>${baseline}</b>:
    ${meaning[baseline] ?? ''}${reason === '' || baseline === 'cold' ? '' : ` (${reason})`}.
  </p>`;
}

function explanation(clauses: DocumentValue | undefined): Markup {
  if (!Array.isArray(clauses)) return html`<p class="soft">none</p>`;
  const rows = clauses
    .filter((clause) => isObject(clause))
    .map((clause) => {
      const holds = clause['holds'] !== false;
      const values = Array.isArray(clause['values']) ? clause['values'].map((value) => show(value)).join(' · ') : '';
      return html`<tr>
        <td class="${holds ? 'hold' : 'fail'}">${holds ? 'holds' : 'does not hold'}</td>
        <td class="mono">${show(clause['clause'])}</td>
        <td class="mono">${values}</td>
      </tr>`;
    });
  return html`<div class="scroll">
    <table>
      <thead>
        <tr>
          <th></th>
          <th>clause</th>
          <th>values</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
}

function evidence(value: DocumentValue | undefined): Markup {
  if (!isObject(value)) return html`<p class="soft">none</p>`;
  return html`<dl>
    ${Object.entries(value)
      .filter(([, entry]) => entry !== null)
      .map(
        ([key, entry]) =>
          html`<dt>${key}</dt>
            <dd class="mono">${show(entry)}</dd>`,
      )}
  </dl>`;
}

function text(alert: Document, field: string): string {
  return viewDocument(alert)
    .values(parseFieldPath(field))
    .map((value) => scalarText(value))
    .join(', ');
}

function show(value: DocumentValue | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
