// What an alert says of those that alert suppression holds back.

import { countOf, isObject, type Document, type DocumentValue } from '@coldhunt/core';
import { html, type Markup } from './markup.ts';

/** Nothing of an alert that holds none. */
export function suppressedAlerts(alert: Document): Markup | null {
  const count = Number(alert['kibana.alert.suppression.docs_count'] ?? 0);
  if (count === 0) return null;
  const terms = alert['kibana.alert.suppression.terms'];
  const pairs = (Array.isArray(terms) ? terms : []).filter((term) => isObject(term));
  return html`<p>
    Suppresses <b>${countOf(count, 'further alert')}</b>
    ${pairs.map(({ field, value }, i) => html`${i === 0 ? 'of ' : ', '}<span class="mono">${String(field)} ${valueText(value)}</span>`)}
    up to ${String(alert['kibana.alert.suppression.end'] ?? '')}.
  </p>`;
}

function valueText(value: DocumentValue | undefined): string {
  if (value === null || value === undefined) return '(no value)';
  return Array.isArray(value) ? value.map(String).join(', ') : String(value);
}
