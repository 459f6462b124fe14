import { viewDocument, type Document } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFieldTypes } from '../fields/field-types.ts';
import { bindKql } from '../kql/bind-kql.ts';
import { parseKql } from '../kql/parse-kql.ts';
import type { Clause } from './clause.ts';
import { clausePredicate } from './clause-predicate.ts';
import { shortfall } from './shortfall.ts';

const TYPES = createFieldTypes({ overrides: { a: 'keyword', b: 'keyword', c: 'keyword' } });

function clauseOf(query: string): Clause {
  return bindKql(parseKql(query), TYPES);
}

describe('how far an event is from matching', () => {
  it.each<[string, Document, readonly string[]]>([
    ['a:1 and b:1', { a: '1', b: '1' }, []],
    ['a:1 and b:1', { a: '1', b: '2' }, ['b:1']],
    ['a:1 and b:1', { a: '2', b: '2' }, ['a:1', 'b:1']],
    ['(a:1 and b:1) or c:1', { a: '2', b: '2', c: '2' }, ['c:1']],
    ['(a:1 or b:1) and c:1', { a: '2', b: '2', c: '1' }, ['a:1']],
    ['a:1 and not b:1', { a: '1', b: '1' }, ['not b:1']],
    ['not (a:1 and b:1)', { a: '1', b: '1' }, ['not a:1']],
    ['not (a:1 or b:1)', { a: '1', b: '1' }, ['not a:1', 'not b:1']],
  ])('%s on %j: %j', (query, event, clauses) => {
    const looking = { event: viewDocument(event), nowMs: 0 };
    expect(shortfall(clauseOf(query), looking)?.map(({ clause }) => clause)).toEqual(clauses);
    const isNear = clauses.length <= 1;
    expect(shortfall(clauseOf(query), looking, 1) !== null).toBe(isNear);
  });

  it('is the fewest leaves that turned over would make it match, as trying all of them says', () => {
    const node = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.constantFrom('a:1', 'b:1', 'c:1'),
        fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(${x} and ${y})`),
        fc.tuple(tie('node'), tie('node')).map(([x, y]) => `(${x} or ${y})`),
        tie('node').map((x) => `(not ${x})`),
      ),
    })).node;
    const value = fc.constantFrom('1', '2');
    fc.assert(
      fc.property(node, value, value, value, (text, a, b, c) => {
        const clause = clauseOf(text);
        const event = viewDocument({ a, b, c });
        const found = shortfall(clause, { event, nowMs: 0 });
        expect(found?.length).toBe(fewest(clause, (leaf) => clausePredicate(leaf)(event, 0)));
      }),
      { numRuns: 200 },
    );
  });
});

/** Turns over every set of leaves, and takes the smallest that makes the query hold. */
function fewest(clause: Clause, holds: (leaf: Clause) => boolean): number {
  const leaves: boolean[] = [];
  const collect = (node: Clause): void => {
    if (node.kind === 'leaf' || node.kind === 'nested') leaves.push(holds(node));
    else if (node.kind === 'not') collect(node.of);
    else node.of.forEach(collect);
  };
  collect(clause);
  let least = Infinity;
  for (let set = 0; set < 2 ** leaves.length; set += 1) {
    let at = 0;
    const evaluate = (node: Clause): boolean => {
      if (node.kind === 'leaf' || node.kind === 'nested') {
        const isTurned = (set & (1 << at)) !== 0;
        at += 1;
        return leaves[at - 1] !== isTurned;
      }
      if (node.kind === 'not') return !evaluate(node.of);
      const parts = node.of.map(evaluate);
      return node.kind === 'and' ? parts.every(Boolean) : parts.some(Boolean);
    };
    if (evaluate(clause)) least = Math.min(least, set.toString(2).replaceAll('0', '').length);
  }
  return least;
}
