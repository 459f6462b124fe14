// The tree of one of Lucene's regular expressions -> the same in the syntax that RE2 (DuckDB) and Java (Athena) share.

import { foldAsciiSet } from '../../regexp/code-point-set.ts';
import type { RegexpNode } from '../../regexp/regexp-tree.ts';
import { UnsayableError } from '../condition.ts';

/**
 * `ignoreCase`: of ASCII's letters alone, as in Lucene; the switches of RE2 and Java mean more letters. Throws UnsayableError for what
 * only Lucene knows.
 */
export function regexpText(node: RegexpNode, ignoreCase: boolean): string {
  switch (node.kind) {
    case 'blank':
      return '(?:)';
    case 'character': {
      const set = ignoreCase ? foldAsciiSet([node.code, node.code]) : [];
      return set.length > 2 ? classText(set, false) : characterText(node.code);
    }
    case 'class':
      return classText(ignoreCase ? foldAsciiSet(node.set) : node.set, node.isNegated);
    case 'concat':
      return node.of
        .map((part) => {
          const text = regexpText(part, ignoreCase);
          return part.kind === 'union' ? `(?:${text})` : text;
        })
        .join('');
    case 'union':
      return node.of.map((part) => regexpText(part, ignoreCase)).join('|');
    case 'repeat':
      return `${grouped(node.of, ignoreCase)}${repetition(node.min, node.max)}`;
    case 'none':
    case 'intersection':
    case 'complement':
      throw new UnsayableError('SQL knows neither # nor & nor ~ of Lucene in regular expressions');
  }
}

function grouped(node: RegexpNode, ignoreCase: boolean): string {
  const isOne = node.kind === 'character' || node.kind === 'class';
  const text = regexpText(node, ignoreCase);
  return isOne ? text : `(?:${text})`;
}

function repetition(min: number, max: number | null): string {
  if (max === null) return min === 0 ? '*' : min === 1 ? '+' : `{${min},}`;
  if (min === 0 && max === 1) return '?';
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function classText(set: readonly number[], isNegated: boolean): string {
  if (set.length === 0) {
    if (isNegated) return '.';
    throw new UnsayableError('SQL knows no class without characters');
  }
  let text = '';
  for (let index = 0; index < set.length; index += 2) {
    const [from, to] = [set[index] as number, set[index + 1] as number];
    text += from === to ? characterText(from) : `${characterText(from)}-${characterText(to)}`;
  }
  return `[${isNegated ? '^' : ''}${text}]`;
}

function characterText(code: number): string {
  const character = String.fromCodePoint(code);
  if (/^[A-Za-z0-9 _]$/.test(character)) return character;
  return code > 0x20 && code < 0x7f ? `\\${character}` : `\\x{${code.toString(16)}}`;
}
