// Random EQL conditions that fit the types of their fields and meet the documents of the property tests often.

import fc from 'fast-check';

export const EQL_FIELD_TYPES: Readonly<Record<string, string>> = {
  kw: 'keyword;ignore_above=6',
  txt: 'text+keyword',
  wild: 'wildcard',
  const: 'constant_keyword',
  ip: 'ip',
  n: 'long',
  d: 'double',
  b: 'boolean',
};

const TEXTS = [
  'a',
  'b',
  'ab',
  'aB',
  'A b',
  'foo bar',
  'Foo-Bar',
  'aab',
  '',
  'toolong',
  'é',
  'É',
  '\u{1f600}',
  'kK',
  '10',
  'x\\y',
];
const PATTERNS = ['*', '**', 'a*', '*b', '*a*', 'A*b', '*a*a*b', 'foo*', '?', '??', 'a?*', '*\\*', 'É*', '*o b*', '?*'];
const NUMBERS = ['0', '1', '-1', '1.5', '15', '10', '9007199254740993'];

const quoted = (texts: readonly string[]): fc.Arbitrary<string> =>
  fc.constantFrom(...texts).map((text) => JSON.stringify(text));
const text = quoted(TEXTS);
const number = fc.constantFrom(...NUMBERS);
const order = fc.constantFrom('<', '<=', '>', '>=');
const same = fc.constantFrom('==', '!=');
const textField = fc.constantFrom('kw', 'txt', 'wild', 'const');
const numberField = fc.constantFrom('n', 'd');
const list = (item: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.array(item, { minLength: 1, maxLength: 4 }).map((items) => `(${items.join(', ')})`);
const oneOrList = (item: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.oneof(item, list(item));
const join = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((texts) => texts.join(' '));
const word = (each: string): fc.Arbitrary<string> => fc.constant(each);

const fieldLeaf = fc.oneof(
  join(textField, same, text),
  join(text, fc.oneof(same, order), textField),
  join(textField, order, text),
  join(textField, fc.constantFrom('in', 'not in', 'in~'), list(text)),
  join(textField, fc.constantFrom(':', 'like', 'like~'), oneOrList(quoted([...PATTERNS, ...TEXTS]))),
  join(numberField, fc.oneof(same, order), number),
  join(number, order, numberField),
  join(word('n'), word('in'), list(number)),
  join(word('ip'), same, quoted(['10.0.0.1', '::1', '10.0.0.0/30'])),
  fc.constantFrom('b', 'b == false', 'b != true', 'b in (true)'),
  join(fc.oneof(textField, numberField, fc.constantFrom('ip', 'b')), same, word('null')),
);

const textCall = fc.oneof(
  textField,
  fc.tuple(textField, textField).map(([a, b]) => `concat(${a}, ${b})`),
  fc.tuple(textField, fc.integer({ min: -3, max: 3 })).map(([a, start]) => `substring(${a}, ${start})`),
  numberField.map((field) => `string(${field})`),
  fc.tuple(textField, text, text).map(([a, left, right]) => `between(${a}, ${left}, ${right})`),
);
const numberCall = fc.oneof(
  textCall.map((inner) => `length(${inner})`),
  fc
    .tuple(numberField, fc.constantFrom('+', '-', '*'), fc.constantFrom('n', 'd', '2', '0.5'))
    .map((parts) => `(${parts.join(' ')})`),
  fc.tuple(textField, text).map(([a, b]) => `indexOf(${a}, ${b})`),
  word('-n'),
);
const searchText = quoted(['a', 'B', 'oo', '', 'é', 'long', 'a*', '?', '\\*', 'x\\']);
const scriptLeaf = fc.oneof(
  join(numberCall, fc.oneof(same, order), number),
  join(numberCall, same, word('null')),
  join(number, order, numberCall),
  join(
    textCall.filter((each) => each.includes('(')),
    fc.oneof(same, order),
    text,
  ),
  join(
    textCall.filter((each) => each.includes('(')),
    fc.constantFrom('in', 'in~'),
    list(text),
  ),
  join(
    textCall.filter((each) => each.includes('(')),
    fc.constantFrom(':', 'like', 'like~'),
    oneOrList(quoted(PATTERNS)),
  ),
  fc
    .tuple(
      fc.constantFrom('startsWith', 'endsWith', 'stringContains'),
      fc.constantFrom('', '~'),
      textField,
      fc.oneof(searchText, textField),
    )
    .map(([name, tilde, a, b]) => `${name}${tilde}(${a}, ${b})`),
  word('cidrMatch(ip, "10.0.0.0/30", "::/0")'),
  word('string(cidrMatch(ip, "10.0.0.0/30")) : "TRUE"'),
  word('(kw == "a") == false'),
  word('null == (n > 1)'),
);

/** Text of a condition. */
export const anyCondition: fc.Arbitrary<string> = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.oneof({ weight: 3, arbitrary: fieldLeaf }, { weight: 2, arbitrary: scriptLeaf }),
    fc
      .tuple(fc.constantFrom(' and ', ' or '), fc.array(tie('node'), { minLength: 2, maxLength: 3 }))
      .map(([word_, parts]) => `(${parts.join(word_)})`),
    tie('node').map((inner) => `not (${inner})`),
  ),
})).node;
