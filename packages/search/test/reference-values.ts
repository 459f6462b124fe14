// The slow, obvious twin of the finder of values: the document is parsed to see whether it is valid, then cut into its tokens.

import type { WantedKey, WantedPlace } from '@coldhunt/core';

/** A value that was found: its field, and its text as it stands in the document, for a text without the quotes. */
export interface FoundValue {
  readonly field: number;
  readonly start: number;
  readonly text: string;
}

const MAX_DEPTH = 60;
const TOKEN = /[ \t\r\n]*("(?:[^"\\]|\\.)*"|[{}[\]:,]|[^ \t\r\n{}[\]:,"]+)/gs;

interface Token {
  readonly text: string;
  readonly start: number;
}

class NotPlain extends Error {}

/** `document`: its bytes, a character each. null: it must be parsed. */
export function referenceValues(document: string, root: WantedPlace): readonly FoundValue[] | null {
  try {
    JSON.parse(document);
  } catch {
    return null;
  }
  const tokens = [...document.matchAll(TOKEN)].map(([all, text = ''], _index) => ({ all, text }));
  let at = 0;
  const placed = tokens.map(({ all, text }): Token => {
    at += all.length;
    return { text, start: at - text.length };
  });
  if (placed[0]?.text !== '{') return null;
  try {
    const found: FoundValue[] = [];
    readValue(placed, root, { key: null, depth: 0, found });
    return found;
  } catch (error) {
    if (error instanceof NotPlain) return null;
    throw error;
  }
}

interface Reading {
  readonly key: WantedKey | null;
  readonly depth: number;
  readonly found: FoundValue[];
}

/** Takes the tokens of one value off the list. */
function readValue(tokens: Token[], place: WantedPlace | null, { key, depth, found }: Reading): void {
  const { text, start } = tokens.shift() as Token;
  if (text === '{' || text === '[') {
    if (depth >= MAX_DEPTH) throw new NotPlain();
    if (text === '{') readObject(tokens, place, { depth: depth + 1, found });
    else {
      while (tokens[0]?.text !== ']') {
        readValue(tokens, place, { key, depth: depth + 1, found });
        if (tokens[0]?.text === ',') tokens.shift();
      }
      tokens.shift();
    }
  } else if (place !== null && place.number >= 0 && text !== 'null') {
    const isText = text.startsWith('"');
    found.push({
      field: place.number,
      start: isText ? start + 1 : start,
      text: isText ? text.slice(1, -1) : text,
    });
  }
}

function readObject(
  tokens: Token[],
  place: WantedPlace | null,
  { depth, found }: Pick<Reading, 'depth' | 'found'>,
): void {
  const seen: string[] = [];
  while (tokens[0]?.text !== '}') {
    const quoted = (tokens.shift() as Token).text;
    if (quoted.includes('\\')) throw new NotPlain();
    const name = quoted.slice(1, -1);
    const key = place?.keys.get(Buffer.from(name, 'latin1').toString('utf8')) ?? null;
    if (key !== null) {
      if (seen.some((other) => isSpelling(other, name) || isSpelling(name, other))) throw new NotPlain();
      seen.push(name);
    }
    tokens.shift();
    const value = tokens[0]?.text ?? '';
    if (key?.role === 'envelope' || (key?.role === 'text' && /^"[^A-Za-z0-9"]/.test(value))) throw new NotPlain();
    readValue(tokens, key?.place ?? null, { key, depth, found });
    if (tokens[0]?.text === ',') tokens.shift();
  }
  tokens.shift();
}

/** The same, or a longer spelling of what may stand below. */
function isSpelling(short: string, long: string): boolean {
  return long === short || long.startsWith(`${short}.`);
}
