// What several rules have to say, said once: a rule set of hundreds has the same note many times.

import { countOf } from '@coldhunt/core';

/** How many rules a note names. */
const NAMED = 3;
/** How many notes a terminal gets: a rule set of hundreds has hundreds of them. */
const SHOWN = 20;

/** One line a note, with the rules that it is about, in the order of the first of each. */
export function joinNotes(notes: readonly { readonly rule: string; readonly note: string }[]): readonly string[] {
  const byNote = new Map<string, string[]>();
  for (const { rule, note } of notes) {
    const rules = byNote.get(note);
    if (rules === undefined) byNote.set(note, [rule]);
    else rules.push(rule);
  }
  return [...byNote].map(([note, rules]) => `${namesOf(rules)}: ${note}`);
}

/** The first of many notes, and how many more summary.json has. */
export function firstNotes(notes: readonly string[]): readonly string[] {
  const more = notes.length - SHOWN;
  return more <= 0 ? notes : [...notes.slice(0, SHOWN), `${countOf(more, 'more note')}: see summary.json`];
}

function namesOf(rules: readonly string[]): string {
  const more = rules.length - NAMED;
  return more <= 0 ? rules.join(', ') : `${rules.slice(0, NAMED).join(', ')} and ${more} more`;
}
