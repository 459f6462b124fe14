// A template -> the readings of a key. The template covers whole folders in a row, anywhere in the key, so that neither the prefix nor
// what lies deeper need be spelled out. Every way to read a key is found, within a budget: ambiguity is the caller's to judge.

import { InputError } from '@coldhunt/core';
import type { PartFinder } from './layout.ts';
import { parseTemplate, type TemplateNode } from './parse-template.ts';
import { checkUnits, type TimeParts, type TimeUnit } from './time-parts.ts';

/** Steps of one key. Ordinary templates take about as many as the key has folders; a row of stars would take its length to the power. */
const MOST_STEPS = 5_000;
const MOST_READINGS = 16;

interface Search {
  readonly nodes: readonly TemplateNode[];
  readonly key: string;
  readonly parts: Partial<Record<TimeUnit, number>>;
  readonly found: TimeParts[];
  steps: number;
}

/** Throws InputError LAYOUT_INVALID. */
export function compileTemplate(text: string): PartFinder {
  const nodes = parseTemplate(text);
  const units = new Set(nodes.flatMap((node) => (node.kind === 'field' ? [node.unit] : [])));
  const problem = checkUnits(units);
  if (problem !== null) {
    throw new InputError('LAYOUT_INVALID', `cannot use the layout ${JSON.stringify(text)}: ${problem}`);
  }
  return (key) => {
    const search: Search = { nodes, key, parts: {}, found: [], steps: 0 };
    for (let at = 0; at >= 0 && at <= key.length; at = nextFolder(key, at)) walk(search, 0, at);
    return search.steps > MOST_STEPS || search.found.length > MOST_READINGS ? [] : search.found;
  };
}

function nextFolder(key: string, at: number): number {
  const slash = key.indexOf('/', at);
  return slash < 0 ? -1 : slash + 1;
}

function walk(search: Search, index: number, at: number): void {
  const { nodes, key, found } = search;
  search.steps += 1;
  if (search.steps > MOST_STEPS || found.length > MOST_READINGS) return;
  const node = nodes[index];
  if (node === undefined) {
    if (at === key.length || key[at] === '/' || key[at - 1] === '/') found.push({ ...search.parts });
    return;
  }
  switch (node.kind) {
    case 'literal':
      if (key.startsWith(node.text, at)) walk(search, index + 1, at + node.text.length);
      return;
    case 'one':
      if (at < key.length && key[at] !== '/') walk(search, index + 1, at + 1);
      return;
    case 'any':
      walkAny(search, index, at);
      return;
    case 'field':
      walkField(search, index, at);
  }
}

function walkAny(search: Search, index: number, at: number): void {
  const { nodes, key } = search;
  const node = nodes[index];
  if (node?.kind !== 'any') return;
  const slash = node.crossesFolders ? -1 : key.indexOf('/', at);
  const last = slash < 0 ? key.length : slash;
  const next = nodes[index + 1];
  if (next === undefined) {
    walk(search, index + 1, last);
    return;
  }
  for (let end = at + node.atLeast; end <= last; end += 1) {
    if (next.kind === 'literal') {
      // Only where the literal stands can the rest go on.
      end = key.indexOf(next.text, end);
      if (end < 0 || end > last) return;
    } else if (next.kind === 'field' && isDigit(key, end - 1)) continue;
    walk(search, index + 1, end);
    if (search.steps > MOST_STEPS) return;
  }
}

function walkField(search: Search, index: number, at: number): void {
  const { nodes, key, parts } = search;
  const node = nodes[index];
  if (node?.kind !== 'field') return;
  for (let digits = node.most; digits >= node.least; digits -= 1) {
    const value = readDigits(key, at, digits);
    // A shorter number that a digit follows is another number.
    if (value === null || (node.most > node.least && isDigit(key, at + digits))) continue;
    const before = parts[node.unit];
    const shown = node.isShortYear ? 2000 + value : value;
    if (before !== undefined && before !== shown) continue;
    parts[node.unit] = shown;
    walk(search, index + 1, at + digits);
    if (before === undefined) delete parts[node.unit];
  }
}

function readDigits(key: string, at: number, count: number): number | null {
  if (at + count > key.length) return null;
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    if (!isDigit(key, index)) return null;
    value = value * 10 + (key.charCodeAt(index) - 0x30);
  }
  return value;
}

function isDigit(key: string, at: number): boolean {
  const code = key.charCodeAt(at);
  return code >= 0x30 && code <= 0x39;
}
