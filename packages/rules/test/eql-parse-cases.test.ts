import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { parseEql } from '../src/eql/parse-eql.ts';
import { printEqlStatement } from '../src/eql/print-eql-statement.ts';
import { readCases } from './read-cases.ts';
import { treeText } from './tree-text.ts';

describe('parseEql', () => {
  it.each(readCases('eql-parse.txt'))('eql-parse.txt:$line $left', ({ left, right }) => {
    const query = left.replaceAll('<LF>', '\n');
    if (right.startsWith('! ')) {
      expect(() => parseEql(query)).toThrow(InputError);
      expect(() => parseEql(query)).toThrow(right.slice(2));
      return;
    }
    const tree = parseEql(query);
    expect(printEqlStatement(tree)).toBe(right);
    expect(treeText(parseEql(right))).toBe(treeText(tree));
  });
});
