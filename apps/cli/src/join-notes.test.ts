import { describe, expect, it } from 'vitest';
import { joinNotes } from './join-notes.ts';

describe('notes on rules', () => {
  it('say the same once, and name the first rules that it is about', () => {
    const notes = [
      { rule: 'a', note: 'no index' },
      { rule: 'b', note: 'dead term' },
      ...['b', 'c', 'd', 'e'].map((rule) => ({ rule, note: 'no index' })),
    ];
    expect(joinNotes(notes)).toEqual(['a, b, c and 2 more: no index', 'b: dead term']);
    expect(joinNotes(notes.slice(0, 1))).toEqual(['a: no index']);
  });
});
