// Issues in zod's shape -> our words. That the shape is zod's is held by the tests of rules and runtime, which go through zod.

import { describe, expect, it } from 'vitest';
import { expectedWords, foundWords, unknownKeyWords, type SchemaIssue } from './schema-words.ts';

describe('the words of a schema', () => {
  it.each<[SchemaIssue, string]>([
    [{ code: 'invalid_type', expected: 'string' }, 'expected text'],
    [{ code: 'invalid_type', expected: 'record' }, 'expected an object'],
    [{ code: 'invalid_value', values: ['low', 'medium', 'high'] }, 'expected low, medium or high'],
    [{ code: 'invalid_value', values: ['kuery'] }, 'expected kuery'],
    [{ code: 'too_small', origin: 'string', minimum: 1 }, 'expected some text'],
    [{ code: 'too_small', origin: 'array', minimum: 1 }, 'expected at least 1 entry'],
    [{ code: 'too_big', origin: 'array', maximum: 3 }, 'expected at most 3 entries'],
    [{ code: 'too_big', origin: 'number', maximum: 100 }, 'expected at most 100'],
    [
      { code: 'invalid_union', errors: [[{ message: 'expected text' }], [{ message: 'expected a list' }]] },
      'expected text or a list',
    ],
    [{ code: 'invalid_union', errors: [], options: ['match', 'exists'] }, 'expected match or exists'],
    [{ code: 'invalid_key', issues: [{ message: 'expected a name' }] }, 'expected a name'],
    [
      { code: 'unrecognized_keys', keys: ['ouut', 'b'], inst: { shape: { out: 1 } } },
      'unknown key "ouut": did you mean out?\nunknown key "b": expected out',
    ],
    [{ code: 'a code to come' }, 'expected another form'],
  ])('%j: %s', (issue, words) => {
    expect(expectedWords(issue)).toBe(words);
  });

  it('says what was found, shortly, and nothing of prototypes', () => {
    expect(foundWords({ a: [{ b: 5 }] }, ['a', 0, 'b'])).toBe('found 5');
    expect(foundWords({}, ['constructor'])).toBe('missing');
    expect(foundWords({ a: 'x'.repeat(200) }, ['a']).length).toBeLessThan(90);
    expect(foundWords({ a: null }, ['a'])).toBe('found null');
  });

  it('names an unknown key with nothing to compare it to', () => {
    expect(unknownKeyWords('x', [])).toBe('unknown key "x"');
  });
});
