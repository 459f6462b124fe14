// The tree of one of Lucene's regular expressions -> the same in the syntax that RE2 (DuckDB) and Java (Athena) share.

import type { RegexpNode } from '../../regexp/regexp-tree.ts';
import { UnsayableError } from '../condition.ts';

/** Throws UnsayableError for what only Lucene knows. */
export function regexpText(node: RegexpNode): string {
  switch (node.kind) {
    case 'blank':
      return '(?:)';
    case 'character':
      return characterText(node.code);
    case 'class':
      return classText(node.set, node.isNegated);
    case 'concat':
      return node.of.map((part) => (part.kind === 'union' ? `(?:${regexpText(part)})` : regexpText(part))).join('');
    case 'union':
      return node.of.map((part) => regexpText(part)).join('|');
    case 'repeat':
      return `${grouped(node.of)}${repetition(node.min, node.max)}`;
    case 'none':
    case 'intersection':
    case 'complement':
      throw new UnsayableError('SQL knows neither # nor & nor ~ of Lucene in regular expressions');
  }
}

function grouped(node: RegexpNode): string {
  const isOne = node.kind === 'character' || node.kind === 'class';
  return isOne ? regexpText(node) : `(?:${regexpText(node)})`;
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
