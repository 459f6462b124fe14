import { describe, expect, it } from 'vitest';
import { editDistance, nearestWord } from './nearest-word.ts';

describe('the nearest word', () => {
  it.each([
    ['form', ['from', 'for', 'name'], 'from'],
    ['formm', ['from', 'name'], 'from'],
    ['indx', ['index', 'indices'], 'index'],
    ['x', ['y'], null],
    ['abc', ['xyz'], null],
    ['severity', [], null],
  ])('to %s of %j is %s', (word, known, near) => {
    expect(nearestWord(word, known)).toBe(near);
  });

  it.each([
    ['name', 'name', 0],
    ['nmae', 'name', 1],
    ['nam', 'name', 1],
    ['naame', 'name', 1],
    ['nome', 'name', 1],
    ['processor', 'process', 2],
    ['', 'ab', 2],
    ['abcd', 'wxyz', 3],
  ])('%s and %s lie %i edits apart', (a, b, edits) => {
    expect(editDistance(a, b, 3)).toBe(edits);
    expect(editDistance(b, a, 3)).toBe(edits);
  });
});
