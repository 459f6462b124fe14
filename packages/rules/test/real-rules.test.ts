// Every KQL query of Elastic's public rule pack, where it lies beside the checkout (never copied into the project).

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'smol-toml';
import { compileKql, createFieldTypes, parseKql, printKql, requiredLiterals, type KqlNode } from '@coldhunt/rules';

const FOLDER = new URL('../../../../shared/data/elastic-rules/', import.meta.url);

interface RuleFile {
  readonly rule?: { readonly language?: string; readonly query?: string };
}

function readQueries(): readonly { readonly file: string; readonly query: string }[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.toml'));
  return files.flatMap((file) => {
    const { rule } = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RuleFile;
    return rule?.language === 'kuery' && rule.query !== undefined ? [{ file, query: rule.query }] : [];
  });
}

describe.runIf(existsSync(FOLDER))("Elastic's public rules", () => {
  it('parse, fit the field types, and print to a query with the same tree', () => {
    const queries = readQueries();
    const fieldTypes = createFieldTypes();
    let withLiterals = 0;
    for (const { file, query } of queries) {
      const tree = parseKql(query);
      const compiled = compileKql(tree, fieldTypes);
      if (requiredLiterals(compiled.requirement).length > 0) withLiterals += 1;
      expect(withoutPositions(parseKql(printKql(tree))), file).toBe(withoutPositions(tree));
    }
    expect(queries.length).toBeGreaterThan(400);
    expect(withLiterals / queries.length).toBeGreaterThan(0.95);
  });
});

function withoutPositions(tree: KqlNode): string {
  return JSON.stringify(tree, (key, value: unknown) => (key === 'at' ? undefined : value));
}
