// cases/lint.txt, and what the checks claim against random events.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { viewDocument } from '@coldhunt/core';
import { compileKql, createFieldTypes, type KqlNode } from '@coldhunt/rules';
import { checkContradictions } from '../src/lint/contradictions.ts';
import { kqlParts } from '../src/lint/kql-parts.ts';
import { lintQuery } from '../src/lint/lint-query.ts';
import { TEST_FIELD_TYPES, anyDocument, anyQuery } from './kql-arbitrary.ts';
import { readCases } from './read-cases.ts';

const ECS = createFieldTypes();

it.each(readCases('lint.txt'))('line $line: $left', ({ left, right }) => {
  const language = /^\w+ where |^sequence /.test(left) ? 'eql' : 'kuery';
  const found = lintQuery({ language, query: left }, ECS).map(({ code, at }) => `${code}@${at.line}:${at.column}`);
  expect(found.join(' ') || 'nothing').toBe(right);
});

it('never says of a query that some event satisfies that it cannot hold', () => {
  const types = createFieldTypes({ overrides: TEST_FIELD_TYPES });
  let impossible = 0;
  const pairs = fc.tuple(anyQuery, anyQuery, fc.boolean()).map(([a, b, isSame]): KqlNode => ({
    kind: 'and',
    of: [a, b, { kind: 'not', of: isSame ? a : { kind: 'or', of: [b, a] } }],
  }));
  fc.assert(
    fc.property(fc.oneof(anyQuery, pairs), fc.array(anyDocument, { minLength: 3, maxLength: 6 }), (tree, documents) => {
      let fits = true;
      const part = kqlParts(tree, { types, report: () => (fits = false) });
      if (!fits || !checkContradictions(part, () => undefined)) return;
      impossible += 1;
      const query = compileKql(tree, types);
      expect(documents.filter((document) => query.matches(viewDocument(document), 0))).toEqual([]);
    }),
    { numRuns: 4_000 },
  );
  expect(impossible).toBeGreaterThan(50);
});
