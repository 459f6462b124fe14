import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { MAX_KQL_DEPTH, parseKql } from './parse-kql.ts';
import { printKql } from './print-kql.ts';

function errorOf(query: string): InputError {
  try {
    parseKql(query);
  } catch (error) {
    if (error instanceof InputError) return error;
  }
  throw new Error('no InputError');
}

describe('parseKql', () => {
  it('gives the position of an error in lines, columns and UTF-16 units', () => {
    const error = errorOf('a:"\u{1f600}"\nand (b:c\nor d:)');
    expect(error.code).toBe('KQL_SYNTAX');
    expect(error.details).toEqual({ line: 3, column: 6, offset: 21 });
    expect(error.message).toBe('3:6: a value expected, found ")"');
  });

  it('says what would mend the usual mistakes', () => {
    expect(errorOf('a:cannot find').message).toContain('write "and not", or quote the value');
    expect(errorOf(String.raw`a:C\Windows`).message).toContain(String.raw`written twice (\\)`);
    expect(errorOf('a and(b)').message).toContain('need white space before (');
    expect(errorOf('a:(b or c').message).toContain('this "(" is not closed');
    expect(errorOf('a:b:c').message).toContain('must be quoted or escaped');
    expect(errorOf('not not a').message).toContain(String.raw`write \not`);
  });

  it('keeps positions of fields and values in the tree', () => {
    const tree = parseKql('a:1 or\n  b: 2');
    const second = tree.kind === 'or' ? tree.of[1] : undefined;
    expect(second).toMatchObject({
      field: { at: { line: 2, column: 3 } },
      value: { at: { line: 2, column: 6, offset: 12 } },
    });
  });

  it('reads ten thousand parentheses around one clause', () => {
    expect(printKql(parseKql(`${'('.repeat(10_000)}a:b${')'.repeat(10_000)}`))).toBe('a:b');
    expect(printKql(parseKql(`a:${'('.repeat(10_000)}b${')'.repeat(10_000)}`))).toBe('a:b');
  });

  it('refuses a tree that is deeper than the limit, and absurd numbers of parentheses', () => {
    const deep = (levels: number): string => `${'not ('.repeat(levels)}a${')'.repeat(levels)}`;
    expect(parseKql(deep(MAX_KQL_DEPTH - 10))).toBeDefined();
    expect(errorOf(deep(10_000)).message).toContain('nested deeper than 1000 levels');
    expect(errorOf('('.repeat(1_000_000)).message).toContain('open parentheses');
  });

  it('reads a hundred thousand clauses', () => {
    const tree = parseKql(Array.from({ length: 100_000 }, (_, index) => `a:v${index}`).join(' or '));
    expect(tree.kind === 'or' ? tree.of.length : 0).toBe(100_000);
  });

  it.each(['x ', ' ', 'not', 'n', String.raw`\*`, '*', String.raw`\"`, 'or ', 'a'])(
    'reads a long run of %j in linear time',
    (part) => {
      expect(parseKql(`a:b${part.repeat(Math.ceil(2_000_000 / part.length))}c`)).toBeDefined();
    },
  );
});
