// `<n-m>` -> the decimal numbers from n to m, as a tree.

import type { RegexpNode } from './regexp-tree.ts';

const ZEROS: RegexpNode = { kind: 'repeat', of: { kind: 'character', code: 48 }, min: 0, max: null };
const DIGIT: RegexpNode = { kind: 'class', set: [48, 57], isNegated: false };

/** With `digits` above 0 every number has that many; else any number of zeros may stand before it. */
export function decimalInterval(min: number, max: number, digits: number): RegexpNode {
  if (digits > 0) return between(String(min).padStart(digits, '0'), String(max).padStart(digits, '0'));
  const of: RegexpNode[] = [];
  for (let length = String(min).length; length <= String(max).length; length += 1) {
    const low = Math.max(min, length === 1 ? 0 : 10 ** (length - 1));
    const high = Math.min(max, 10 ** length - 1);
    of.push(between(String(low), String(high)));
  }
  return { kind: 'concat', of: [ZEROS, { kind: 'union', of }] };
}

/** Two texts of digits, equally long. */
function between(low: string, high: string): RegexpNode {
  if (/^0+$/.test(low) && /^9+$/.test(high)) return { kind: 'repeat', of: DIGIT, min: low.length, max: low.length };
  const [first, last] = [low.charCodeAt(0), high.charCodeAt(0)];
  if (low.length === 1) return digitRange(first, last);
  const [lowRest, highRest] = [low.slice(1), high.slice(1)];
  if (first === last) return concat(digitRange(first, first), between(lowRest, highRest));
  const of = [
    concat(digitRange(first, first), between(lowRest, '9'.repeat(lowRest.length))),
    concat(digitRange(last, last), between('0'.repeat(highRest.length), highRest)),
  ];
  if (first + 1 < last) {
    const rest: RegexpNode = { kind: 'repeat', of: DIGIT, min: lowRest.length, max: lowRest.length };
    of.push(concat(digitRange(first + 1, last - 1), rest));
  }
  return { kind: 'union', of };
}

function digitRange(from: number, to: number): RegexpNode {
  return from === to ? { kind: 'character', code: from } : { kind: 'class', set: [from, to], isNegated: false };
}

function concat(...of: readonly RegexpNode[]): RegexpNode {
  return { kind: 'concat', of };
}
