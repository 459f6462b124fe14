// A field that no mapping knows -> the mapped field that was probably meant. An unknown field is legal, and matches nothing where the
// events do not have it: a misspelled one would find nothing in silence.

import { editDistance } from '@coldhunt/core';
import type { FieldTypes } from './field-types.ts';

/** What is to be said of a name, e.g. `process.nmae is no ECS field: did you mean process.name?`; null: nothing. */
export type FieldSpelling = (name: string) => string | null;

/** Shorter names become others too easily for two edits. */
const SHORT_NAME = 8;

/** Where the names below are anybody's own: vendors' extensions and labels. */
const OWN_NAMES = /(?:^|\.)Ext(?:\.|$)|^labels\./;

/** Names with stars, objects, and what lies below a flattened field are never misspelled. Each name is compared once. */
export function createFieldSpelling(fieldTypes: FieldTypes): FieldSpelling {
  const known = new Map<string, string | null>();
  const objects = new Set(fieldTypes.names.flatMap((name) => ancestorsOf(name)));
  return (name) => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const near = isUnknown(name, fieldTypes, objects) ? nearestField(name, fieldTypes.names) : null;
    const what = fieldTypes.isClosed ? 'is none of the given fields' : 'is no ECS field';
    const said = near === null ? null : `${name} ${what}: did you mean ${near}?`;
    known.set(name, said);
    return said;
  };
}

/** The same field types, and the names that were asked of them: what a query or a filter looks at, in any language. */
export function watchFieldNames(fieldTypes: FieldTypes): {
  readonly fieldTypes: FieldTypes;
  readonly names: ReadonlySet<string>;
} {
  const names = new Set<string>();
  return {
    names,
    fieldTypes: {
      isClosed: fieldTypes.isClosed,
      names: fieldTypes.names,
      multiFields: (name) => fieldTypes.multiFields(name),
      resolve: (name) => {
        names.add(name);
        return fieldTypes.resolve(name);
      },
    },
  };
}

function isUnknown(name: string, fieldTypes: FieldTypes, objects: ReadonlySet<string>): boolean {
  if (name.includes('*') || OWN_NAMES.test(name) || objects.has(name)) return false;
  const { kind } = fieldTypes.resolve(name).type;
  return kind === 'dynamic' || kind === 'unmapped';
}

/**
 * As many parts, each at most one edit from its like, two in all: `processor.name` is another word than `process.name`. In another
 * case it is the same word.
 */
function nearestField(name: string, known: readonly string[]): string | null {
  const parts = name.split('.');
  const lower = name.toLowerCase();
  let best: string | null = null;
  let least = name.length < SHORT_NAME ? 2 : 3;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > 2) continue;
    if (candidate.toLowerCase() === lower) return candidate;
    const others = candidate.split('.');
    if (others.length !== parts.length) continue;
    const edits = parts.map((part, index) => editDistance(part, others[index] ?? '', 2));
    const sum = edits.reduce((all, one) => all + one, 0);
    if (sum < least && edits.every((one) => one < 2)) [best, least] = [candidate, sum];
  }
  return best;
}

function ancestorsOf(name: string): readonly string[] {
  const parts = name.split('.');
  return parts.slice(1).map((_part, index) => parts.slice(0, index + 1).join('.'));
}
