// What is wrong where something else was expected, with what would mend the usual mistakes.

import type { InputError } from '@coldhunt/core';
import { EQL_KEYWORDS, type EqlScanner, type EqlToken } from './eql-scanner.ts';

/** The error at the token that stands here: `what` was expected. */
export function expected(scanner: EqlScanner, what: string, otherHint?: string): InputError {
  const hint = hintFor(scanner) ?? otherHint;
  const message = `expected ${what}, found ${scanner.describe()}`;
  return scanner.error(scanner.token.from, hint === undefined ? message : `${message}; ${hint}`);
}

function hintFor(scanner: EqlScanner): string | undefined {
  const { token, previous } = scanner;
  const misspelt = lowerKeyword(token) ?? lowerKeyword(previous);
  if (misspelt !== null) return `keywords are written in lower case: "${misspelt}"`;
  if (token.kind === 'symbol') return SYMBOL_HINTS[token.text]?.(scanner);
  if (token.kind === 'number' && previous.kind === 'name') {
    return 'a part of a name that begins with a digit stands in backticks: a.`5b`';
  }
  if (token.kind !== 'keyword') return undefined;
  if (token.text === 'of') return 'process relationships ("child of [...]") are not supported';
  if (EXPRESSION_KEYWORDS.has(token.text)) return undefined;
  return `"${token.text}" is a keyword: as a name it stands in backticks (\`${token.text}\`), as a category in quotes`;
}

/** Keywords that are rather misplaced than meant as names. */
const EXPRESSION_KEYWORDS: ReadonlySet<string> = new Set(
  'and or not in in~ like like~ regex regex~ true false null where of'.split(' '),
);

const SYMBOL_HINTS: Readonly<Record<string, ((scanner: EqlScanner) => string | undefined) | undefined>> = {
  '=': () => 'two values are compared with ==',
  '[': () => 'array indexes are not supported: a field is tested with each of its values anyway',
  '![': () => 'only a sequence can hold a missing event',
  '?': () => 'a ? stands before the whole name of a field: ?process.name',
  ')': ({ previous }) => (isSymbol(previous, ',') ? 'a list cannot end with a comma' : undefined),
  '>': ({ previous }) => (isSymbol(previous, '<') ? '"differs from" is written !=' : undefined),
  '|': ({ previous }) => (isSymbol(previous, '|') ? '"or" is written as a word' : undefined),
  ':': ({ previous }) => (previous.kind === 'number' ? 'strings stand in double quotes' : undefined),
};

function isSymbol(token: EqlToken, text: string): boolean {
  return token.kind === 'symbol' && token.text === text;
}

/** The keyword that a name is but for its case. */
function lowerKeyword(token: EqlToken): string | null {
  if (token.kind !== 'name' || token.isQuoted) return null;
  const lowered = token.text.toLowerCase();
  return lowered !== token.text && EQL_KEYWORDS.has(lowered) ? lowered : null;
}
