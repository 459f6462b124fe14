// The compiled matcher against the slow reference, over random queries and documents.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError, viewDocument, type Document, type EventView } from '@coldhunt/core';
import {
  compileKql,
  createFieldTypes,
  parseKql,
  printKql,
  type CompiledQuery,
  type FieldTypes,
  type KqlNode,
} from '@coldhunt/rules';
import { TEST_FIELD_TYPES, anyDocument, anyQuery } from './kql-arbitrary.ts';
import { referenceMatch } from './reference-match.ts';
import { requirementHolds } from './requirement-holds.ts';

const NOW_MS = Date.parse('2020-01-02T12:00:00Z');
const OPEN = createFieldTypes({ overrides: TEST_FIELD_TYPES });
const CLOSED = createFieldTypes({ overrides: TEST_FIELD_TYPES, onlyOverrides: true });
const isAnyClosed = fc.boolean();

/** null when the query does not fit the types. */
function compile(tree: KqlNode, types: FieldTypes): CompiledQuery | null {
  try {
    return compileKql(tree, types);
  } catch (error) {
    if (error instanceof InputError && (error.code === 'KQL_TYPE' || error.code === 'KQL_NESTED')) return null;
    throw error;
  }
}

it('matches what the reference matches', () => {
  let compiledCount = 0;
  let matchCount = 0;
  fc.assert(
    fc.property(
      anyQuery,
      fc.array(anyDocument, { minLength: 1, maxLength: 4 }),
      isAnyClosed,
      (tree, documents, isClosed) => {
        const types = isClosed ? CLOSED : OPEN;
        const compiled = compile(tree, types);
        if (compiled === null) return;
        compiledCount += 1;
        for (const document of documents) {
          const isMatch = compiled.matches(viewDocument(document), NOW_MS);
          matchCount += isMatch ? 1 : 0;
          expect(isMatch).toBe(referenceMatch(tree, document, types, NOW_MS));
        }
      },
    ),
    { numRuns: 4_000 },
  );
  expect(compiledCount).toBeGreaterThan(1_000);
  expect(matchCount).toBeGreaterThan(500);
});

it('requires nothing that a matching event does not have', () => {
  fc.assert(
    fc.property(anyQuery, anyDocument, isAnyClosed, (tree, document, isClosed) => {
      const types = isClosed ? CLOSED : OPEN;
      const compiled = compile(tree, types);
      const event = viewDocument(document);
      if (compiled === null || !compiled.matches(event, NOW_MS)) return;
      expect(requirementHolds(compiled.requirement, event)).toBe(true);
      for (const anyOf of compiled.neededFields) {
        expect(anyOf.some((field) => event.values(parsePath(field)).length > 0)).toBe(true);
      }
    }),
    { numRuns: 4_000 },
  );
});

it('explains every clause, and agrees with the match', () => {
  fc.assert(
    fc.property(anyQuery, anyDocument, (tree, document) => {
      const compiled = compile(tree, OPEN);
      if (compiled === null) return;
      const event = viewDocument(document);
      const clauses = compiled.explain(event, NOW_MS);
      expect(clauses.length).toBeGreaterThan(0);
      const isMatch = compiled.matches(event, NOW_MS);
      if (clauses.every(({ holds: each }) => each)) expect(isMatch).toBe(true);
      if (clauses.every(({ holds: each }) => !each)) expect(isMatch).toBe(false);
    }),
    { numRuns: 1_000 },
  );
});

it('prints a tree as a query that parses to the same tree', () => {
  fc.assert(
    fc.property(anyQuery, (tree) => {
      expect(withoutPositions(parseKql(printKql(tree)))).toEqual(withoutPositions(tree));
    }),
    { numRuns: 2_000 },
  );
});

const fragment = fc.oneof(
  fc.constantFrom(
    'and',
    'or',
    'not',
    ' and ',
    ' or ',
    'not ',
    '(',
    ')',
    '{',
    '}',
    ':',
    '"',
    '\\',
    '*',
    '<',
    '>=',
    ' ',
    '\n',
    '\u00a0',
  ),
  fc.constantFrom(
    'a',
    'foo',
    'null',
    'true',
    '\\"',
    '\\u0041',
    '\\u00',
    '\\not ',
    '\\n',
    'a:b',
    'é',
    '\u{1f600}',
    'knot ',
  ),
  fc.string({ maxLength: 3 }),
);
const anyText = fc.array(fragment, { maxLength: 12 }).map((parts) => parts.join(''));

it('gives a tree that prints and parses again, or a KQL_SYNTAX error with a position, for any text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      let tree: KqlNode;
      try {
        tree = parseKql(text);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as InputError).code).toBe('KQL_SYNTAX');
        const { line, column, offset } = (error as InputError).details as Record<string, number>;
        expect(offset).toBeLessThanOrEqual(text.length);
        expect(
          text
            .split('\n')
            .slice(0, (line ?? 0) - 1)
            .join('\n').length +
            (line === 1 ? 0 : 1) +
            (column ?? 0) -
            1,
        ).toBe(offset);
        return;
      }
      expect(withoutPositions(parseKql(printKql(tree)))).toEqual(withoutPositions(tree));
    }),
    { numRuns: 10_000 },
  );
});

function withoutPositions(tree: KqlNode): unknown {
  return JSON.parse(JSON.stringify(tree, (key, value: unknown) => (key === 'at' ? undefined : value)));
}

function parsePath(name: string): Parameters<EventView['values']>[0] {
  const segments = name.split('.');
  const joined = segments.map((_, from) =>
    segments.slice(from).map((__, to) => segments.slice(from, from + to + 1).join('.')),
  );
  return { name, segments, joined };
}

it('reads documents that no mapping could hold without an error', () => {
  const compiled = compileKql(parseKql('not (kw: a and n > 1 and ip: "10.0.0.0/8" and nest:{ deep:{ kw: x } })'), OPEN);
  const odd: Document[] = [
    { kw: { x: 1 }, n: [[['1']]], ip: [null, 5], nest: 'x' },
    { nest: [[{ deep: [1, { kw: [] }] }]] },
    {},
  ];
  for (const document of odd) expect(compiled.matches(viewDocument(document), NOW_MS)).toBe(true);
});
