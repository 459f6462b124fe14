import { describe, expect, it } from 'vitest';
import { InputError } from '@coldhunt/core';
import { compileKeyGlob } from './compile-key-glob.ts';

const CASES: readonly [glob: string, key: string, matches: boolean][] = [
  ['a/*.json', 'a/b.json', true],
  ['a/*.json', 'a/b/c.json', false],
  ['a/**', 'a/b/c.json', true],
  ['a/**', 'ab', false],
  ['a/**/c.json', 'a/c.json', true],
  ['a/**/c.json', 'a/b/b/c.json', true],
  ['a/**/c.json', 'a/bc.json', false],
  ['**/c', 'c', true],
  ['**/c', 'a/c', true],
  ['**/c', 'ac', false],
  ['a**c/d', 'a/b/c/d', true],
  ['*.tmp', 'a/b/x.tmp', true],
  ['*.tmp', 'x.tmp', true],
  ['*.tmp', 'x.tmp/y', false],
  ['/*.tmp', 'a/x.tmp', false],
  ['/*.tmp', 'x.tmp', true],
  ['/x', '/x', true],
  ['?', 'a', true],
  ['a/?', 'a//', false],
  ['?', '😀', true],
  ['[a-c]x', 'bx', true],
  ['[!a-c]x', 'bx', false],
  ['[^a-c]x', 'dx', true],
  ['[]]x', ']x', true],
  ['[a-]x', '-x', true],
  ['a[/]b', 'a/b', false],
  ['a[!x]b/c', 'a/b/c', false],
  ['{a,b/c}/d', 'b/c/d', true],
  ['{a,b{1,2}}/d', 'b2/d', true],
  ['x{,y}/d', 'x/d', true],
  ['{a}/d', '{a}/d', true],
  ['day={01..31}/*', 'day=07/x', true],
  ['day={01..31}/*', 'day=7/x', false],
  ['{8..10}/*', '9/x', true],
  ['{8..10}/*', '10/x', true],
  ['\\*/x', '*/x', true],
  ['\\*/x', 'a/x', false],
  ['.*/x', '.a/x', true],
  ['a/b', 'A/b', false],
  ['year=*/month=0[1-3]/**', 'year=2026/month=02/a/b', true],
];

describe('compileKeyGlob', () => {
  it.each(CASES)('%s on %s: %s', (glob, key, matches) => {
    expect(compileKeyGlob(glob)(key)).toBe(matches);
  });

  it.each([['['], ['a{b'], ['a\\'], ['[z-a]'], ['[[:digit:]]'], [''], ['{1..5000}'], ['x'.repeat(2000)]])(
    'refuses %s with its own code',
    (glob) => {
      expect(() => compileKeyGlob(glob)).toThrow(InputError);
      expect(() => compileKeyGlob(glob)).toThrow(expect.objectContaining({ code: 'OPTION_INVALID' }));
    },
  );

  it('ends on a pattern that would take for ever by trying one way after the other', () => {
    expect(compileKeyGlob(`${'*a'.repeat(200)}b`)('a'.repeat(1000))).toBe(false);
    expect(compileKeyGlob(`/${'**/a'.repeat(100)}`)('a/'.repeat(400))).toBe(false);
  });
});
