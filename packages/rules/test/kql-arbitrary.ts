// Random queries and documents that meet each other often: few fields of every type, few values.

import fc from 'fast-check';
import { JsonNumber, Timestamp, type Document, type DocumentValue } from '@coldhunt/core';
import type { KqlField, KqlNode, KqlPosition, KqlValue } from '@coldhunt/rules';

export const TEST_FIELD_TYPES: Readonly<Record<string, string>> = {
  kw: 'keyword;ignore_above=6',
  low: 'keyword;normalizer=lowercase',
  txt: 'text+keyword',
  wild: 'wildcard',
  const: 'constant_keyword',
  ip: 'ip',
  n: 'long',
  i: 'integer',
  d: 'double',
  f: 'float',
  s: 'scaled_float;scaling_factor=10',
  b: 'boolean',
  t: 'date',
  flat: 'flattened',
  nest: 'nested',
  'nest.kw': 'keyword',
  'nest.n': 'long',
  'nest.deep': 'nested',
  'nest.deep.kw': 'keyword',
  'obj.kw': 'keyword',
};

const AT: KqlPosition = { offset: 0, line: 1, column: 1 };
const TEXTS = [
  'a',
  'b',
  'ab',
  'A b',
  'foo bar',
  'Foo-Bar',
  'bar foo',
  'aab',
  '',
  'a*',
  'toolong',
  'é',
  '\u{1f600}',
  '\uffee',
  'x not y',
];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '1.0',
  '1.5',
  '15',
  '1e1',
  '10',
  '9007199254740993',
  '9007199254740992',
  '0.1',
  '99999999999999999999',
];
const IPS = ['10.0.0.1', '10.0.0.2', '::1', '0:0:0:0:0:0:0:1', '::ffff:10.0.0.1', 'fe80::1', '10.0.0.01'];
const DATES = [
  '2020-01-01',
  '2020-01-02',
  '2020-01-01T12:00:00Z',
  '1577880000000',
  'now',
  'now-1d',
  'now/d',
  '2020-01-01||-1d',
  '2020-01-02||/d',
];
const WORDS = [...TEXTS, ...NUMBERS, ...IPS, ...DATES, '10.0.0.0/30', '::/0', 'true', 'false'];

const literalText: fc.Arbitrary<KqlValue> = fc
  .record({ text: fc.constantFrom(...WORDS), isQuoted: fc.boolean() })
  .map(({ text, isQuoted }) => {
    const isSpelled = text === 'true' || text === 'false' || text === '';
    return { kind: 'text', text, isQuoted: isQuoted || isSpelled, at: AT };
  });

const wildcard: fc.Arbitrary<KqlValue> = fc
  .constantFrom('*', '**', 'a*', '*b', '*a*', 'a*b', '*a*a*b', 'foo*', '*o b*', 'A*', 'ba* x', '1*', '10.*')
  .map((pattern) => ({ kind: 'wildcard', parts: pattern.split('*'), at: AT }));

const value: fc.Arbitrary<KqlValue> = fc.oneof(
  { weight: 5, arbitrary: literalText },
  { weight: 3, arbitrary: wildcard },
  { weight: 1, arbitrary: fc.boolean().map((each) => ({ kind: 'boolean' as const, value: each, at: AT })) },
);

function name(text: string): KqlField {
  if (text.includes('*')) return { kind: 'wildcard', parts: text.split('*'), at: AT };
  return { kind: 'text', text, isQuoted: false, at: AT };
}

const ROOT_NAMES = [
  ...Object.keys(TEST_FIELD_TYPES).filter((field) => !field.startsWith('nest')),
  'txt.keyword',
  'kw.caseless',
  'flat.x',
  'flat.y.z',
  'free',
  'free.x',
  'obj',
  'none',
  '*',
  '*t*',
  'n*',
  'f*.x',
];

function leaf(names: readonly string[]): fc.Arbitrary<KqlNode> {
  const field = fc.constantFrom(...names).map((text) => name(text));
  return fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('is' as const), field, value }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('is' as const), field: fc.constant(null), value }) },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('range' as const),
        field,
        operator: fc.constantFrom('lt' as const, 'lte' as const, 'gt' as const, 'gte' as const),
        value: literalText,
      }),
    },
  );
}

