// Random EQL trees, as the parser gives them: chains flat, signs of numbers in the number.

import fc from 'fast-check';
import type { EqlField, EqlLiteral, EqlNode, EqlStatement, EqlTerm } from '../src/eql/eql-tree.ts';
import { double, negateLiteral, wholeNumber, type EqlNumber } from '../src/eql/eql-number.ts';

const AT = { offset: 0, line: 1, column: 1 };

const NAMES = [
  'a',
  'process.name',
  'in',
  'event.where',
  '6x',
  'my field',
  'tick`',
  'x.`y',
  '@timestamp',
  'é',
  'a..b',
  '.',
];
const TEXTS = [
  '',
  'a',
  'A*',
  '?b',
  'C:\\Windows\\*',
  'say "hi"',
  "it's",
  'line\nbreak\ttab\r\b\f',
  '\u{1f600}',
  'a"""b',
  '\0',
  '// no comment',
  '\u2028',
];

const number: fc.Arbitrary<EqlNumber> = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 70n }).map(wholeNumber),
  fc.constantFrom(0n, 1n, 5n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n).map(wholeNumber),
  fc.double({ min: 0, noNaN: true }).map(double),
);

const literal: fc.Arbitrary<EqlLiteral> = fc
  .oneof(
    fc.constantFrom(...TEXTS),
    fc.string({ maxLength: 6 }),
    number,
    number.map((each) => negateLiteral(each)),
    fc.boolean(),
    fc.constant(null),
  )
  .map((value) => ({ kind: 'literal', value, at: AT }));

const unsignedLiteral = literal.filter(
  ({ value }) => typeof value !== 'object' || value === null || (value.value >= 0 && !Object.is(value.value, -0)),
);

/** Any field. */
const eqlField: fc.Arbitrary<EqlField> = fc
  .record({ name: fc.constantFrom(...NAMES), isOptional: fc.boolean() })
  .map((field) => ({ kind: 'field', ...field, at: AT }));

/** Any expression, sensible or not. */
export const eqlExpression: fc.Arbitrary<EqlNode> = fc.letrec<{ node: EqlNode }>((tie) => {
  const node = tie('node');
  const at = fc.constant(AT);
  const kind = <Kind extends string>(name: Kind): fc.Arbitrary<Kind> => fc.constant(name);
  const chain = (name: 'and' | 'or'): fc.Arbitrary<EqlNode> =>
    fc
      .array(node, { minLength: 2, maxLength: 3 })
      .map((of) => ({ kind: name, of: of.flatMap((each) => (each.kind === name ? each.of : [each])), at: AT }));
  const list = fc.array(node, { minLength: 1, maxLength: 3 });
  return {
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 4, arbitrary: eqlField },
      { weight: 3, arbitrary: literal },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: kind('match'),
          operator: fc.constantFrom(':', 'like', 'like~', 'regex', 'regex~'),
          of: node,
          patterns: fc.array(unsignedLiteral, { minLength: 1, maxLength: 3 }),
          at,
        }),
      },
      fc.record({
        kind: kind('comparison'),
        operator: fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
        left: node,
        right: node,
        at,
      }),
      fc.record({ kind: kind('in'), isCaseInsensitive: fc.boolean(), of: node, list, at }),
      fc.record({
        kind: kind('arithmetic'),
        operator: fc.constantFrom('+', '-', '*', '/', '%'),
        left: node,
        right: node,
        at,
      }),
      fc.record({ kind: kind('negation'), of: node.filter((of) => !isNumber(of)), at }),
      fc.record({ kind: kind('not'), of: node, at }),
      fc.record({
        kind: kind('call'),
        name: fc.constantFrom('length', 'endsWith', 'CONCAT'),
        isCaseInsensitive: fc.boolean(),
        arguments: fc.array(node, { maxLength: 3 }),
        at,
      }),
      chain('and'),
      chain('or'),
    ) as fc.Arbitrary<EqlNode>,
  };
}).node;

const filter = {
  category: fc.constantFrom(null, 'process', 'any', 'sequence', 'my category', '6x'),
  condition: eqlExpression,
  at: fc.constant(AT),
};
const pipes = fc.array(fc.record({ kind: fc.constantFrom('head', 'tail'), count: fc.nat(), at: fc.constant(AT) }), {
  maxLength: 2,
});

function terms(keys: number, canMiss: boolean): fc.Arbitrary<EqlTerm[]> {
  const term = fc.record({
    ...filter,
    isMissing: canMiss ? fc.boolean() : fc.constant(false),
    by: fc.array(eqlField, { minLength: keys, maxLength: keys }),
    runs: fc.option(fc.integer({ min: 1, max: 100 }), { freq: 4 }),
  });
  return fc.array(term, { minLength: 1, maxLength: 3 });
}

const sequence = fc
  .record({
    keys: fc.nat(2),
    maxspan: fc.option(
      fc.record({ count: fc.integer({ min: 1, max: 99 }), unit: fc.constantFrom('ms', 's', 'm', 'h', 'd') }),
    ),
  })
  .chain(({ keys, maxspan }) =>
    fc.record({
      kind: fc.constant('sequence'),
      by: fc.array(eqlField, { maxLength: 2 }),
      maxspan: fc.constant(maxspan),
      terms: terms(keys, maxspan !== null).filter((list) => list.some((term) => !term.isMissing)),
      until: fc.option(terms(keys, false).map(([term]) => term as EqlTerm)),
      pipes,
      at: fc.constant(AT),
    }),
  );

const sample = fc.nat(2).chain((keys) =>
  fc.record({
    kind: fc.constant('sample'),
    by: fc.array(eqlField, { maxLength: 2 }),
    terms: terms(keys, false),
    pipes,
    at: fc.constant(AT),
  }),
);

/** Any query. */
export const eqlStatement: fc.Arbitrary<EqlStatement> = fc.oneof(
  fc.record({ kind: fc.constant('event'), ...filter, pipes }),
  sequence,
  sample,
) as fc.Arbitrary<EqlStatement>;

function isNumber(node: EqlNode): boolean {
  return node.kind === 'literal' && typeof node.value === 'object' && node.value !== null;
}
