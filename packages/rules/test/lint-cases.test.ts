// cases/lint.txt, and what the checks claim against random events.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError, viewDocument } from '@coldhunt/core';
import { compileEql, compileKql, createFieldTypes, parseEql, type KqlNode } from '@coldhunt/rules';
import { EqlFields } from '../src/eql/eql-fields.ts';
import { checkContradictions } from '../src/lint/contradictions.ts';
import { eqlParts } from '../src/lint/eql-parts.ts';
import { kqlParts } from '../src/lint/kql-parts.ts';
import { lintQuery } from '../src/lint/lint-query.ts';
import { EQL_FIELD_TYPES, anyCondition } from './eql-query-arbitrary.ts';
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

const sameFieldTest = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('==', ':', 'like', 'like~', 'in~'),
      fc.constantFrom('a', 'A', 'ab', 'a*', 'A*', '*b', '?', 'a?', 'a*b', 'É*', '*', 'foo bar', 'foo*'),
    )
    .map(([sign, text]) => `kw ${sign} ${sign === 'in~' ? `("${text}")` : `"${text}"`}`),
  fc
    .tuple(fc.constantFrom('==', '!=', '<', '<=', '>', '>='), fc.constantFrom('0', '1', '1.5', '-1', '10'))
    .map((parts) => `d ${parts.join(' ')}`),
);

it('never says of an EQL condition that some event satisfies that it cannot hold', () => {
  const types = createFieldTypes({ overrides: EQL_FIELD_TYPES, onlyOverrides: true });
  let impossible = 0;
  const conditions = fc.oneof(
    anyCondition,
    fc.tuple(anyCondition, anyCondition).map(([a, b]) => `(${a}) and not (${b})`),
    // Tests on one text field and one of numbers, so that many exclude each other.
    { weight: 4, arbitrary: fc.tuple(sameFieldTest, sameFieldTest).map(([a, b]) => `${a} and not ${b}`) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(sameFieldTest, sameFieldTest, sameFieldTest)
        .map(([a, b, c]) => `(${a} or ${b}) and not ${c}`),
    },
  );
  fc.assert(
    fc.property(conditions, fc.array(anyDocument, { minLength: 3, maxLength: 6 }), (condition, documents) => {
      const statement = parseEql(`any where ${condition}`);
      if (statement.kind !== 'event') throw new Error('no event query');
      const fields = new EqlFields(types, {});
      const part = eqlParts(statement.condition, { fields, report: () => undefined });
      if (!checkContradictions(part, () => undefined)) return;
      impossible += 1;
      const query = compileEql(statement, types);
      expect(documents.filter((document) => holds(() => query.matches(viewDocument(document), 0)))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
  expect(impossible).toBeGreaterThan(40);
});

const singleFieldTest = fc.constantFrom(
  ...['a', 'A', 'ab', 'Ab', 'a*', '*B', 'É'].flatMap((text) =>
    ['==', '!=', ':', 'like'].map((sign) => `process.name ${sign} "${text}"`),
  ),
  'process.name in ("a", "ab", "É")',
  'process.name in~ ("a", "ab", "é")',
  'process.name in ("a", null)',
  'startsWith(process.name, "a")',
  'endsWith~(process.name, "B")',
  'length(process.name) > 1',
  'length(process.name) <= 1',
  'process.name > "a"',
  'process.name regex~ "A.?"',
  'concat(process.name, "b") == "ab"',
);

it('never says of tests on a field with one value that no value satisfies them where one does', () => {
  const fields = new EqlFields(ECS, {});
  const documents = ['a', 'A', 'ab', 'Ab', 'aB', 'AB', 'É', 'é', 'b'].map((name) =>
    viewDocument({ process: { name } }),
  );
  const test = fc.tuple(singleFieldTest, fc.boolean()).map(([text, isNegated]) => (isNegated ? `not (${text})` : text));
  const conditions = fc
    .tuple(test, test, test, fc.constantFrom('and', 'or'))
    .map(([a, b, c, or]) => `${a} and (${b} ${or} ${c})`);
  let impossible = 0;
  fc.assert(
    fc.property(conditions, (condition) => {
      const statement = parseEql(`any where ${condition}`);
      if (statement.kind !== 'event') throw new Error('no event query');
      if (!checkContradictions(eqlParts(statement.condition, { fields, report: () => undefined }), () => undefined))
        return;
      impossible += 1;
      const query = compileEql(statement, ECS);
      expect(documents.filter((document) => holds(() => query.matches(document, 0)))).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
  expect(impossible).toBeGreaterThan(200);
});

/** Where Elasticsearch's script would fail, nothing holds. */
function holds(work: () => boolean): boolean {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) return false;
    throw error;
  }
}
