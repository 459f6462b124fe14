import { expect, it } from 'vitest';
import { canonicalJson, sha256Hex } from './hash.ts';
import { JsonNumber, Timestamp, type DocumentValue } from './scalar.ts';

it.each<[DocumentValue, string]>([
  [{ b: 1, a: [null, 'x', { d: null, c: true }] }, '{"a":[null,"x",{"c":true}],"b":1}'],
  [
    { n: 9007199254740993n, t: new Timestamp(1_500_000_000n, 6), e: new JsonNumber('1.50') },
    '{"e":1.50,"n":9007199254740993,"t":"1970-01-01T00:00:01.500000Z"}',
  ],
  [{ 'é"': 'a\nb' }, '{"é\\"":"a\\nb"}'],
  [0.1, '0.1'],
])('writes canonical JSON of %s', (value, expected) => {
  expect(canonicalJson(value)).toBe(expected);
});

it('hashes text as UTF-8', () => {
  expect(sha256Hex('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
