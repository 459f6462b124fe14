// What the parser says of a malformed line -> the piece of the line that it shows, with the bad character marked. The parser shows ten
// characters on each side of it, with dots where the line goes on, and short lines whole.

import { html, type Markup } from './markup.ts';

const SAID =
  /^Unexpected (?:token '([^]+?)'|non-whitespace character|end of JSON input)?(?:, )?(\.\.\.)?"([^]*)"(\.\.\.)? is not valid JSON$/;
const SIDE = 10;

export interface MarkedPlace {
  readonly before: string;
  readonly bad: string;
  readonly after: string;
}

/** null: it shows no piece of the line. */
export function malformedPlace(error: string): MarkedPlace | null {
  const [, token, lead, piece, trail] = SAID.exec(error) ?? [];
  if (token === undefined || piece === undefined) return null;
  const characters = [...piece];
  const at = lead !== undefined ? SIDE : trail !== undefined ? characters.length - SIDE : characters.lastIndexOf(token);
  // Counted in UTF-16, and in a line of ours it may be cut elsewhere: the character says whether it is the one.
  if (characters[at] !== token) return null;
  const [before, after] = [characters.slice(0, at).join(''), characters.slice(at + 1).join('')];
  return {
    before: `${lead === undefined ? '' : '…'}${before}`,
    bad: token,
    after: `${after}${trail === undefined ? '' : '…'}`,
  };
}

/** The piece with its mark; else the words as they are. */
export function markedError(error: string): Markup {
  const place = malformedPlace(error);
  if (place === null) return countedError(error);
  const { before, bad, after } = place;
  return html`<code>${before}<mark>${bad}</mark>${after}</code> this character is not expected there`;
}

/** The line is one line: what the parser says of lines and columns is about it alone. */
function countedError(error: string): Markup {
  const [, what, position] = /^([^]*?)(?: in JSON)? at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(error) ?? [];
  if (what === undefined || position === undefined) return html`${error}`;
  return html`${what} at <mark>character ${Number(position) + 1}</mark> of the line`;
}
