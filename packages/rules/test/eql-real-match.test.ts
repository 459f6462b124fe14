// Every EQL event query of Elastic's public rule pack, where it lies beside the checkout, on documents made of its own literals: the
// compiled matcher against the slow reference.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'smol-toml';
import { viewDocument, type Document, type DocumentValue } from '@coldhunt/core';
import { compileEql, createFieldTypes, parseEql } from '@coldhunt/rules';
import { eqlChildren } from '../src/eql/eql-children.ts';
import { isEqlNumber } from '../src/eql/eql-number.ts';
import type { EqlEventQuery, EqlNode } from '../src/eql/eql-tree.ts';
import { referenceEql } from './reference-eql.ts';
import { requirementHolds } from './requirement-holds.ts';

const FOLDER = new URL('../../../../shared/data/elastic-rules/', import.meta.url);
const TYPES = createFieldTypes();

interface RuleFile {
  readonly rule?: { readonly type?: string; readonly query?: string; readonly event_category_override?: string };
}

interface RealQuery {
  readonly file: string;
  readonly statement: EqlEventQuery;
  readonly categoryField: string;
}

function readQueries(): readonly RealQuery[] {
  const files = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.toml'));
  return files.flatMap((file) => {
    const { rule } = parse(readFileSync(new URL(file, FOLDER), 'utf8')) as RuleFile;
    if (rule?.type !== 'eql' || rule.query === undefined) return [];
    const statement = parseEql(rule.query);
    if (statement.kind !== 'event' || asksRegexp(statement.condition)) return [];
    return [{ file, statement, categoryField: rule.event_category_override ?? 'event.category' }];
  });
}

/** The reference knows no regular expressions: those have a slow twin of their own. */
function asksRegexp(node: EqlNode): boolean {
  return (node.kind === 'match' && node.operator.startsWith('regex')) || eqlChildren(node).some(asksRegexp);
}

/** By field: values that its tests name, patterns filled in. */
function literalsOf(node: EqlNode, found = new Map<string, DocumentValue[]>()): Map<string, DocumentValue[]> {
  const fields = eqlChildren(node).filter((child) => child.kind === 'field');
  const literals = eqlChildren(node).flatMap((child) => (child.kind === 'literal' ? [child.value] : []));
  if (node.kind === 'field' && !found.has(node.name)) found.set(node.name, []);
  for (const { name } of fields) {
    const values = literals.flatMap((value): DocumentValue[] => {
      if (value === null) return [];
      if (isEqlNumber(value)) return [Number(value.value), Number(value.value) + 1];
      return typeof value === 'string'
        ? [value.replaceAll('*', 'x').replaceAll('?', 'C'), value.toUpperCase()]
        : [value];
    });
    found.set(name, [...(found.get(name) ?? []), ...values]);
  }
  for (const child of eqlChildren(node)) literalsOf(child, found);
  return found;
}

function documentsOf({ statement, categoryField }: RealQuery): fc.Arbitrary<Document> {
  const known = literalsOf(statement.condition);
  const fields = [...known].map(([name, values]) => {
    const value = fc.constantFrom('x', ...values);
    return [
      name,
      fc.oneof({ weight: 6, arbitrary: value }, fc.array(value, { maxLength: 2 }), fc.constant(null)),
    ] as const;
  });
  return fc
    .record(Object.fromEntries(fields))
    .map((document) => ({ [categoryField]: statement.category ?? 'x', ...document }) as Document);
}

describe.runIf(existsSync(FOLDER))("Elastic's public EQL rules", () => {
  it('match what the reference matches, on documents of their own words', () => {
    const queries = readQueries();
    expect(queries.length).toBeGreaterThan(500);
    let matchCount = 0;
    const matching = new Set<string>();
    for (const query of queries) {
      const { file, statement, categoryField } = query;
      const compiled = compileEql(statement, TYPES, { unknownFields: 'warn', categoryField });
      for (const document of fc.sample(documentsOf(query), { numRuns: 40, seed: 7 })) {
        const event = viewDocument(document);
        const isMatch = compiled.matches(event, 0);
        const hasCategory =
          statement.category === null || [document[categoryField]].flat().includes(statement.category);
        expect(isMatch, `${file}: ${JSON.stringify(document)}`).toBe(
          hasCategory && referenceEql(statement.condition, document, TYPES),
        );
        if (!isMatch) continue;
        matchCount += 1;
        matching.add(file);
        expect(requirementHolds(compiled.requirement, event), file).toBe(true);
      }
    }
    expect(matchCount).toBeGreaterThan(200);
    expect(matching.size).toBeGreaterThan(100);
  });
});