function tree(leaves: fc.Arbitrary<KqlNode>): fc.Arbitrary<KqlNode> {
  return fc.letrec<{ node: KqlNode }>((tie) => ({
    node: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaves,
      fc.record({
        kind: fc.constantFrom('and' as const, 'or' as const),
        of: fc.array(tie('node'), { minLength: 2, maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('node') }),
    ),
  })).node;
}

const deepGroup = tree(leaf(['kw', '*'])).map((of): KqlNode => ({ kind: 'nested', path: name('deep'), of }));
const group = tree(
  fc.oneof({ weight: 4, arbitrary: leaf(['kw', 'n', 'other', 'k*']) }, { weight: 1, arbitrary: deepGroup }),
);
const nested = fc.record({
  kind: fc.constant('nested' as const),
  path: fc.constantFrom('nest', 'nest', 'group').map(name),
  of: group,
});

/** Any query; some do not fit the types of their fields. */
export const anyQuery: fc.Arbitrary<KqlNode> = tree(
  fc.oneof({ weight: 6, arbitrary: leaf(ROOT_NAMES) }, { weight: 1, arbitrary: nested as fc.Arbitrary<KqlNode> }),
);

const scalar: fc.Arbitrary<DocumentValue> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TEXTS) },
  { weight: 3, arbitrary: fc.constantFrom(...NUMBERS, ...IPS, ...DATES.slice(0, 4), 'true', 'false') },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, -1, 1.5, 15, 10, 0.1, 1_577_880_000_000, 9_007_199_254_740_992) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('1.0', '1e1', '9007199254740993', '1.50').map((text) => new JsonNumber(text)),
  },
  { weight: 1, arbitrary: fc.constantFrom(9_007_199_254_740_993n, 1n) },
  { weight: 1, arbitrary: fc.constantFrom(new Timestamp(1_577_880_000_000_000_001n, 9), new Timestamp(0n, 3)) },
  { weight: 1, arbitrary: fc.boolean() },
  { weight: 1, arbitrary: fc.constant(null) },
);
const leafValue: fc.Arbitrary<DocumentValue> = fc.oneof(
  { weight: 4, arbitrary: scalar },
  { weight: 1, arbitrary: fc.array(scalar, { maxLength: 3 }) },
);

function object(keys: readonly string[], inner: fc.Arbitrary<DocumentValue>): fc.Arbitrary<Document> {
  return fc.dictionary(fc.constantFrom(...keys), inner, { maxKeys: 6 });
}

function maybeArray(each: fc.Arbitrary<DocumentValue>): fc.Arbitrary<DocumentValue> {
  return fc.oneof(each, fc.array(each, { maxLength: 3 }));
}

const deepObjects = maybeArray(object(['kw', 'other'], leafValue));
const nestObjects = maybeArray(
  fc
    .tuple(object(['kw', 'n', 'other', 'deep.kw'], leafValue), deepObjects, fc.boolean())
    .map(([fields, deep, hasDeep]) => (hasDeep ? { ...fields, deep } : fields)),
);
const plainFields = object(
  [
    'kw',
    'low',
    'txt',
    'wild',
    'const',
    'ip',
    'n',
    'i',
    'd',
    'f',
    's',
    'b',
    't',
    'free',
    'flat.x',
    'obj',
    'obj.kw',
    'free.x',
  ],
  leafValue,
);

/** Any document, with dotted keys and objects mixed. */
export const anyDocument: fc.Arbitrary<Document> = fc
  .record(
    {
      plain: plainFields,
      flat: object(['x', 'y.z', 'y'], leafValue),
      nest: nestObjects,
      group: nestObjects,
      obj: object(['kw', 'other'], leafValue),
    },
    { requiredKeys: ['plain'] },
  )
  .map(({ plain, ...rest }) => ({ ...rest, ...plain }) as Document);
