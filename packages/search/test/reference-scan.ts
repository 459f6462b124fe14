// The slow, obvious twin of createLineFilter: strings, split, includes.

import type { LineLiteral, LineQuery } from '@coldhunt/core';

export interface ReferenceScan {
  readonly searched: number;
  readonly blank: number;
  /** Listed lines as [start, end). */
  readonly lines: readonly (readonly [number, number])[];
}

/** What a filter for this query must say of the lines of a text; text is Latin-1, a character a byte. */
export function referenceScan(text: string, query: LineQuery): ReferenceScan {
  const pieces = text.split('\n');
  if (pieces.at(-1) === '') pieces.pop();
  let searched = 0;
  let blank = 0;
  let start = 0;
  const lines: [number, number][] = [];
  for (const piece of pieces) {
    const trimmed = piece.replace(/^[ \t\r\0]+|[ \t\r\0]+$/g, '');
    const isCandidate = isReferenceCandidate(piece, query);
    if (isCandidate) lines.push([start, start + piece.length]);
    else if (/^\{.*\}$/s.test(trimmed)) searched += 1;
    else if (/^[ \t\r]*$/.test(piece)) blank += 1;
    else lines.push([start, start + piece.length]);
    start += piece.length + 1;
  }
  return { searched, blank, lines };
}

/** Whether a line (or a document) may hold a match. */
export function isReferenceCandidate(piece: string, { literals, conditions }: LineQuery): boolean {
  const holdsAny = (set: readonly LineLiteral[]): boolean => set.some((literal) => holds(piece, literal));
  // A set of more than eight literals is not asked for, unless it is the first.
  const isAsked = (set: readonly LineLiteral[], index: number): boolean => index === 0 || set.length <= 8;
  return holdsAny(literals) || conditions.some((sets) => sets.filter(isAsked).every(holdsAny));
}

function holds(piece: string, { bytes, ignoreCase }: LineLiteral): boolean {
  const literal = Buffer.from(bytes).toString('latin1');
  return ignoreCase ? lowerAscii(piece).includes(lowerAscii(literal)) : piece.includes(literal);
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
