// What an alert of a threshold rule counted.

import { countOf, parseFieldPath, scalarText, viewDocument, type Document, type EventView } from '@coldhunt/core';
import { html, type Markup } from './markup.ts';

/** What the baseline of a count means. */
export const COUNTED_BASELINE: Readonly<Record<string, string>> = {
  complete: 'the whole window that was counted was examined',
  partial: 'part of the window that was counted was not examined: there may be more events',
  cold: 'nothing earlier was examined: there may be more events',
};

export function isCounted(alert: Document): boolean {
  return alert['kibana.alert.threshold_result'] !== undefined;
}

/** Of a threshold rule: what was counted, and together by what. */
export function countedEvents(alert: Document): Markup | null {
  if (!isCounted(alert)) return null;
  const terms = pairs(alert, 'kibana.alert.threshold_result.terms');
  const different = pairs(alert, 'kibana.alert.threshold_result.cardinality').map(
    ({ field, value }) => html`, with <b>${value}</b> different values of <span class="mono">${field}</span>`,
  );
  return html`<p>
    Counted: <b>${countOf(Number(first(alert, 'kibana.alert.threshold_result.count')), 'event')}</b>
    ${terms.length === 0 ? 'in all' : terms.map(({ field, value }, i) => html`${i === 0 ? 'of ' : ', '}<span class="mono">${field} ${value}</span>`)}
    from ${first(alert, 'kibana.alert.threshold_result.from')} to
    ${first(alert, 'kibana.alert.original_time')}${different}. What follows is of the last of them.
  </p>`;
}

/** A list of fields and values under one name. */
function pairs(alert: Document, name: string): readonly { readonly field: string; readonly value: string }[] {
  return viewDocument(alert)
    .objects(parseFieldPath(name))
    .map((pair) => {
      const [field = '', value = ''] = ['field', 'value'].map((key) => firstOf(pair, key));
      return { field, value };
    });
}

function first(alert: Document, name: string): string {
  return firstOf(viewDocument(alert), name);
}

function firstOf(view: EventView, name: string): string {
  const [value] = view.values(parseFieldPath(name));
  return value === undefined ? '' : scalarText(value);
}
