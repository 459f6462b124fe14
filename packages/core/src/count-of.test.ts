import { expect, it } from 'vitest';
import { countOf } from './count-of.ts';

it.each([
  [0, 'event', undefined, '0 events'],
  [1, 'event', undefined, '1 event'],
  [1234, 'event', undefined, '1,234 events'],
  [1, 'copy', 'copies', '1 copy'],
  [2, 'copy', 'copies', '2 copies'],
])('%d %s', (number, noun, plural, text) => {
  expect(countOf(number, noun, plural)).toBe(text);
});
