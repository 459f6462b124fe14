import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { parseEql } from '../src/eql/parse-eql.ts';
import { printEqlStatement } from '../src/eql/print-eql-statement.ts';
import { eqlStatement } from './eql-arbitrary.ts';
import { treeText } from './tree-text.ts';

const PIECES = [
  ...'()[],.|?~"`=<>!:+-*/%&\'\\ \n',
  'process where ',
  'any where ',
  'sequence ',
  'sample ',
  'by ',
  'with maxspan=5m',
  'with runs=2',
  ' and ',
  ' or ',
  'not ',
  ' in (',
  ' in~ (',
  ' like ',
  ' regex~ ',
  'a.b',
  '?x',
  '"text"',
  '"""raw"""',
  '""',
  '`q`',
  '5',
  '1.5e3',
  '/*',
  '*/',
  '//',
  '![',
  '\\u{41}',
  'null',
  'true',
  'length(',
  'é',
  '\u{1f600}',
];

describe('parseEql', () => {
  it('gives the tree again from its printed text', () => {
    fc.assert(
      fc.property(eqlStatement, (tree) => {
        expect(treeText(parseEql(printEqlStatement(tree)))).toBe(treeText(tree));
      }),
      { numRuns: 1_500 },
    );
  });

  it('gives a tree that prints and parses again, or an InputError with a position, for any text', () => {
    const text = fc.oneof(
      fc.string({ maxLength: 40 }),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => pieces.join('')),
      fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((pieces) => `any where ${pieces.join('')}`),
    );
    fc.assert(
      fc.property(text, (query) => {
        try {
          const tree = parseEql(query);
          expect(treeText(parseEql(printEqlStatement(tree)))).toBe(treeText(tree));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
          expect(error.message).toMatch(/^\d+:\d+: /);
          expect(error.details['offset']).toBeLessThanOrEqual(query.length);
        }
      }),
      { numRuns: 6_000 },
    );
  });
});
