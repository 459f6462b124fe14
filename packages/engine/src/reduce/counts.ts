// Counts by name, added up and put in order.

import { compareText } from '@coldhunt/core';

/** Adds what `from` has of the keys that `into` has. */
export function addUp<K extends string>(into: Record<K, number>, from: Readonly<Record<K, number>>): void {
  for (const key of Object.keys(into) as K[]) into[key] += from[key];
}

/** In the order of the keys. */
export function sortedMap<T>(map: ReadonlyMap<string, T>): Record<string, T> {
  return Object.fromEntries([...map].toSorted(([a], [b]) => compareText(a, b)));
}

export function getOr<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
