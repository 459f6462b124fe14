import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareText } from '@coldhunt/core';
import { buildMatch } from '../../test/build-match.ts';
import { createMemoryStore } from '../../test/memory-store.ts';
import type { Decision } from './output.ts';
import { termlessInTime } from './termless-in-time.ts';

const decision = fc
  .record({
    rule_id: fc.constantFrom('a', 'b', 'c'),
    terms: fc.constantFrom(null, null, ['t'], ['u']),
    time_ms: fc.integer({ min: 0, max: 5 }),
    copy_hash: fc.constantFrom('0', '7', 'f'),
    values: fc.constantFrom(null, ['x', null], [9_007_199_254_740_993n]),
  })
  .map(({ values, ...over }): Decision => ({
    match: buildMatch({ ...over, term_key: over.terms === null ? '' : JSON.stringify(over.terms) }),
    source: 's',
    verdict: 'alert',
    before: null,
    suppression: values === null ? null : { values, held_by: null },
  }));

/** As reduction gives them: by rule, those with terms first and by their terms, the others by their hash. */
function inReduction(decisions: readonly Decision[]): readonly Decision[] {
  return decisions.toSorted(
    ({ match: a }, { match: b }) =>
      compareText(a.rule_id, b.rule_id) ||
      Number(a.terms === null) - Number(b.terms === null) ||
      compareText(a.terms === null ? a.copy_hash : a.term_key, b.terms === null ? b.copy_hash : b.term_key) ||
      a.time_ms - b.time_ms,
  );
}

async function* batched(decisions: readonly Decision[], size: number): AsyncGenerator<readonly Decision[]> {
  for (let at = 0; at < decisions.length; at += size) yield decisions.slice(at, at + size);
}

describe('termlessInTime', () => {
  it('gives the same decisions by rule, those with terms as they came, the others in time, whatever fits in memory', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(decision, { maxLength: 40 }),
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(0, 3_000, undefined),
        async (given, size, memoryChars) => {
          const came = inReduction(given);
          const store = createMemoryStore();
          const told: Decision[] = [];
          for await (const batch of termlessInTime(batched(came, size), store, memoryChars)) told.push(...batch);
          const expected = ['a', 'b', 'c'].flatMap((rule) => {
            const own = came.filter(({ match }) => match.rule_id === rule);
            const termless = own.filter(({ match }) => match.terms === null);
            // toSorted is stable: what was decided at one instant keeps its order.
            return [
              ...own.filter(({ match }) => match.terms !== null),
              ...termless.toSorted((a, b) => a.match.time_ms - b.match.time_ms),
            ];
          });
          expect(told).toEqual(expected);
          expect([...store.files.keys()]).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});
