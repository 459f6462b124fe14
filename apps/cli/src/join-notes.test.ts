import { describe, expect, it } from 'vitest';
import { digestNotes, type RuleNote } from './join-notes.ts';

const WORDS = ['alpha', 'beta', 'gamma', 'delta'];
const noted = (rules: string, note: string): RuleNote[] => [...rules].map((rule) => ({ rule, note }));

describe('notes on rules', () => {
  it('say the same once, and name the first rules that it is about', () => {
    const notes = [...noted('a', 'no index'), ...noted('b', 'dead term'), ...noted('bcde', 'no index')];
    expect(digestNotes(notes)).toEqual({ lines: ['a, b, c and 2 more: no index', 'b: dead term'], folded: 0 });
    expect(digestNotes([])).toEqual({ lines: [], folded: 0 });
  });

  it('of one kind are counted where they are many', () => {
    const notes = [1, 2, 3, 4, 5].flatMap((n) => noted(`${n}`, `field a.b${n} of "x ${n}" is not known at ${n}:1`));
    const [first] = notes;
    expect(digestNotes([...notes, ...noted('z', 'other')])).toEqual({
      lines: [`1: ${first?.note} (and 4 more like this)`, 'z: other'],
      folded: 4,
    });
    expect(digestNotes(notes.slice(0, 3)).lines).toHaveLength(3);
  });

  it('are cut for a terminal', () => {
    const kinds = WORDS.flatMap((one) => WORDS.flatMap((two) => WORDS.map((three) => `${one} ${two} ${three}`)));
    const { lines, folded } = digestNotes(kinds.map((note) => ({ rule: 'r', note })));
    expect([lines.length, folded]).toEqual([20, 44]);
  });
});
