// The searches in WebAssembly, by each of its kernels, and in JavaScript: all say what their slow, obvious twin says.

import { InvariantError, type LineFilter, type LineLiteral, type LineQuery } from '@coldhunt/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isReferenceCandidate, referenceScan } from '../test/reference-scan.ts';
import { createLineFilter } from './create-line-filter.ts';
import { openWasmSearch } from './create-line-search.ts';
import { createWasmFilter, type WasmSearch } from './create-wasm-filter.ts';
import { createLineScan } from './line-list.ts';

type CreateFilter = (query: LineQuery) => LineFilter;

const bytesOf = (text: string): Buffer => Buffer.from(text, 'latin1');
const literalOf = (text: string, ignoreCase = false): LineLiteral => ({ bytes: bytesOf(text), ignoreCase });
const search = openWasmSearch() as WasmSearch;
const found = createLineScan();

function scan(text: string, query: LineQuery, create: CreateFilter): ReturnType<typeof referenceScan> {
  const block = bytesOf(`xx${text}aa`);
  create(query).scan(block, 2, block.length - 2, found);
  const lines = Array.from(
    { length: found.count },
    (_, index) => [(found.starts[index] as number) - 2, (found.ends[index] as number) - 2] as const,
  );
  return { searched: found.searched, blank: found.blank, lines };
}

// A small alphabet, so that literals do stand in lines, overlap and begin alike.
const piece = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '\\', 'u', '0', 'é'), minLength: 1, maxLength: 8 });
const long = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 12, maxLength: 40 });
const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: piece },
      { weight: 1, arbitrary: long },
      { weight: 3, arbitrary: fc.constantFrom('\n', '{', '}', ' ', '\0', '\r\n', '\t', '\n{a}\n', '}\n{') },
    ),
    { maxLength: 60 },
  )
  .map((pieces) => pieces.join(''));
const literal = fc.record({
  bytes: fc.oneof({ weight: 5, arbitrary: piece }, { weight: 1, arbitrary: long }).map(bytesOf),
  ignoreCase: fc.boolean(),
});
const condition = fc.array(fc.array(literal, { maxLength: 10 }), { minLength: 1, maxLength: 3 });
const query = fc.record({
  literals: fc.array(literal, { maxLength: 8 }),
  conditions: fc.array(condition, { maxLength: 4 }),
});
/** Literals that begin alike, as the JSON escapes that are always searched do. */
const escapes = fc
  .array(fc.tuple(fc.constantFrom('0', 'a', 'b'), fc.constantFrom('0', 'a', 'b')), { minLength: 3, maxLength: 6 })
  .map((tails) => ({ literals: tails.map((tail) => literalOf(`\\u00${tail.join('')}`)), conditions: [] }));

const ways: readonly (readonly [string, CreateFilter])[] = [
  ['JavaScript', createLineFilter],
  ...(['probes', 'classes', 'grams', undefined] as const).map(
    (kind) =>
      [
        `WebAssembly, ${kind ?? 'the cheapest kernel'}`,
        (asked: LineQuery) => createWasmFilter(search, asked, kind) as LineFilter,
      ] as const,
  ),
];

