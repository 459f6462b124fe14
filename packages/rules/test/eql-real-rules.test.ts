// Every EQL query of Elastic's public rule pack, where it lies beside the checkout (never copied into the project).

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'smol-toml';
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

describe.runIf(existsSync(FOLDER))("Elastic's public EQL rules", () => {
  it('parse, and print to a query with the same tree', () => {
    const counts = { event: 0, sequence: 0, sample: 0 };
    const patterns = new Map<string, boolean>();
    for (const { file, query } of readQueries()) {
      const tree = parseEql(query);
      counts[tree.kind] += 1;
      const text = treeText(tree);
      expect(treeText(parseEql(printEqlStatement(tree))), file).toBe(text);
      for (const [, operator, list] of text.matchAll(/"operator":"(regex~?)".*?"patterns":(\[.*?\])/g)) {
        for (const { value } of JSON.parse(list as string) as { readonly value: string }[]) {
          patterns.set(value, operator === 'regex~');
        }
      }
    }
    expect(counts.event).toBeGreaterThan(800);
    expect(counts.sequence + counts.sample).toBeGreaterThan(190);
    let withTexts = 0;
    for (const [pattern, ignoreCase] of patterns) {
      const compiled = compileRegexp(pattern, { ignoreCase });
      if (compiled.requiredTexts.length > 0) withTexts += 1;
    }
    expect(withTexts / patterns.size).toBeGreaterThan(0.7);
  });
});
