// The finder in WebAssembly says of any line what its slow, obvious twin says, wherever the line lies and whatever was read before it.

import {
  FOUND_STEP,
  NOT_FOUND,
  NOT_PLAIN,
  NO_NAME,
  type ValueFinder,
  type WantedKey,
  type WantedPlace,
} from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { referenceValues, type FoundValue } from '../test/reference-values.ts';
import { openWasmSearch } from './create-line-search.ts';
import type { WasmSearch } from './create-wasm-filter.ts';
import { createValueFinder } from './create-value-finder.ts';
import { LAYOUT } from './search-layout.ts';

const leaf = (number: number): WantedPlace => ({ number, keys: new Map() });
const asField = (place: WantedPlace) => ({ role: 'field', place }) as const;
const ab: WantedPlace = { number: 1, keys: new Map([['c', asField(leaf(2))]]) };
const LONG = 'k'.repeat(90);
const ROOT: WantedPlace = {
  number: -1,
  keys: new Map<string, WantedKey>([
    [
      'a',
      asField({
        number: 0,
        keys: new Map([
          ['b', asField(ab)],
          ['b.c', asField(leaf(2))],
        ]),
      }),
    ],
    ['a.b', asField(ab)],
    ['a.b.c', asField(leaf(2))],
    ['b', asField(leaf(3))],
    ['é', asField(leaf(4))],
    ['a key of seventeen', asField(leaf(5))],
    [LONG, asField(leaf(6))],
    ['message', { role: 'text', place: leaf(7) }],
    ['log', { role: 'text', place: null }],
    ['_source', { role: 'envelope', place: null }],
  ]),
};
const FIELDS = 8;

const space = fc.constantFrom('', '', '', '', '', ' ', '\t', ' \r ', '\n');
const wanted = fc.constantFrom('a', 'b', 'c', 'a.b', 'a.b.c', 'b.c', 'é', 'a key of seventeen', LONG, 'message');
const other = fc.constantFrom(
  'x',
  'a.x',
  '',
  'y',
  'log',
  'a key of seventeeN',
  'n'.repeat(70),
  '_source',
  'q"',
  '\\u0061',
);
const key = fc.oneof({ weight: 12, arbitrary: wanted }, { weight: 2, arbitrary: other }).map((text) => `"${text}"`);
const scalar = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '"x"',
      '""',
      '"C:\\\\Windows"',
      '"\\u00e9"',
      '"two"',
      '"é𝄞"',
      '"{\\"a\\":1}"',
      '"\\/"',
      '"a\\nb"',
    ),
  },
  {
    weight: 8,
    arbitrary: fc.constantFrom(
      '1',
      '-0',
      '0',
      '1.0',
      '1e3',
      '-7.25E+2',
      '12345678901234567890',
      'true',
      'false',
      'null',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom('01', '1.', '.5', '1e', '-', 'tru', 'nulL', '"\\x"', '"\\u00g0"', '"\t"', "'x'", '"'),
  },
  { weight: 6, arbitrary: fc.string({ unit: 'grapheme', maxLength: 150 }).map((text) => JSON.stringify(text)) },
);
const { value } = fc.letrec<{ value: string; object: string }>((tie) => ({
  object: fc
    .array(fc.tuple(space, key, space, space, tie('value'), space), { maxLength: 4 })
    .map((members) => `{${members.map(([s1, k, s2, s3, v, s4]) => `${s1}${k}${s2}:${s3}${v}${s4}`).join(',')}}`),
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    { weight: 4, arbitrary: scalar },
    { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }).map((each) => `[${each.join(',')}]`) },
    { weight: 2, arbitrary: tie('object') },
  ),
}));
const plainDocument = fc
  .array(fc.tuple(key, value), { maxLength: 6 })
  .map((all) => `{${all.map(([k, v]) => `${k}:${v}`).join(',')}}`);
