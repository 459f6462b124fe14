// Every EQL query of Elastic's public rule pack, where it lies beside the checkout (never copied into the project).

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'smol-toml';
import { eqlChildren } from '../src/eql/eql-children.ts';
import type { EqlNode, EqlStatement } from '../src/eql/eql-tree.ts';
import { parseEql } from '../src/eql/parse-eql.ts';
import { printEqlStatement } from '../src/eql/print-eql-statement.ts';
import { compileRegexp } from '../src/regexp/compile-regexp.ts';
import { treeText } from './tree-text.ts';

const FOLDER = new URL('../../../../shared/data/elastic-rules/', import.meta.url);

function readQueries(): readonly { readonly file: string; readonly query: string }[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.toml'));
  return files.flatMap((file) => {
    const { rule } = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as {
      readonly rule?: { readonly language?: string; readonly query?: string };
    };
    return rule?.language === 'eql' && rule.query !== undefined ? [{ file, query: rule.query }] : [];
  });
}

function conditions(tree: EqlStatement): readonly EqlNode[] {
  return tree.kind === 'event' ? [tree.condition] : tree.terms.map((term) => term.condition);
}

function* allNodes(node: EqlNode): Generator<EqlNode> {
  yield node;
  for (const child of eqlChildren(node)) yield* allNodes(child);
}

describe.runIf(existsSync(FOLDER))("Elastic's public EQL rules", () => {
  it('parse, and print to a query with the same tree', () => {
    const counts = { event: 0, sequence: 0, sample: 0 };
    const patterns = new Map<string, boolean>();
    for (const { file, query } of readQueries()) {
      const tree = parseEql(query);
      counts[tree.kind] += 1;
      const text = treeText(tree);
      expect(treeText(parseEql(printEqlStatement(tree))), file).toBe(text);
      for (const node of conditions(tree).flatMap((condition) => [...allNodes(condition)])) {
        if (node.kind !== 'match' || !node.operator.startsWith('regex')) continue;
        for (const { value } of node.patterns) patterns.set(String(value), node.operator === 'regex~');
      }
    }
    expect(counts.event).toBeGreaterThan(500);
    expect(counts.sequence + counts.sample).toBeGreaterThan(100);
    let withTexts = 0;
    for (const [pattern, ignoreCase] of patterns) {
      const compiled = compileRegexp(pattern, { ignoreCase });
      if (compiled.requiredTexts.length > 0) withTexts += 1;
    }
    expect(withTexts / patterns.size).toBeGreaterThan(0.7);
  });
});
