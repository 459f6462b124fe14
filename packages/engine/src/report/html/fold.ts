// Long lists on the page.

import { html, type Markup } from './markup.ts';

/** More rows than these are folded: they would push what comes next out of sight. */
const UNFOLDED_ROWS = 10;

/** The content as it is, or under a title that opens it. */
export function folded(title: string, length: number, content: Markup | readonly Markup[]): Markup {
  if (length <= UNFOLDED_ROWS) return html`${content}`;
  return html`<details>
    <summary>${title}</summary>
    <div>${content}</div>
  </details>`;
}
