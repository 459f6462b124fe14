// What several rules have to say, said once: a rule set of hundreds has the same note many times.

/** How many rules a note names. */
const NAMED = 3;

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

function namesOf(rules: readonly string[]): string {
  const more = rules.length - NAMED;
  return more <= 0 ? rules.join(', ') : `${rules.slice(0, NAMED).join(', ')} and ${more} more`;
}
