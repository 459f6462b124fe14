// Which clauses kept an event from matching.

import { viewDocument, type Document } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFieldTypes } from '../fields/field-types.ts';
import { bindKql } from '../kql/bind-kql.ts';
import { parseKql } from '../kql/parse-kql.ts';
import { clausePredicate } from './clause-predicate.ts';
import { explainFailure } from './explain-failure.ts';

const TYPES = createFieldTypes({ overrides: { a: 'keyword', b: 'keyword', c: 'keyword' } });

function failure(query: string, event: Document): readonly string[] {
  const clause = bindKql(parseKql(query), TYPES);
  return explainFailure(clause, viewDocument(event), 0).map((each) => each.clause);
}

describe('explainFailure', () => {
  it.each<[string, Document, readonly string[]]>([
    ['a:1 and b:1', { a: '1', b: '2' }, ['b:1']],
    ['a:1 and b:1', { a: '1', b: '1' }, []],
    ['(a:1 or b:1) and c:1', { a: '1', b: '2', c: '2' }, ['c:1']],
    ['(a:1 or b:1) and c:1', { a: '2', b: '2', c: '1' }, ['a:1', 'b:1']],
    ['a:1 and not b:1', { a: '1', b: '1' }, ['not b:1']],
    ['not (a:1 and b:1)', { a: '1', b: '1' }, ['not a:1', 'not b:1']],
    ['not (a:1 or b:1)', { a: '1', b: '2' }, ['not a:1']],
    ['a:1 or (b:1 and c:1)', { a: '2', b: '1', c: '2' }, ['a:1', 'c:1']],
  ])('%s on %j is decided by %j', (query, event, clauses) => {
    expect(failure(query, event)).toEqual(clauses);
  });

  it('names clauses that fail, and some whenever the event does not match', () => {
    const leaf = fc.constantFrom('a:1', 'b:1', 'c:1');
    const query = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(${x} and ${y})`),
        fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(${x} or ${y})`),
        tie('node').map((x) => `(not ${x})`),
      ),
    })).node;
    const value = fc.constantFrom('1', '2');
    fc.assert(
      fc.property(query, value, value, value, (text, a, b, c) => {
        const clause = bindKql(parseKql(text), TYPES);
        const view = viewDocument({ a, b, c });
        const told = explainFailure(clause, view, 0);
        expect(told.length === 0).toBe(clausePredicate(clause)(view, 0));
        for (const each of told) expect(each.holds).toBe(false);
      }),
      { numRuns: 300 },
    );
  });
});