const damage = fc.option(
  fc.record({ at: fc.nat(), drop: fc.nat(2), put: fc.constantFrom('', '"', '\\', '{', '}', ',', ':', '\x01', '\xff') }),
  { freq: 4 },
);
/** A character a byte. */
const line = fc.tuple(space, plainDocument, space, damage).map(([before, text, after, fault]) => {
  const bytes = Buffer.from(`${before}${text}${after}`).toString('latin1');
  if (fault === null) return bytes;
  const at = fault.at % (bytes.length + 1);
  return bytes.slice(0, at) + fault.put + bytes.slice(at + fault.drop);
});

function open(): { readonly search: WasmSearch; readonly finder: ValueFinder } {
  const search = openWasmSearch() as WasmSearch;
  const finder = createValueFinder(search, ROOT) as ValueFinder;
  for (let field = 0; field < FIELDS; field += 1) finder.name(field);
  return { search, finder };
}

interface Named extends FoundValue {
  readonly name: number;
}

function told({ found }: ValueFinder, count: number, document: string): readonly Named[] | null {
  if (count === NOT_PLAIN) return null;
  return Array.from({ length: count }, (_, index) => {
    const [field = 0, start = 0, end = 0, name = 0] = found.subarray(index * FOUND_STEP);
    return { field, start, text: document.slice(start, end), name };
  });
}

const withoutNames = (values: readonly Named[] | null): readonly FoundValue[] | null =>
  values?.map(({ field, start, text }) => ({ field, start, text })) ?? null;

