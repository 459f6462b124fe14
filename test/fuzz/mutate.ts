// Good inputs -> bad ones, by the dice alone: the same dice give the same input.

import fc from 'fast-check';
import type { Random } from '../generator/random.ts';
import type { FuzzTarget } from './target.ts';

const BYTES = [0, 1, 0x0a, 0x0d, 0x20, 0x22, 0x2a, 0x5c, 0x7b, 0x7d, 0x7f, 0x80, 0xc0, 0xe2, 0xed, 0xf4, 0xff];
const NUMBERS = ['0', '-1', '1e999', '9007199254740993', '-9223372036854775808', '18446744073709551616', '0.1e-400'];
const PIECES = [
  '"',
  '\\',
  '\u0000',
  '\ud800',
  '\u202e',
  '__proto__',
  '{"a":',
  '[',
  ']',
  '}',
  '(',
  ')',
  '\\u',
  '*',
  '\r\n',
];
const MOST_BYTES = 1024 * 1024;
const MOST_CHANGES = 6;

/** An input of the target. */
export function createInput(target: FuzzTarget, random: Random): Uint8Array {
  const from = target.corpus.length === 0 ? Buffer.alloc(0) : Buffer.from(random.pick(target.corpus));
  if (target.isJson === true && random.integer(2) === 0) return alterJson(from, random);
  let input: Uint8Array = from;
  const changes = random.integer(MOST_CHANGES);
  for (let change = 0; change < changes; change += 1) input = alter(input, target, random);
  return input.subarray(0, MOST_BYTES);
}

function alter(input: Uint8Array, { corpus, tokens = [] }: FuzzTarget, random: Random): Uint8Array {
  const at = random.integer(input.length + 1);
  const length = Math.min(input.length - at, 1 + random.integer(random.integer(8) === 0 ? 512 : 8));
  const put = (piece: Uint8Array): Buffer => Buffer.concat([input.subarray(0, at), piece, input.subarray(at)]);
  const replace = (piece: Uint8Array): Buffer =>
    Buffer.concat([input.subarray(0, at), piece, input.subarray(at + length)]);
  switch (random.integer(10)) {
    case 0:
      return replace(Buffer.alloc(0));
    case 1:
      return input.subarray(0, at);
    case 2:
      return put(Buffer.of(random.pick(BYTES)));
    case 3:
      return replace(Buffer.of(random.integer(256)));
    case 4:
      return put(Buffer.from(random.pick(NUMBERS)));
    case 5:
      return put(Buffer.from(random.pick(PIECES)));
    case 6: {
      const times = random.integer(random.integer(20) === 0 ? 3_000 : 12);
      return put(Buffer.concat(Array.from({ length: times }, () => input.subarray(at, at + length))));
    }
    case 7: {
      const other = Buffer.from(random.pick(corpus));
      const start = random.integer(other.length + 1);
      return put(other.subarray(start, start + random.integer(200)));
    }
    case 8:
      return tokens.length === 0 ? replace(Buffer.of(0xff)) : put(Buffer.from(` ${random.pick(tokens)} `));
    default:
      return flip(input, at, random);
  }
}

function flip(input: Uint8Array, at: number, random: Random): Uint8Array {
  if (at >= input.length) return input;
  const copy = Buffer.from(input);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.integer(8));
  return copy;
}

/** Puts another value, of any shape, in place of one value of the document. */
function alterJson(input: Buffer, random: Random): Buffer {
  const document: unknown = JSON.parse(input.toString());
  const places: { holder: object; key: string }[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      places.push({ holder: value, key });
      visit(inner);
    }
  };
  visit(document);
  const [value] = fc.sample(fc.jsonValue({ maxDepth: 3 }), { seed: random.integer(0x7fff_ffff), numRuns: 1 });
  const place = places.length === 0 ? undefined : random.pick(places);
  if (place === undefined) return Buffer.from(JSON.stringify(value));
  if (random.integer(4) === 0) Reflect.deleteProperty(place.holder, place.key);
  else Reflect.set(place.holder, place.key, value);
  return Buffer.from(JSON.stringify(document));
}
