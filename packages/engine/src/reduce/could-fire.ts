// Whether a rule can fire on the events of a day: the one judgement of hunts and of `rules coverage`.

import type { EventView } from '@coldhunt/core';
import { matchesIndexPattern, type CompiledRule } from '@coldhunt/rules';
import { KIND_FIELDS, fitsKind } from '../scan/output.ts';

/** Events of one index and kind. */
export interface KindOfEvents {
  /** null: nothing says it. */
  readonly index: string | null;
  /** Their values of the fields of kinds; null: of any kind. */
  readonly kind: EventView | null;
  readonly events: number;
}

/** What a rule lacks on a day: events of its kind, an index of its patterns, or fields. */
export type Lack = 'events' | 'index' | 'fields';

export interface Judgement<Kind extends KindOfEvents> {
  /** null: nothing that was looked for. */
  readonly lack: Lack | null;
  /** Lists of fields of which the rule needs one, and that no event of its kind and index has. */
  readonly missing: readonly (readonly string[])[];
  /** The events of its kind, in an index of its patterns or in one that is not known. */
  readonly own: readonly Kind[];
}

/** `hasField`: whether some event of a kind has a value of a field. `isAnyIndex`: the rule's patterns are not asked. */
export function judgeDay<Kind extends KindOfEvents>(
  { rule, requirement, neededFields }: Pick<CompiledRule, 'rule' | 'requirement' | 'neededFields'>,
  kinds: readonly Kind[],
  { hasField, isAnyIndex }: { readonly hasField: (kind: Kind, field: string) => boolean; readonly isAnyIndex: boolean },
): Judgement<Kind> {
  const ofKind = kinds.filter(({ kind }) => kind === null || fitsKind(requirement, kind));
  const isOwn = (index: string | null): boolean =>
    isAnyIndex || rule.index.length === 0 || index === null || matchesIndexPattern(index, rule.index);
  const own = ofKind.filter(({ index }) => isOwn(index));
  const missingOf = (among: readonly Kind[]): readonly (readonly string[])[] =>
    neededFields.filter((any) => any.length > 0 && !any.some((field) => among.some((each) => hasField(each, field))));
  // Where no event at all says of what kind it is, that field is what a reader must know of.
  const untold =
    ofKind.length > 0 ? [] : missingOf(kinds).filter((any) => any.every((field) => KIND_FIELDS.includes(field)));
  if (untold.length > 0) return { lack: 'fields', missing: untold, own };
  const missing = missingOf(own);
  const lack = ofKind.length === 0 ? 'events' : own.length === 0 ? 'index' : missing.length > 0 ? 'fields' : null;
  return { lack, missing, own };
}
