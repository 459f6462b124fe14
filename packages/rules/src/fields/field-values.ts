// The values of a resolved field in an event.

import { parseFieldPath, type EventView, type Scalar } from '@coldhunt/core';
import { existsPredicate } from './exists-predicate.ts';
import type { ResolvedField } from './field-type.ts';
import type { ValuePredicate } from './value-predicate.ts';

/** A test on an event. `nowMs` is what `now` in a date stands for. */
export type EventPredicate = (event: EventView, nowMs: number) => boolean;

/** All scalars of the field: those at its path, or for a flattened field itself all leaves below it. */
export function fieldValues(field: ResolvedField, event: EventView): readonly Scalar[] {
  if (!field.isFlattenedRoot) return event.values(field.path);
  return pathsBelow(field, event).flatMap((path) => event.values(parseFieldPath(path)));
}

/** Whether any value of the field satisfies the predicate. */
export function anyValue(field: ResolvedField, predicate: ValuePredicate): EventPredicate {
  if (field.isFlattenedRoot)
    return (event, nowMs) => fieldValues(field, event).some((value) => predicate(value, nowMs));
  const { path } = field;
  return (event, nowMs) => {
    const values = event.values(path);
    for (let index = 0; index < values.length; index += 1) {
      if (predicate(values[index] as Scalar, nowMs)) return true;
    }
    return false;
  };
}

/** Whether the field exists: an indexed value; for objects and fields without a mapping also any value below it. */
export function fieldExists(field: ResolvedField): EventPredicate {
  const hasValue = anyValue(field, existsPredicate(field.type));
  const { kind } = field.type;
  if (kind !== 'dynamic' && kind !== 'object' && kind !== 'geo_point') return hasValue;
  return (event, nowMs) => hasValue(event, nowMs) || pathsBelow(field, event).length > 0 || hasObject(field, event);
}

/** Where a column gives the object under another name, the event names no path below it. */
function hasObject({ path }: ResolvedField, event: EventView): boolean {
  return event.objects(path).some((object) => object.paths().length > 0);
}

/** Dotted keys are no objects that could be asked for, so the names of all fields are looked through. */
function pathsBelow(field: ResolvedField, event: EventView): readonly string[] {
  const prefix = `${field.path.name}.`;
  return event.paths().filter((path) => path.startsWith(prefix));
}