describe.each(ways)('a line filter in %s', (_name, create) => {
  it.each([
    ['lists a line that holds a literal', '{"a":"hit"}\n{"a":"miss"}\n', [[0, 11]], 1, 0],
    ['lists the last line without a line feed', '{"a":1}\n{"a":"hit"}', [[8, 19]], 1, 0],
    ['lists a torn line', '{"a":1\n{"a":1}\n', [[0, 6]], 1, 0],
    ['counts blank lines', '\n \t\r\n{}\n', [], 1, 2],
    ['accepts white space around braces', ' {"a":1} \r\n', [], 1, 0],
    ['accepts NUL bytes around braces', '\0\0 \0{"a":1}\0\r\n', [], 1, 0],
    ['lists a line of NUL bytes alone', '\0\0\0\n', [[0, 3]], 0, 0],
    [
      'does not take one brace for two',
      '{\n}\n',
      [
        [0, 1],
        [2, 3],
      ],
      0,
      0,
    ],
    [
      'gives a line with several literals once',
      '{hit hit hit}\n{hit}\n',
      [
        [0, 13],
        [14, 19],
      ],
      0,
      0,
    ],
    ['finds nothing in what follows the block', '{hi', [[0, 3]], 0, 0],
  ] as const)('%s', (_case, given, lines, searched, blank) => {
    const expected = { lines, searched, blank };
    expect(scan(given, { literals: [literalOf('hit')], conditions: [] }, create)).toEqual(expected);
  });

  it('lists a line only when all that a condition wants stands in it', () => {
    const sets = [[literalOf('rare')], [literalOf('one'), literalOf('other')], [literalOf('CASE', true)]];
    const given = '{rare one}\n{case rare other}\n{one other case}\n{Case one}{rare}\n';
    expect(scan(given, { literals: [], conditions: [sets] }, create)).toEqual({
      searched: 2,
      blank: 0,
      lines: [
        [11, 28],
        [46, 62],
      ],
    });
  });

  it('agrees with its slow twin for any text, literals and conditions', () => {
    fc.assert(
      fc.property(text, query, (given, asked) => {
        expect(scan(given, asked, create)).toEqual(referenceScan(given, asked));
      }),
      { numRuns: 300 },
    );
  });

  it('agrees with its slow twin for literals that share a beginning', () => {
    fc.assert(
      fc.property(text, escapes, (given, asked) => {
        expect(scan(given, asked, create)).toEqual(referenceScan(given, asked));
      }),
      { numRuns: 100 },
    );
  });

  it('gives the same for a block as for its parts, cut at any line', () => {
    fc.assert(
      fc.property(fc.array(text, { maxLength: 5 }), query, (parts, asked) => {
        const lines = parts.map((part) => `${part}\n`);
        const sum = { searched: 0, blank: 0, listed: 0 };
        for (const line of lines) {
          const { searched, blank, lines: listed } = scan(line, asked, create);
          sum.searched += searched;
          sum.blank += blank;
          sum.listed += listed.length;
        }
        const { searched, blank, lines: listed } = scan(lines.join(''), asked, create);
        expect({ searched, blank, listed: listed.length }).toEqual(sum);
      }),
      { numRuns: 50 },
    );
  });

  it('says whether a part of a block may hold a match, whatever line feeds are in it', () => {
    fc.assert(
      fc.property(text, query, fc.nat(40), fc.nat(40), (given, asked, a, b) => {
        const block = bytesOf(given);
        const from = Math.min(a, b, block.length);
        const to = Math.min(Math.max(a, b), block.length);
        const filter = create(asked);
        expect(filter.mayHold(block, from, to)).toBe(isReferenceCandidate(given.slice(from, to), asked));
      }),
      { numRuns: 150 },
    );
  });

  it('finds each of a thousand literals, and no other', () => {
    const words = Array.from({ length: 1_000 }, (_, index) => `needle-${index * 7919}!`);
    const given = words.map((word, index) => `{"a":"${index % 2 === 0 ? word : word.slice(0, -1)}"}\n`).join('');
    const { lines, searched } = scan(given, { literals: words.map((word) => literalOf(word)), conditions: [] }, create);
    expect([lines.length, searched]).toEqual([500, 500]);
  });

  it('lists more lines than its list holds at a time', () => {
    expect(scan('x\n'.repeat(10_000), { literals: [], conditions: [] }, create).lines).toHaveLength(10_000);
  });

  it('refuses an empty literal, and a condition without sets', () => {
    expect(() => create({ literals: [literalOf('')], conditions: [] })).toThrow(InvariantError);
    expect(() => create({ literals: [], conditions: [[]] })).toThrow(InvariantError);
  });
});

describe('createWasmFilter', () => {
  it('searches blocks that are longer than what can be copied', () => {
    const block = Buffer.alloc(4_500_000, '{"a":"b"}\n');
    block.write('hit', 3_500_005);
    const filter = createWasmFilter(search, { literals: [literalOf('hit')], conditions: [] }) as LineFilter;
    filter.scan(block, 0, block.length, found);
    expect([found.count, found.starts[0]]).toEqual([1, 3_500_000]);
    expect(filter.mayHold(block, 0, block.length)).toBe(true);
  });

  it('keeps two filters apart that share a memory', () => {
    const one = createWasmFilter(search, { literals: [literalOf('one')], conditions: [] }) as LineFilter;
    const other = createWasmFilter(search, { literals: [literalOf('other')], conditions: [] }) as LineFilter;
    const block = bytesOf('{one}\n{other}{other}\n');
    for (const [filter, start] of [
      [one, 0],
      [other, 6],
      [one, 0],
    ] as const) {
      filter.scan(block, 0, block.length, found);
      expect([found.count, found.starts[0]]).toEqual([1, start]);
    }
  });

  it('does not take literals whose tables have no room', () => {
    const literals = Array.from({ length: 15_000 }, (_, index) => literalOf(`needle-${index}!`));
    expect(createWasmFilter(search, { literals, conditions: [] }, 'grams')).toBe(null);
  });
});
