// JSON text -> document, with every number exact. JSON.parse does the work; only a text that holds a number which a
// double would not print alike goes through the slower reviver that sees each number's source text.

import { InputError } from './errors.ts';
import type { SourceContext } from './json-source-text.ts';
import { JsonNumber, type Document, type DocumentValue } from './scalar.ts';

// A number of 16 digits, with a fraction or exponent, or -0. It stands behind a key's ':' or behind '[' or ','. Strings may hold
// such text too: then the slow way is taken for nothing, and the result is the same. The quote before ':' keeps out the seconds
// of times, which stand in every event; it is looked for behind the first digit, so that the search starts at rare characters.
const INEXACT_NUMBER =
  /[:[,][\t\n\r ]*-?\d(?:(?<=[[,][\t\n\r ]*-?\d)|(?<="[\t\n\r ]*:[\t\n\r ]*-?\d))(?:\d{15}|\d*[.eE]|(?<=-0))/;

/**
 * Parses one JSON object. Of duplicate keys the last wins, as with JSON.parse.
 * Throws InputError LINE_MALFORMED when the text is not JSON or not an object, LINE_TOO_DEEP when it is nested deeper
 * than `maxDepth` (default 1,000) objects and arrays.
 */
export function parseDocument(text: string, maxDepth = 1_000): Document {
  const value = parseJson(text);
  if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof JsonNumber) {
    throw new InputError('LINE_MALFORMED', 'not a JSON object');
  }
  // Each level takes two characters at least: a short text cannot be deeper, and need not be walked.
  if (text.length > 2 * maxDepth) checkDepth(value as Document, maxDepth);
  return value as Document;
}

/** Parses any JSON text with exact numbers. Throws InputError LINE_MALFORMED, also where the parser's stack ends. */
export function parseJson(text: string): DocumentValue {
  try {
    if (isContainerText(text) && !INEXACT_NUMBER.test(text)) return JSON.parse(text) as DocumentValue;
    return JSON.parse(text, (_key, value, context: SourceContext) => {
      if (typeof value !== 'number' || context.source === undefined) return value;
      return String(value) === context.source ? value : new JsonNumber(context.source);
    }) as DocumentValue;
  } catch (error) {
    throw new InputError('LINE_MALFORMED', error instanceof Error ? error.message : 'not JSON', { cause: error });
  }
}

/** Whether the text begins with a bracket; a number may also be all of a text. */
function isContainerText(text: string): boolean {
  return text.startsWith('{') || text.startsWith('[');
}

function checkDepth(root: Document, maxDepth: number): void {
  let level: DocumentValue[] = [root];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > maxDepth) throw new InputError('LINE_TOO_DEEP', `nested deeper than ${maxDepth} levels`);
    const next: DocumentValue[] = [];
    for (const node of level) {
      for (const child of Array.isArray(node) ? node : Object.values(node as Document)) {
        if (child !== null && typeof child === 'object' && isContainer(child)) next.push(child);
      }
    }
    level = next;
  }
}

function isContainer(value: object): boolean {
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}
