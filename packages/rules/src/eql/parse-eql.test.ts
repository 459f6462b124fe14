import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { describeUnsupported } from './describe-unsupported.ts';
import { parseEql, parseEqlCondition } from './parse-eql.ts';
import { MAX_EQL_DEPTH } from './eql-depth.ts';
import { printEqlStatement } from './print-eql-statement.ts';

function errorOf(query: string): InputError {
  try {
    parseEql(query);
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error('no InputError');
}

describe('parseEql', () => {
  it('gives the place of an error in lines, columns and UTF-16 units', () => {
    const error = errorOf('any where a == "\u{1f600}"\nand (b == 1\nor d ==)');
    expect(error.code).toBe('EQL_SYNTAX');
    expect(error.details).toEqual({ line: 3, column: 8, offset: 39 });
    expect(error.message).toBe('3:8: expected a field, a value, a function or "(", found ")"');
  });

  it('keeps places of fields, values and operators in the tree', () => {
    const at = (line: number, column: number, offset: number) => ({ line, column, offset });
    expect(parseEql('/**/any where not ?a.b\n : ("x",\n"y")')).toEqual({
      kind: 'event',
      category: null,
      at: at(1, 5, 4),
      pipes: [],
      condition: {
        kind: 'not',
        at: at(1, 15, 14),
        of: {
          kind: 'match',
          operator: ':',
          at: at(2, 2, 24),
          of: { kind: 'field', name: 'a.b', isOptional: true, at: at(1, 19, 18) },
          patterns: [
            { kind: 'literal', value: 'x', at: at(2, 5, 27) },
            { kind: 'literal', value: 'y', at: at(3, 1, 32) },
          ],
        },
      },
    });
  });

  it('knows the type of a number by its size and form', () => {
    const types = (text: string) => {
      const node = parseEqlCondition(text);
      return node.kind === 'literal' && typeof node.value === 'object' ? node.value : null;
    };
    expect(types('2147483647')).toEqual({ type: 'int', value: 2_147_483_647n });
    expect(types('2147483648')).toEqual({ type: 'long', value: 2_147_483_648n });
    expect(types('-9223372036854775808')).toEqual({ type: 'long', value: -(2n ** 63n) });
    expect(types('9223372036854775808')).toEqual({ type: 'unsigned_long', value: 2n ** 63n });
    expect(types('18446744073709551616')).toEqual({ type: 'double', value: 2 ** 64 });
    expect(types('1.0')).toEqual({ type: 'double', value: 1 });
    expect(types('9'.repeat(500))).toEqual({ type: 'double', value: Number.POSITIVE_INFINITY });
  });

  it.each([
    ['parentheses', (levels: number) => `${'('.repeat(levels)}a${')'.repeat(levels)}`],
    ['not', (levels: number) => `${'not '.repeat(levels)}a`],
    ['signs', (levels: number) => `${'-'.repeat(levels)}a == 1`],
    ['calls', (levels: number) => `${'string('.repeat(levels)}a${')'.repeat(levels)} == "x"`],
    ['lists', (levels: number) => `${'a in ('.repeat(levels)}1${')'.repeat(levels)}`],
    ['sums', (levels: number) => `${'a + '.repeat(levels * 2)}1 == 1`],
  ])('reads %s up to the limit of levels, and refuses more', (_, nest) => {
    const query = `any where ${nest(MAX_EQL_DEPTH - 5)}`;
    expect(printEqlStatement(parseEql(printEqlStatement(parseEql(query))))).toBe(printEqlStatement(parseEql(query)));
    const error = errorOf(`any where ${nest(100_000)}`);
    expect(error.code).toBe('EQL_LIMIT');
    expect(error.message).toMatch(/^1:\d+: nested deeper than 250 levels: write the query flatter$/);
  });

  it('reads a hundred thousand clauses, of which no reader needs a deep stack', () => {
    const { condition } = parseEql(
      `any where ${Array.from({ length: 100_000 }, (_, index) => `a == "v${index}"`).join(' or ')}`,
    ) as Extract<ReturnType<typeof parseEql>, { kind: 'event' }>;
    expect(condition.kind === 'or' ? condition.of.length : 0).toBe(100_000);
  });

  it.each([
    ['', 'a == 1 or ', 'b == 1'],
    ['a == ', '+', '1'],
    ['a == "', 'x', '"'],
    ['a == "', String.raw`\\`, '"'],
    ['a == """', 'x"', '"""'],
    ['`', 'x', '` == 1'],
    ['`', '``', '` == 1'],
    ['a == ', '9', ''],
    ['a', ' ', '== 1'],
    ['a', '\n', '== 1'],
    ['a /*', '/**/', '*/ == 1'],
    ['a', '//x\n', '== 1'],
    ['a', '.b', ' == 1'],
    ['a in (1', ',1', ')'],
    ['a /*', '/*', ''],
    ['a == "', '""', ''],
  ])('reads %j and a long run of %j in linear time', (before, part, after) => {
    const startedAt = performance.now();
    try {
      parseEql(`any where ${before}${part.repeat(Math.ceil(2_000_000 / part.length))}${after}`);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
    }
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it.each([undefined, null, 5, {}])('refuses %j, which is no text', (query) => {
    expect(() => parseEql(query as unknown as string)).toThrow(InputError);
  });
});

describe('describeUnsupported', () => {
  it.each([
    ['any where true | head 3', null],
    ['sequence [a where true] [b where true]', 'uses a sequence'],
    ['sequence with maxspan=1m [a where true] ![b where true]', 'uses a sequence with a missing event'],
    ['sequence [a where true] with runs=3', 'uses a sequence with runs'],
    [
      'sequence with maxspan=1m [a where true] with runs=2 ![b where true] until [c where true]',
      'uses a sequence with a missing event, runs and until',
    ],
    ['sample by x [a where true] [b where true]', 'uses a sample'],
  ])('%s: %j', (query, text) => {
    expect(describeUnsupported(parseEql(query))).toBe(text);
  });
});
