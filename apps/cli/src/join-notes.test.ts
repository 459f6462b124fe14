import { describe, expect, it } from 'vitest';
import { firstNotes, joinNotes } from './join-notes.ts';

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

  it('are cut for a terminal, which is told', () => {
    const notes = Array.from({ length: 22 }, (_, number) => `note ${number}`);
    expect(firstNotes(notes)).toEqual([...notes.slice(0, 20), '2 more notes: see summary.json']);
    expect(firstNotes(notes.slice(0, 20))).toEqual(notes.slice(0, 20));
  });
});
