// What a rule's filters require of an event (to rule out bytes and rows before the exact match) is had by every event that they let through.

import { InputError, parseJson, stringifyDocument, viewDocument, type Document } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule, createFieldTypes, requiredLiterals } from '@coldhunt/rules';
import { buildRule } from './build-rule.ts';
import { requirementHolds } from './requirement-holds.ts';

const fieldTypes = createFieldTypes({
  overrides: {
    kw: 'keyword',
    low: 'keyword;normalizer=lowercase',
    wild: 'wildcard',
    txt: 'text',
    n: 'long',
    d: 'double',
    t: 'date',
    ip: 'ip',
    b: 'boolean',
    flat: 'flattened',
  },
});

const FIELDS = ['kw', 'low', 'wild', 'txt', 'n', 'd', 't', 'ip', 'b', 'flat', 'flat.k', 'free'];
// İ and the Kelvin sign are lower-cased to texts with letters of ASCII.
const TEXTS = [
  'cmd.exe',
  'CMD.EXE',
  'kiwi',
  'K\u0130WI',
  '\u212Aiwi',
  'a b',
  'x',
  '',
  '\u{1F600}x',
  '13',
  '1.0',
  'true',
];
const TIMES = ['2026-02-01', '2026-02-01T00:00:00Z', '1970-01-01T00:00:13Z', 'now-1d', 'now/d'];
const value = fc.constantFrom(...TEXTS, '10.0.0.1', '10.0.0.0/8', ...TIMES, '9007199254740993');
const number = fc.constantFrom('13', '1.0', '13.5', '1e1', '9007199254740993', '-0');
const pattern = fc.constantFrom('*cmd*', '?md.e?e', 'k*', '*\u0130*', '\\**', '*', 'CMD.*', '1*', '*\u{1F600}?');
const field = fc.constantFrom(...FIELDS);
const isAnyCase = fc.boolean();

const leaf: fc.Arbitrary<unknown> = fc.oneof(
  fc
    .tuple(fc.constantFrom('match_phrase', 'match', 'term'), field, value)
    .map(([kind, f, v]) => ({ [kind]: { [f]: v } })),
  fc.tuple(field, value, isAnyCase).map(([f, v, any]) => ({ term: { [f]: { value: v, case_insensitive: any } } })),
  fc.tuple(field, fc.array(value, { maxLength: 3 })).map(([f, vs]) => ({ terms: { [f]: vs } })),
  fc
    .tuple(field, pattern, isAnyCase)
    .map(([f, v, any]) => ({ wildcard: { [f]: { value: v, case_insensitive: any } } })),
  fc.tuple(field, value, isAnyCase).map(([f, v, any]) => ({ prefix: { [f]: { value: v, case_insensitive: any } } })),
  field.map((f) => ({ exists: { field: f } })),
  fc
    .tuple(field, fc.subarray(['gt', 'gte', 'lt', 'lte'], { minLength: 1, maxLength: 2 }), value, value)
    .map(([f, ops, a, b]) => ({ range: { [f]: Object.fromEntries(ops.map((op, at) => [op, at === 0 ? a : b])) } })),
);
const { query } = fc.letrec<{ query: unknown; bool: unknown }>((tie) => ({
  query: fc.oneof({ maxDepth: 2 }, leaf, tie('bool')),
  bool: fc
    .record(
      Object.fromEntries(
        ['must', 'filter', 'should', 'must_not'].map((key) => [key, fc.array(tie('query'), { maxLength: 2 })]),
      ),
      { requiredKeys: [] },
    )
    .map((bool) => ({ bool })),
}));
const filter = fc.tuple(query, fc.boolean()).map(([of, negate]) => ({ meta: { negate }, query: of }));

const scalar = fc.oneof(
  value.map((text) => JSON.stringify(text)),
  number,
  fc.constantFrom('true', 'false', 'null', '{"k":"cmd.exe"}', '["x",13]'),
);
const document: fc.Arbitrary<Document> = fc
  .array(fc.tuple(field, scalar), { maxLength: 4 })
  .map(
    (entries) =>
      parseJson(`{${entries.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`) as Document,
  );

const NOW = Date.UTC(2026, 1, 1, 12);

/** null when a value does not fit its field. */
function compile(filters: readonly unknown[]): ReturnType<typeof compileRule> | null {
  try {
    return compileRule(buildRule({ filters }), { fieldTypes });
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return null;
  }
}

describe('what filters require', () => {
  it('is had by every event that they let through', () => {
    let matched = 0;
    fc.assert(
      fc.property(
        fc.array(filter, { minLength: 1, maxLength: 2 }),
        fc.array(document, { maxLength: 8 }),
        (all, events) => {
          const compiled = compile(all);
          if (compiled === null) return;
          for (const event of events) {
            const view = viewDocument(event);
            if (!compiled.matches(view, NOW)) continue;
            matched += 1;
            expect(requirementHolds(compiled.requirement, view), stringifyDocument(event)).toBe(true);
          }
        },
      ),
      { numRuns: 6_000 },
    );
    expect(matched).toBeGreaterThan(1_000);
  });

  it.each<[string, unknown, readonly (readonly string[])[]]>([
    ['a phrase', { match_phrase: { kw: 'alpha' } }, [['alpha']]],
    ['one of several', { terms: { kw: ['alpha', 'beta'] } }, [['alpha', 'beta']]],
    ['a pattern', { wildcard: { wild: 'C:\\\\Win*.exe' } }, [['C:\\Win'], ['.exe']]],
    ['all of a bool', { bool: { filter: [{ term: { kw: 'a1' } }, { prefix: { kw: 'b2' } }] } }, [['a1'], ['b2']]],
    ['nothing of what is left out', { bool: { must_not: [{ term: { kw: 'a1' } }] } }, []],
    ['nothing of a number', { term: { n: '13' } }, []],
  ])('are the texts of %s', (_name, dsl, texts) => {
    expect(requiredLiterals(compile([{ query: dsl }])?.requirement ?? { kind: 'all', of: [] })).toEqual(texts);
  });

  it('stands beside what the query requires', () => {
    const filters = [{ query: { wildcard: { 'file.path': { value: '*\\\\Temp\\\\*', case_insensitive: true } } } }];
    const { requirement } = compileRule(buildRule({ query: 'process.name: "aws"', filters }), { fieldTypes });
    const found = (path: string): boolean =>
      requirementHolds(requirement, viewDocument({ process: { name: 'aws' }, file: { path } }));
    expect([found('c:\\TEMP\\x'), found('c:\\tmp\\x')]).toEqual([true, false]);
  });
});