describe('a finder of values', () => {
  const { search, finder } = open();
  const chunk = Buffer.from(search.bytes.buffer, LAYOUT.found - 4_096, 4_096);

  it('finds in any line what its slow twin finds, in its own memory and elsewhere', () => {
    let plain = 0;
    fc.assert(
      fc.property(line, fc.constantFrom('\n', '"', '}', '1', '\n{"a":'), fc.boolean(), (text, behind, isOwn) => {
        const bytes = Buffer.from(`${text}${behind}`, 'latin1');
        const start = isOwn ? Math.max(0, chunk.length - bytes.length) : 0;
        if (isOwn) bytes.copy(chunk, start);
        const count = finder.find(isOwn ? chunk : bytes, start, start + text.length);
        const expected = referenceValues(text, ROOT);
        expect(withoutNames(told(finder, count, text))).toEqual(expected);
        if (expected !== null && expected.length > 0) plain += 1;
      }),
      { numRuns: 6_000 },
    );
    expect(plain).toBeGreaterThan(400);
  });

  it('finds where lines end whose documents are plain, and leaves the others', () => {
    const ending = fc.constantFrom('\n', '\n', '\r\n', ' \n', '\r\r\n', '');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, ending), { minLength: 1, maxLength: 4 }), (lines) => {
        const block = lines.map(([text, end]) => text + end).join('');
        if (block.length > chunk.length) return;
        const from = chunk.length - block.length;
        chunk.write(block, from, 'latin1');
        for (let at = 0; at < block.length;) {
          const feed = block.indexOf('\n', at);
          const end = feed === -1 ? block.length : feed;
          const text = block.slice(at, end).replace(/\r$/, feed === -1 ? '\r' : '');
          const count = finder.findLine(chunk, from + at, chunk.length);
          const isAll = text.startsWith('{') && text.endsWith('}');
          expect(withoutNames(told(finder, count, text))).toEqual(isAll ? referenceValues(text, ROOT) : null);
          if (count !== NOT_PLAIN) expect(finder.documentBytes).toBe(text.length);
          at = end + 1;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('looks for lines in its own memory alone', () => {
    expect(finder.findLine(Buffer.from('{"a":1}\n'), 0, 8)).toBe(NOT_FOUND);
  });

  it('gives a name to one value of one field only, through whatever is forgotten', () => {
    const { finder: own } = open();
    const known = new Map<number, string>();
    const byValue = new Set<string>();
    let again = 0;
    for (let number = 0; number < 60_000; number += 1) {
      const few = number % 50;
      const text = `{"a":"${few}","b":${few},"é":"${'z'.repeat(90)} ${Math.floor(number / 3) % 15_000}","message":"${few}"}`;
      const bytes = Buffer.from(text);
      for (const { field, text: part, name } of told(own, own.find(bytes, 0, bytes.length), bytes.toString('latin1')) ??
        []) {
        if (name === NO_NAME) continue;
        const whole = `${field} ${part}`;
        if ((known.get(name) ?? whole) !== whole) throw new Error(`${name} is ${whole} and ${known.get(name)}`);
        known.set(name, whole);
        if (byValue.has(whole)) again += 1;
        byValue.add(whole);
      }
    }
    expect(again).toBeGreaterThan(150_000);
    expect(known.size).toBeGreaterThan(byValue.size);
  });

  it('tells a text from a number that is spelled alike', () => {
    const bytes = Buffer.from('{"b":["1",1,"true",true,1,"1"]}');
    const names = told(finder, finder.find(bytes, 0, bytes.length), bytes.toString())?.map(({ name }) => name) ?? [];
    expect(new Set(names).size).toBe(4);
    expect([names[4], names[5]]).toEqual([names[1], names[0]]);
  });

  it('names no values of fields that nobody asked for, nor of those that never come twice', () => {
    const { finder: own } = open();
    const asked = createValueFinder(openWasmSearch() as WasmSearch, ROOT) as ValueFinder;
    asked.name(3);
    const namesIn = (by: ValueFinder, text: string): readonly number[] =>
      told(by, by.find(Buffer.from(text), 0, text.length), text)?.map(({ name }) => name) ?? [];
    expect(namesIn(asked, '{"a":"x","b":"x"}')).toEqual([NO_NAME, 0]);
    for (let number = 0; number < 20_000; number += 1) namesIn(own, `{"a":"${number}"}`);
    expect(namesIn(own, '{"a":"20000"}')).toEqual([NO_NAME]);
    expect(namesIn(own, '{"b":"20000"}')).not.toEqual([NO_NAME]);
  });

  it('learns keys until there is no room, and finds the wanted ones still', () => {
    const { finder: own } = open();
    for (let number = 0; number < 30_000; number += 1) {
      const bytes = Buffer.from(`{"some key that is new ${number}":1,"b":"${number % 5}"}`);
      expect(told(own, own.find(bytes, 0, bytes.length), bytes.toString())?.[0]?.text).toBe(String(number % 5));
    }
  });

  it('serves finders in turn', () => {
    const { search: shared, finder: first } = open();
    const second = createValueFinder(shared, { number: -1, keys: new Map([['b', asField(leaf(0))]]) }) as ValueFinder;
    const bytes = Buffer.from('{"a":"x","b":"y"}');
    second.name(0);
    for (const [own, fields] of [
      [first, [0, 3]],
      [second, [0]],
      [first, [0, 3]],
    ] as const) {
      expect(told(own, own.find(bytes, 0, bytes.length), bytes.toString())?.map(({ field }) => field)).toEqual(fields);
    }
    const named = told(second, second.find(bytes, 0, bytes.length), bytes.toString())?.map(({ name }) => name) ?? [];
    const before = told(first, first.find(bytes, 0, bytes.length), bytes.toString())?.map(({ name }) => name) ?? [];
    expect([...named, ...before]).not.toContain(NO_NAME);
    expect(before).not.toContain(named[0]);
  });

  it('leaves what has no room to others', () => {
    const many = new Map(Array.from({ length: 60_000 }, (_, number) => [`key ${number}`, asField(leaf(number))]));
    const { search: shared } = open();
    expect(createValueFinder(shared, { number: -1, keys: many })).toBe(null);
    const list = Buffer.from(`{"a":[${Array.from({ length: 5_000 }, () => '1').join(',')}]}`);
    expect(finder.find(list, 0, list.length)).toBe(NOT_FOUND);
    const long = Buffer.from(`{"a":"${'x'.repeat(3_000_000)}"}`);
    expect(finder.find(long, 0, long.length)).toBe(NOT_FOUND);
  });
});
