// Patterns of Elasticsearch's wildcard query. No regular expressions: a star only ever goes back to itself.

import { matchesGlob } from './glob.ts';

/** STAR, ANY, or the code point itself. */
export type PatternToken = number;

export const STAR = -1;
export const ANY = -2;

export interface WildcardPattern {
  /** The literal texts that every fitting value holds, in order (none of them empty). */
  readonly literals: readonly string[];
  readonly tokens: readonly PatternToken[];
  matches(text: string): boolean;
}

/** `*` any run of characters, `?` exactly one (a code point), `\` takes the next character literally. */
export function parseWildcardPattern(pattern: string): WildcardPattern {
  const tokens: number[] = [];
  const parts: string[] = [''];
  const literals: string[] = [''];
  let isEscaped = false;
  let hasAny = false;
  for (const character of pattern) {
    if (!isEscaped && character === '\\') {
      isEscaped = true;
    } else if (!isEscaped && (character === '*' || character === '?')) {
      tokens.push(character === '*' ? STAR : ANY);
      if (character === '*') parts.push('');
      else hasAny = true;
      literals.push('');
    } else {
      isEscaped = false;
      tokens.push(character.codePointAt(0) as number);
      parts[parts.length - 1] += character;
      literals[literals.length - 1] += character;
    }
  }
  if (isEscaped) {
    // Lucene takes a last backslash, which escapes nothing, for itself.
    tokens.push(92);
    parts[parts.length - 1] += '\\';
    literals[literals.length - 1] += '\\';
  }
  return {
    literals: literals.filter((literal) => literal !== ''),
    tokens,
    matches: hasAny ? (text) => matchesTokens(tokens, text) : (text) => matchesGlob(parts, text),
  };
}

function matchesTokens(tokens: readonly number[], text: string): boolean {
  let token = 0;
  let at = 0;
  let starToken = -1;
  let starAt = 0;
  while (at < text.length) {
    const code = text.codePointAt(at) as number;
    const wanted = tokens[token];
    if (wanted === STAR) {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (wanted === ANY || wanted === code) {
      token += 1;
      at += code > 0xffff ? 2 : 1;
    } else if (starToken >= 0) {
      token = starToken + 1;
      starAt += (text.codePointAt(starAt) as number) > 0xffff ? 2 : 1;
      at = starAt;
    } else {
      return false;
    }
  }
  while (tokens[token] === STAR) token += 1;
  return token === tokens.length;
}
