// A query in another language asks the same of random events.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError, viewDocument } from '@coldhunt/core';
import {
  compileEql,
  compileKql,
  createFieldTypes,
  parseEql,
  parseKql,
  printKql,
  type CompiledQuery,
} from '@coldhunt/rules';
import { convertQuery } from '../src/convert/convert-query.ts';
import { anyCondition } from './eql-query-arbitrary.ts';
import { TEST_FIELD_TYPES, anyDocument, anyQuery } from './kql-arbitrary.ts';

const TYPES = createFieldTypes({ overrides: TEST_FIELD_TYPES });
const NOW_MS = Date.parse('2020-01-02T12:00:00Z');
const SQL = { dialect: 'duckdb', columns: 'json', table: 'events', lists: [] } as const;

function compile(language: 'kuery' | 'eql', query: string): CompiledQuery | null {
  try {
    if (language === 'kuery') return compileKql(parseKql(query), TYPES);
    const statement = parseEql(query);
    if (statement.kind !== 'event') throw new Error('no event query');
    return compileEql(statement, TYPES, { unknownFields: 'warn' });
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

it.each([
  { from: 'kuery' as const, to: 'eql' as const, queries: anyQuery.map((tree) => printKql(tree)) },
  { from: 'eql' as const, to: 'kql' as const, queries: anyCondition.map((text) => `any where ${text}`) },
  { from: 'kuery' as const, to: 'kql' as const, queries: anyQuery.map((tree) => printKql(tree)) },
])('asks the same from $from in $to', ({ from, to, queries }) => {
  let said = 0;
  fc.assert(
    fc.property(queries, fc.array(anyDocument, { minLength: 2, maxLength: 5 }), (query, documents) => {
      const source = compile(from, query);
      if (source === null) return;
      const { text, unsayable } = convertQuery({ language: from, query }, { to, fieldTypes: TYPES, sql: SQL });
      if (text === null) {
        expect(unsayable.length).toBeGreaterThan(0);
        return;
      }
      said += 1;
      const target = compile(to === 'kql' ? 'kuery' : 'eql', text);
      if (target === null) throw new Error(`does not compile: ${text}`);
      for (const document of documents) {
        const view = viewDocument(document);
        expect([text, target.matches(view, NOW_MS)]).toEqual([text, source.matches(view, NOW_MS)]);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(said).toBeGreaterThan(300);
});
