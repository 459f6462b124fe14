// A regular expression -> texts that every fitting value must hold, for ruling out values before the exact match.

import type { RegexpNode } from './regexp-tree.ts';

/** All of the outer list, any of an inner one. */
export type RequiredTexts = readonly (readonly string[])[];

const NOTHING_KNOWN: RequiredTexts = [];
const MAX_ALTERNATIVES = 64;
const MAX_REPEATED = 32;

/** With `asciiOnly` no text holds another character than ASCII's: only those are compared without case. */
export function requiredTexts(node: RegexpNode, asciiOnly: boolean): RequiredTexts {
  switch (node.kind) {
    case 'character':
    case 'concat': {
      const found: (readonly string[])[] = [];
      let run = '';
      const endRun = (): void => {
        if (run !== '') found.push([run]);
        run = '';
      };
      for (const part of node.kind === 'concat' ? node.of : [node]) {
        const text = fixedText(part);
        for (const character of text ?? '') {
          if (asciiOnly && character > '\u007f') endRun();
          else run += character;
        }
        if (text !== null) continue;
        endRun();
        found.push(...requiredTexts(part, asciiOnly));
      }
      endRun();
      return found;
    }
    case 'union':
      return alternatives(node.of.map((part) => requiredTexts(part, asciiOnly)));
    case 'intersection':
      return node.of.flatMap((part) => requiredTexts(part, asciiOnly));
    case 'repeat':
      return node.min > 0 ? requiredTexts(node.of, asciiOnly) : NOTHING_KNOWN;
    case 'blank':
    case 'none':
    case 'class':
    case 'complement':
      return NOTHING_KNOWN;
  }
}

/** The only text that fits; null where there are more, or none. */
export function fixedText(node: RegexpNode): string | null {
  switch (node.kind) {
    case 'blank':
      return '';
    case 'character':
      return String.fromCodePoint(node.code);
    case 'concat': {
      let text = '';
      for (const part of node.of) {
        const fixed = fixedText(part);
        if (fixed === null) return null;
        text += fixed;
      }
      return text;
    }
    case 'repeat': {
      const text = node.min === node.max && node.min <= MAX_REPEATED ? fixedText(node.of) : null;
      return text === null || text.length * node.min > MAX_REPEATED * MAX_REPEATED ? null : text.repeat(node.min);
    }
    default:
      return null;
  }
}

/** One list that holds the best of each alternative. */
function alternatives(parts: readonly RequiredTexts[]): RequiredTexts {
  const best = parts.map((lists) => lists.reduce((a, b) => (shortest(b) > shortest(a) ? b : a), []));
  const texts = [...new Set(best.flat())];
  const isKnown = best.every((list) => list.length > 0) && texts.length <= MAX_ALTERNATIVES;
  return isKnown ? [texts] : NOTHING_KNOWN;
}

function shortest(texts: readonly string[]): number {
  return texts.length === 0 ? 0 : Math.min(...texts.map((text) => text.length));
}
