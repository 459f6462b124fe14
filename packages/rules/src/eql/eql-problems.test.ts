import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { EQL_FIELD_TYPES, anyCondition } from '../../test/eql-query-arbitrary.ts';
import { createFieldTypes } from '../fields/field-types.ts';
import { compileEql } from './compile-eql.ts';
import { eqlProblems } from './eql-problems.ts';
import type { EqlEventQuery } from './eql-tree.ts';
import { parseEql } from './parse-eql.ts';

const ECS = createFieldTypes();

function problems(text: string, types = ECS): readonly string[] {
  return eqlProblems(parseEql(text) as EqlEventQuery, types).map(({ code, message }) => `${code} ${message}`);
}

describe('eqlProblems', () => {
  it.each([
    'process where process.name == "cmd.exe"',
    'any where source.port in (1, 2) and not ?own.field : ("a*", "b")',
  ])('finds none in %s', (query) => {
    expect(problems(query)).toEqual([]);
  });

  it.each<[string, readonly (readonly [place: string, words: string])[]]>([
    [
      'process where process.nmae == "a" and (source.port == "x" or not user.nam : "b")',
      [
        ['EQL_FIELD 1:15', 'did you mean process.name?'],
        ['EQL_TYPE 1:55', 'is no number'],
        ['EQL_FIELD 1:66', 'did you mean user.name?'],
      ],
    ],
    [
      'any where length(own.a) > length(own.b)',
      [
        ['EQL_FIELD 1:18', 'own.a'],
        ['EQL_FIELD 1:34', 'own.b'],
      ],
    ],
    [
      'any where source.port in (1, "x", 2, "y")',
      [
        ['EQL_TYPE 1:30', '"x"'],
        ['EQL_TYPE 1:38', '"y"'],
      ],
    ],
    [
      'any where process.name : ("a", 1, "b", 2)',
      [
        ['EQL_TYPE 1:32', '1 is no string'],
        ['EQL_TYPE 1:40', '2 is no string'],
      ],
    ],
    [
      'any where process == "a" and host.name',
      [
        ['EQL_TYPE 1:11', 'type object'],
        ['EQL_TYPE 1:30', 'must be true or false'],
      ],
    ],
    [
      'any where process.name regex ("a(", "b[") and source.ip == "x"',
      [
        ['REGEXP_SYNTAX 1:31', ''],
        ['REGEXP_SYNTAX 1:37', ''],
        ['EQL_TYPE 1:60', 'no ip address'],
      ],
    ],
    [
      'any where process.name == user.name and source.port == "x"',
      [
        ['EQL_TYPE 1:24', 'fields cannot be compared'],
        ['EQL_TYPE 1:56', 'no number'],
      ],
    ],
  ])('finds all in %s, in order of their places', (query, expected) => {
    const found = problems(query);
    expect(found.map((line) => /^\w+ \d+:\d+/.exec(line)?.[0])).toEqual(expected.map(([place]) => place));
    for (const [index, [, words]] of expected.entries()) expect(found[index]).toContain(words);
  });

  it('finds a category that the field of categories cannot have, beside the rest', () => {
    const types = createFieldTypes({ overrides: { 'event.category': 'long' } });
    expect(problems('process where source.port == "x"', types)).toEqual([
      expect.stringContaining('EQL_TYPE 1:1: field event.category'),
      expect.stringContaining('EQL_TYPE 1:30: field source.port'),
    ]);
  });

  it('agrees with the compiler: there are problems where it has one, and its own is among them', () => {
    // Types under which many conditions of the generator are wrong.
    const types = createFieldTypes({ overrides: { ...EQL_FIELD_TYPES, kw: 'long', n: 'ip' }, onlyOverrides: true });
    const seen = { wrong: 0, right: 0 };
    fc.assert(
      fc.property(anyCondition, (condition) => {
        const query = parseEql(`any where ${condition}`) as EqlEventQuery;
        const thrown = errorOf(() => compileEql(query, types));
        const found = eqlProblems(query, types);
        seen[thrown === null ? 'right' : 'wrong'] += 1;
        expect(found.length > 0).toBe(thrown !== null);
        if (thrown !== null) expect(found.map(({ details }) => details['offset'])).toContain(thrown.details['offset']);
        const places = found.map(({ details }) => Number(details['offset']));
        expect(places).toEqual([...new Set(places)].toSorted((a, b) => a - b));
      }),
      { numRuns: 400 },
    );
    expect(Math.min(seen.wrong, seen.right)).toBeGreaterThan(20);
  });
});

function errorOf(work: () => unknown): InputError | null {
  try {
    work();
    return null;
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}
