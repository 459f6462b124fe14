// What stands around every page. Everything that was read goes through `html`, which escapes it and makes hidden characters visible.

import { Markup, html } from '@coldhunt/engine';

export interface Page {
  readonly title: string;
  readonly status?: number;
  readonly main: Markup;
  /** The part of the bar that is this page. */
  readonly part?: 'hunts' | 'watches' | 'queue';
}

const PARTS = [
  { part: 'hunts', href: '/', name: 'Hunts' },
  { part: 'watches', href: '/watches', name: 'Watches' },
  { part: 'queue', href: '/queue', name: 'Queue' },
] as const;

// Its own text: a bundler rewrites tagged templates in which a script ends.
const SCRIPT = new Markup('<script src="/live.js" defer></script>');

/** The whole document. */
export function framed({ title, main, part }: Page, uri: string): string {
  return html`<!doctype html>
    <html lang="en" class="app">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${title} · coldhunt</title>
        <link rel="stylesheet" href="/style.css" />
        ${SCRIPT}
      </head>
      <body>
        <a class="skip" href="#main">to the content</a>
        <header class="top">
          <p class="brand">coldhunt</p>
          <p class="place soft">${uri}</p>
          <p id="live-state" class="live soft" role="status"></p>
        </header>
        <nav aria-label="pages">
          ${PARTS.map(({ part: name, href, name: words }) =>
            name === part
              ? html`<a href="${href}" aria-current="page">${words}</a>`
              : html`<a href="${href}">${words}</a>`,
          )}
        </nav>
        <main id="main" tabindex="-1">${main}</main>
      </body>
    </html>`.text;
}

/** A part of a page that is brought up to date while it is looked at. */
export function live(id: string, content: Markup): Markup {
  return html`<div id="${id}" data-live>${content}</div>`;
}

export function badge(tone: 'good' | 'bad' | 'medium' | 'low' | 'accent', text: string): Markup {
  return html`<span class="badge ${tone}">${text}</span>`;
}

export function card(value: string | number, words: string): Markup {
  return html`<li><b>${value}</b><span>${words}</span></li>`;
}

export function messagePage(title: string, text: string, status: number): Page {
  return {
    title,
    status,
    main: html`<h1>${title}</h1>
      <p>${text}</p>
      <p><a href="/">to the hunts</a></p>`,
  };
}

/** Where the token is asked for. */
export function loginPage(isWrong: boolean): Page {
  return {
    title: 'Token',
    status: isWrong ? 403 : 401,
    main: html`<h1>Token</h1>
      <p>This dashboard asks for the token in COLDHUNT_DASHBOARD_TOKEN of its process.</p>
      ${isWrong ? html`<p class="fail" role="alert">That is not the token.</p>` : null}
      <form method="post" action="/login">
        <label><span>token</span><input type="password" name="token" autocomplete="current-password" required /></label>
        <button>Come in</button>
      </form>`,
  };
}
