// Lists of which each holds something that must be there: all of the outer list, any of an inner one.

/** The lists that all alternatives share, and one list made of the best of each. Nothing when an alternative has none. */
export function anyOfLists(
  alternatives: readonly (readonly (readonly string[])[])[],
  best: (lists: readonly (readonly string[])[]) => readonly string[],
): readonly (readonly string[])[] {
  const [first] = alternatives;
  if (first === undefined || alternatives.some((lists) => lists.length === 0)) return [];
  const keys = alternatives.map((lists) => new Set(lists.map((list) => keyOf(list))));
  const shared = first.filter((list) => keys.every((known) => known.has(keyOf(list))));
  const sharedKeys = new Set(shared.map((list) => keyOf(list)));
  const rests = alternatives.map((lists) => lists.filter((list) => !sharedKeys.has(keyOf(list))));
  // An alternative with nothing beyond the shared is implied by them: the others then add nothing that every match has.
  if (rests.some((lists) => lists.length === 0)) return shared;
  return [...shared, [...new Set(rests.flatMap((lists) => best(lists)))]];
}

export function distinctLists(lists: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return [...new Map(lists.map((list) => [keyOf(list), list])).values()];
}

function keyOf(list: readonly string[]): string {
  return JSON.stringify(list.toSorted());
}
