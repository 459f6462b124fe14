import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { compileRegexp } from '../src/regexp/compile-regexp.ts';
import { readCases } from './read-cases.ts';

describe("Lucene's regular expressions", () => {
  it.each(readCases('regexp.txt'))('regexp.txt:$line /$left/', ({ left, right }) => {
    const ignoreCase = left.startsWith('(~)');
    const compile = () => compileRegexp(ignoreCase ? left.slice(3) : left, { ignoreCase });
    if (right.startsWith('! ')) {
      expect(compile).toThrow(InputError);
      expect(compile).toThrow(right.slice(2));
      return;
    }
    const { matches } = compile();
    const [fitting = '[]', others = '[]'] = right.split(/(?<=\]) \| (?=\[)/);
    expect((JSON.parse(fitting) as string[]).filter((text) => !matches(text))).toEqual([]);
    expect((JSON.parse(others) as string[]).filter((text) => matches(text))).toEqual([]);
  });
});
