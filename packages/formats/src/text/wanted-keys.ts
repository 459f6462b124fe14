// The fields that are asked of a document, as the keys under which they stand in it.

import type { FieldNode, FieldTable, KeyRole, WantedKey, WantedPlace } from '@coldhunt/core';

/** Keys of the outermost object that change what the event is (unwrap-envelope.ts). */
const ROLES: ReadonlyMap<string, KeyRole> = new Map([
  ['_source', 'envelope'],
  ['document', 'envelope'],
  ['value', 'envelope'],
  ['_raw', 'envelope'],
  ['@metadata', 'envelope'],
  ['message', 'text'],
  ['log', 'text'],
]);
/** Taken off an event. */
const DROPPED = '@version';

/** The outermost place. Places that are reached by several spellings are one. */
export function wantedKeys({ root }: FieldTable): WantedPlace {
  const made = new Map<FieldNode, WantedPlace>();
  const build = (node: FieldNode): WantedPlace => {
    const known = made.get(node);
    if (known !== undefined) return known;
    const keys = new Map([...node.children].map(([key, child]) => [key, field(build(child))]));
    const place = { number: node.number, keys };
    made.set(node, place);
    return place;
  };
  const keys = new Map<string, WantedKey>();
  for (const [key, child] of root.children) if (key !== DROPPED) keys.set(key, field(build(child)));
  for (const [key, role] of ROLES) keys.set(key, { role, place: keys.get(key)?.place ?? null });
  return { number: -1, keys };
}

function field(place: WantedPlace): WantedKey {
  return { role: 'field', place };
}
