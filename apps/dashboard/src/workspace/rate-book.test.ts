import { expect, it } from 'vitest';
import { RateBook } from './rate-book.ts';

it('tells rate and time left from what was seen lately', () => {
  const book = new RateBook();
  expect(book.note('a', { atMs: 0, doneBytes: 0 }, 1000)).toBeNull();
  expect(book.note('a', { atMs: 1000, doneBytes: 100 }, 1000)).toBeNull();
  expect(book.note('a', { atMs: 5000, doneBytes: 500 }, 1000)).toEqual({ bytesPerSecond: 100, secondsLeft: 5 });
  expect(book.note('a', { atMs: 200_000, doneBytes: 500 }, 1000)).toBeNull();
  expect(book.note('a', { atMs: 210_000, doneBytes: 500 }, 1000)).toEqual({ bytesPerSecond: 0, secondsLeft: null });
});

it('begins anew for a hunt that was reopened', () => {
  const book = new RateBook();
  book.note('a', { atMs: 0, doneBytes: 900 }, 1000);
  book.note('a', { atMs: 5000, doneBytes: 1000 }, 1000);
  expect(book.note('a', { atMs: 9000, doneBytes: 400 }, 1000)).toBeNull();
});
