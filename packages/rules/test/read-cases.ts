// Reads the case files beside the tests: one case a line, `left ==> right`, `#` for comments. A new case is a new line.

import { readFileSync } from 'node:fs';

export interface Case {
  readonly line: number;
  readonly left: string;
  readonly right: string;
}

/** The cases of `test/cases/<file>`. */
export function readCases(file: string): readonly Case[] {
  const lines = readFileSync(new URL(`cases/${file}`, import.meta.url), 'utf8').split('\n');
  return lines.flatMap((text, index) => {
    if (text.trim() === '' || text.startsWith('#')) return [];
    const [left, right] = text.split(' ==> ');
    if (left === undefined || right === undefined) throw new Error(`${file}:${index + 1}: no " ==> " in this line`);
    return [{ line: index + 1, left: decode(left), right }];
  });
}

function decode(text: string): string {
  return text
    .replaceAll('<SP>', ' ')
    .replaceAll('<NBSP>', '\u00a0')
    .replaceAll('<TAB>', '\t')
    .replaceAll('<EMPTY>', '');
}
