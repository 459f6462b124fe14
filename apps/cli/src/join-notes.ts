// What several rules have to say, said once: a rule set of hundreds has the same note many times, and many notes of one kind.

import { countOf } from '@coldhunt/core';

/** How many rules a note names. */
const NAMED = 3;
/** How many notes of one kind are told one by one. */
const TOLD_OF_A_KIND = 3;
/** How many notes a terminal gets. */
const SHOWN = 20;

export interface RuleNote {
  /** What the note is about: a rule, or a place in a file. */
  readonly rule: string;
  readonly note: string;
}

export interface Digest {
  readonly lines: readonly string[];
  /** How many notes are only counted: where all of them stand must be told. */
  readonly folded: number;
}

/** One line a note, of many notes of one kind the first with the number of the others. */
export function digestNotes(notes: readonly RuleNote[]): Digest {
  const byKind = new Map<string, RuleNote[]>();
  for (const each of notes) {
    const same = byKind.get(kindOf(each.note));
    if (same === undefined) byKind.set(kindOf(each.note), [each]);
    else same.push(each);
  }
  let folded = 0;
  const lines = [...byKind.values()].flatMap((of) => {
    const joined = joinNotes(of);
    const [first] = joined;
    if (first === undefined || joined.length <= TOLD_OF_A_KIND) return joined;
    folded += joined.length - 1;
    return [`${first} (and ${countOf(joined.length - 1, 'more', 'more')} like this)`];
  });
  const beyond = Math.max(0, lines.length - SHOWN);
  return { lines: lines.slice(0, SHOWN), folded: folded + beyond };
}

/** One line a note, with the rules that it is about, in the order of the first of each. */
function joinNotes(notes: readonly RuleNote[]): readonly string[] {
  const byNote = new Map<string, string[]>();
  for (const { rule, note } of notes) {
    const rules = byNote.get(note);
    if (rules === undefined) byNote.set(note, [rule]);
    else rules.push(rule);
  }
  return [...byNote].map(([note, rules]) => `${namesOf(rules)}: ${note}`);
}

/** The note without what differs from rule to rule: quoted texts, field names and numbers. */
function kindOf(note: string): string {
  return note.replaceAll(/"[^"]*"|[^\s"]*[._@\d][^\s"]*/g, '…');
}

function namesOf(rules: readonly string[]): string {
  const more = rules.length - NAMED;
  return more <= 0 ? rules.join(', ') : `${rules.slice(0, NAMED).join(', ')} and ${more} more`;
}
