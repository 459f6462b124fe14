// Random filters and exceptions on random documents, against a direct reading of semantics.md 2.8 that shares no code with what it checks.

import { viewDocument } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileRule, createFieldTypes } from '@coldhunt/rules';
import { buildRule } from './build-rule.ts';

const fieldTypes = createFieldTypes({
  overrides: { a: 'keyword', b: 'keyword', n: 'long', nest: 'nested', 'nest.a': 'keyword', 'nest.b': 'keyword' },
});
const LIST = { list_id: 'list', type: 'detection', namespace_type: 'single' };

interface Plain {
  readonly a?: readonly string[];
  readonly b?: readonly string[];
  readonly n?: readonly number[];
}
type Doc = Plain & { readonly nest?: readonly Plain[] };
type Test = (doc: Doc) => boolean;
interface Case {
  readonly json: unknown;
  readonly holds: Test;
}

const word: fc.Arbitrary<string> = fc.constantFrom('x', 'y', 'xy', 'X', '');
const words = fc.array(word, { maxLength: 3 });
const plain = fc.record(
  { a: words, b: words, n: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 2 }) },
  { requiredKeys: [] },
);
const anyDoc: fc.Arbitrary<Doc> = fc.oneof(
  plain,
  fc.tuple(plain, fc.array(plain, { maxLength: 3 })).map(([doc, nest]) => ({ ...doc, nest })),
);
const textField = fc.constantFrom('a' as const, 'b' as const);

const leafQuery: fc.Arbitrary<Case> = fc.oneof(
  fc.tuple(textField, word).map(([f, v]) => ({
    json: { match_phrase: { [f]: v } },
    holds: (doc: Doc) => (doc[f] ?? []).includes(v),
  })),
  fc.tuple(textField, words).map(([f, vs]) => ({
    json: { terms: { [f]: vs } },
    holds: (doc: Doc) => (doc[f] ?? []).some((v) => vs.includes(v)),
  })),
  fc.tuple(textField, word).map(([f, v]) => ({
    json: { prefix: { [f]: { value: v, case_insensitive: true } } },
    holds: (doc: Doc) => (doc[f] ?? []).some((each) => each.toLowerCase().startsWith(v.toLowerCase())),
  })),
  fc.constantFrom('a' as const, 'b' as const, 'n' as const).map((f) => ({
    json: { exists: { field: f } },
    holds: (doc: Doc) => (doc[f] ?? []).length > 0,
  })),
  fc.tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 4 })).map(([from, to]) => ({
    json: { range: { n: { gt: from, lte: to } } },
    // One value lies between both bounds.
    holds: (doc: Doc) => (doc.n ?? []).some((n) => n > from && n <= to),
  })),
);

const { query } = fc.letrec<{ query: Case; bool: Case }>((tie) => ({
  query: fc.oneof({ maxDepth: 3, withCrossShrink: true }, leafQuery, tie('bool')),
  bool: fc
    .tuple(...([0, 1, 2, 3] as const).map(() => fc.array(tie('query'), { maxLength: 2 })))
    .map(([must = [], filter = [], should = [], not = []]) => ({
      json: {
        bool: { must: jsons(must), filter: jsons(filter), should: jsons(should), must_not: jsons(not) },
      },
      holds: (doc: Doc) =>
        [...must, ...filter].every((part) => part.holds(doc)) &&
        !not.some((part) => part.holds(doc)) &&
        (should.length === 0 || must.length + filter.length > 0 || should.some((part) => part.holds(doc))),
    })),
}));

const anyFilter: fc.Arbitrary<Case> = fc
  .tuple(query, fc.boolean(), fc.integer({ min: 0, max: 4 }))
  .map(([of, negate, dice]) => ({
    json: { meta: { negate, disabled: dice === 0 }, query: of.json },
    holds: (doc) => dice === 0 || of.holds(doc) !== negate,
  }));

const plainEntry: fc.Arbitrary<Case> = fc
  .tuple(
    textField,
    fc.boolean(),
    fc.oneof(
      word.map((value) => ({ entry: { type: 'match', value }, fits: (v: string) => v === value })),
      fc
        .array(word, { minLength: 1, maxLength: 3 })
        .map((value) => ({ entry: { type: 'match_any', value }, fits: (v: string) => value.includes(v) })),
      word.map((w) => ({
        entry: { type: 'wildcard', value: `${w}?*` },
        fits: (v: string) => v.startsWith(w) && v.length > w.length,
      })),
      fc.constant({ entry: { type: 'exists' }, fits: () => true }),
      fc.constant({
        entry: { type: 'list', list: { id: 'l', type: 'keyword' } },
        fits: (v: string) => v === 'x' || v === 'y',
      }),
    ),
  )
  .map(([field, isExcluded, { entry, fits }]) => ({
    json: { field, operator: isExcluded ? 'excluded' : 'included', ...entry },
    holds: (doc) => (doc[field] ?? []).some((v) => fits(v)) !== isExcluded,
  }));

const anyEntry: fc.Arbitrary<Case> = fc.oneof(
  plainEntry,
  fc.array(plainEntry, { minLength: 1, maxLength: 2 }).map((of) => ({
    json: { field: 'nest', type: 'nested', entries: jsons(of) },
    holds: (doc: Doc) => (doc.nest ?? []).some((object) => of.every((part) => part.holds(object))),
  })),
);

function jsons(cases: readonly Case[]): readonly unknown[] {
  return cases.map(({ json }) => json);
}

/** A document as it may be written: nested fields stand in objects. */
function viewOf(doc: Doc): ReturnType<typeof viewDocument> {
  return viewDocument(JSON.parse(JSON.stringify(doc)) as Parameters<typeof viewDocument>[0]);
}

describe('compiled clauses', () => {
  it('let through what the filters let through when they are read one by one', () => {
    fc.assert(
      fc.property(fc.array(anyFilter, { maxLength: 3 }), anyDoc, (filters, doc) => {
        const compiled = compileRule(buildRule({ filters: jsons(filters) }), { fieldTypes });
        const found = compiled.matches(viewOf(doc), 0);
        expect(found).toBe(filters.every((filter) => filter.holds(doc)));
        // Whatever matches has the fields that the rule says it needs.
        const has = (name: string): boolean => viewOf(doc).paths().includes(name);
        if (found) for (const any of compiled.neededFields) expect(any.some(has)).toBe(true);
      }),
      { numRuns: 1_500 },
    );
  });

  it('name the first exception that holds when they are read one by one', () => {
    const items = fc.array(fc.array(anyEntry, { minLength: 1, maxLength: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(items, anyDoc, (all, doc) => {
        const exceptions = {
          lists: [],
          items: all.map((entries, index) => ({ item_id: `i${index}`, list_id: 'list', entries: jsons(entries) })),
          value_lists: { l: { type: 'keyword', values: ['x', 'y'] } },
        };
        const rule = buildRule({ exceptions_list: [LIST] });
        const { exceptedBy } = compileRule(rule, { fieldTypes, exceptions });
        const first = all.findIndex((entries) => entries.every((entry) => entry.holds(doc)));
        expect(exceptedBy(viewOf(doc), 0)).toBe(first < 0 ? null : `i${first}`);
      }),
      { numRuns: 1_500 },
    );
  });
});
