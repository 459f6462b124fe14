import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { compileRegexp } from '../src/regexp/compile-regexp.ts';
import { parseRegexp } from '../src/regexp/parse-regexp.ts';
import { referenceFits } from './reference-regexp.ts';

const TEXTS = fc.oneof(
  fc.array(fc.constantFrom(...'abc10A\n😀é'), { maxLength: 7 }).map((characters) => characters.join('')),
  fc.constantFrom('', 'abc', 'aabbcc', '10', '007', 'a\nb'),
);

/** Patterns built from parts, so that most are right; `own` has the operators that only Lucene knows. */
function pattern(own: boolean): fc.Arbitrary<string> {
  const atoms = [
    'a',
    'b',
    'c',
    'é',
    '😀',
    '.',
    '[ab]',
    '[^a]',
    '[a-c1]',
    String.raw`\d`,
    String.raw`\W`,
    String.raw`[\s\w]`,
    '()',
  ];
  const ownAtoms = ['@', '#', '"ab"', '<0-12>', '<01-10>', '~a', '~[ab]'];
  const { node } = fc.letrec<{ node: string }>((tie) => {
    const group = tie('node').map((inner) => `(${inner})`);
    const repeated = fc
      .tuple(
        fc.oneof(fc.constantFrom('a', '.', '[ab]'), group),
        fc.constantFrom('?', '*', '+', '{2}', '{1,}', '{0,2}', '{3}'),
      )
      .map(([of, sign]) => of + sign);
    const several = (sign: string) =>
      fc.array(tie('node'), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join(sign)})`);
    return {
      node: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...atoms, ...(own ? ownAtoms : [])),
        repeated,
        several(''),
        several('|'),
        ...(own ? [several('&'), group.map((inner) => `~${inner}`), repeated.map((inner) => `${inner}*`)] : []),
      ),
    };
  });
  return node;
}

describe('compileRegexp', () => {
  it('agrees with the engine of JavaScript where both read the same', () => {
    fc.assert(
      fc.property(pattern(false), fc.array(TEXTS, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const native = new RegExp(`^(?:${source.replaceAll(String.raw`\s`, String.raw` \t\n\r`)})$`, 'su');
        const { matches } = compileRegexp(source);
        for (const text of texts) expect([text, matches(text)]).toEqual([text, native.test(text)]);
      }),
      { numRuns: 600 },
    );
  });

  it("agrees with the engine of JavaScript on what it reads of Java's Pattern", () => {
    fc.assert(
      fc.property(pattern(false), fc.array(TEXTS, { minLength: 5, maxLength: 5 }), (written, texts) => {
        const source = written.replaceAll(/[*+}](?=[)|]|$)/g, '$&?').replaceAll('()', '(|)');
        const native = new RegExp(`^(?:${source})$`, 'u');
        const { matches } = compileRegexp(source, { dialect: 'java' });
        for (const text of texts) expect([text, matches(text)]).toEqual([text, native.test(text)]);
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with the slow, obvious matcher, and holds its required texts in what fits', () => {
    fc.assert(
      fc.property(pattern(true), fc.array(TEXTS, { minLength: 5, maxLength: 5 }), (source, texts) => {
        const tree = parseRegexp(source);
        const compiled = compileRegexp(source);
        for (const text of texts) {
          const fits = referenceFits(tree, text);
          expect([text, compiled.matches(text)]).toEqual([text, fits]);
          if (compiled.fixedText !== null) expect(text === compiled.fixedText).toBe(fits);
          if (compiled.matchesEverything) expect(fits).toBe(true);
          const holds = compiled.requiredTexts.every((any) => any.some((required) => text.includes(required)));
          if (fits) expect([text, holds]).toEqual([text, true]);
        }
      }),
      { numRuns: 600 },
    );
  });

  it('ignores the case of ASCII letters, as both texts in lower case would compare', () => {
    const lower = (text: string): string => text.replaceAll('A', 'a');
    const source = pattern(true).filter((each) => !/[\\^]/.test(each));
    fc.assert(
      fc.property(source, TEXTS, (each, text) => {
        expect(compileRegexp(each, { ignoreCase: true }).matches(text)).toBe(compileRegexp(each).matches(lower(text)));
      }),
      { numRuns: 300 },
    );
  });

  it('gives a test or an InputError for any text', () => {
    const anything = fc.oneof(
      fc.string({ maxLength: 12, unit: 'binary' }),
      fc.array(fc.constantFrom(...'ab01|&~@#"<>-?*+{},.()[]^$\\'), { maxLength: 12 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(anything, TEXTS, fc.constantFrom('lucene', 'java'), (source, text, dialect) => {
        try {
          const { matches } = compileRegexp(source, { dialect });
          if (dialect === 'lucene') expect(matches(text)).toBe(referenceFits(parseRegexp(source), text));
        } catch (error) {
          if (!(error instanceof InputError)) throw error;
        }
      }),
      { numRuns: 1_200 },
    );
  });
});
