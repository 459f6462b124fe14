import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { foldEql } from '../src/eql/fold-eql.ts';
import { parseEqlCondition } from '../src/eql/parse-eql.ts';
import { printEql } from '../src/eql/print-eql.ts';
import { readCases } from './read-cases.ts';

const fold = (condition: string): string =>
  printEql(foldEql(parseEqlCondition(condition), (field) => field.isOptional && field.name === 'missing'));

describe.each(['eql-fold.txt', 'eql-functions.txt'])('%s', (file) => {
  it.each(readCases(file))(`${file}:$line $left`, ({ left, right }) => {
    if (!right.startsWith('! ')) {
      expect(fold(left)).toBe(right);
      return;
    }
    expect(() => fold(left)).toThrow(InputError);
    expect(() => fold(left)).toThrow(right.slice(2));
    expect(() => fold(left)).toThrow(/^\d+:\d+: /);
  });
});
