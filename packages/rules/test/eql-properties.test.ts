// The compiled EQL matcher against the slow reference, over random conditions and documents.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { InputError, parseFieldPath, viewDocument } from '@coldhunt/core';
import { compileEql, createFieldTypes, parseEql, type CompiledEql } from '@coldhunt/rules';
import { EQL_FIELD_TYPES, anyCondition } from './eql-query-arbitrary.ts';
import { anyDocument } from './kql-arbitrary.ts';
import { referenceEql } from './reference-eql.ts';
import { requirementHolds } from './requirement-holds.ts';

const TYPES = createFieldTypes({ overrides: EQL_FIELD_TYPES, onlyOverrides: true });

function compile(condition: string): {
  readonly compiled: CompiledEql;
  readonly tree: Parameters<typeof referenceEql>[0];
} {
  const statement = parseEql(`any where ${condition}`);
  if (statement.kind !== 'event') throw new Error('no event query');
  return { compiled: compileEql(statement, TYPES), tree: statement.condition };
}

/** What a run gives, or that it fails as Elasticsearch's script would. */
function outcome(work: () => boolean): boolean | 'EQL_ARITHMETIC' {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError && error.code === 'EQL_ARITHMETIC') return error.code;
    throw error;
  }
}

it('matches what the reference matches', () => {
  let matchCount = 0;
  fc.assert(
    fc.property(anyCondition, fc.array(anyDocument, { minLength: 1, maxLength: 4 }), (condition, documents) => {
      const { compiled, tree } = compile(condition);
      for (const document of documents) {
        const isMatch = outcome(() => compiled.matches(viewDocument(document), 0));
        matchCount += isMatch === true ? 1 : 0;
        expect(isMatch).toBe(outcome(() => referenceEql(tree, document, TYPES)));
      }
    }),
    { numRuns: 3_000 },
  );
  expect(matchCount).toBeGreaterThan(500);
});

it('requires nothing that a matching event does not have', () => {
  fc.assert(
    fc.property(anyCondition, anyDocument, (condition, document) => {
      const { compiled } = compile(condition);
      const event = viewDocument(document);
      if (outcome(() => compiled.matches(event, 0)) !== true) return;
      expect(requirementHolds(compiled.requirement, event)).toBe(true);
      for (const anyOf of compiled.neededFields) {
        expect(anyOf.some((field) => event.values(parseFieldPath(field)).length > 0)).toBe(true);
      }
    }),
    { numRuns: 3_000 },
  );
});

it('explains every clause, and agrees with the match', () => {
  fc.assert(
    fc.property(anyCondition, anyDocument, (condition, document) => {
      const { compiled } = compile(condition);
      const event = viewDocument(document);
      const isMatch = outcome(() => compiled.matches(event, 0));
      if (typeof isMatch !== 'boolean') return;
      const clauses = compiled.explain(event, 0);
      if (clauses.every(({ holds }) => holds)) expect(isMatch).toBe(true);
      if (clauses.every(({ holds }) => !holds)) expect(isMatch).toBe(false);
    }),
    { numRuns: 500 },
  );
});

it('is false, and never fails, on an event without what it requires: whether such an event is looked at changes nothing', () => {
  let lackCount = 0;
  fc.assert(
    fc.property(anyCondition, anyDocument, (condition, document) => {
      const { compiled } = compile(condition);
      const event = viewDocument(document);
      if (requirementHolds(compiled.requirement, event)) return;
      lackCount += 1;
      expect(compiled.matches(event, 0)).toBe(false);
    }),
    { numRuns: 3_000 },
  );
  expect(lackCount).toBeGreaterThan(300);
});
