// A test on the values of one field, as a leaf.

import { NO_REQUIREMENT, parseFieldPath } from '@coldhunt/core';
import type { FieldType, ResolvedField } from '../fields/field-type.ts';
import { anyValue, fieldExists, fieldValues, type EventPredicate } from '../fields/field-values.ts';
import { lowerCase } from '../fields/lower-case.ts';
import type { LeafClause, ListedTexts } from './clause.ts';
import { leafRequirement } from './leaf-requirement.ts';
import type { LeafTest } from './leaf-test.ts';

export interface FieldLeafOptions {
  /** The clause as it is written. */
  readonly text: string;
  /** The full path of the nested group around the leaf; null: none. Default: null. */
  readonly group?: string | null;
}

/**
 * The leaf that some value of the field satisfies the test. Outside of its group a nested field has no values: Elasticsearch keeps
 * them in documents of their own.
 */
export function fieldLeaf(field: ResolvedField, test: LeafTest, options: FieldLeafOptions): LeafClause {
  const { text, group = null } = options;
  const { name, type, path, isFlattenedRoot } = field;
  const isHidden = field.nestedPath !== null && group === null;
  const local = group === null ? field : { ...field, path: parseFieldPath(path.name.slice(group.length + 1)) };
  const isExistence = test.leafKind === 'exists';
  // An object exists through what is below it, a flattened field holds what is below it: nothing stands at its own path.
  const isBelow = isFlattenedRoot || (isExistence && ['dynamic', 'object', 'geo_point'].includes(type.kind));
  return {
    kind: 'leaf',
    leafKind: test.leafKind,
    text,
    key: JSON.stringify([group, path.name, isFlattenedRoot, isHidden, type, test.key]),
    fieldName: name,
    matches: isHidden ? NEVER : isExistence ? fieldExists(local) : anyValue(local, test.satisfies),
    inspect: (event, nowMs) => {
      const values = fieldValues(local, event);
      return { values, satisfying: values.filter((each) => test.satisfies(each, nowMs)) };
    },
    requirement: isBelow ? NO_REQUIREMENT : leafRequirement(field, test),
    fields: [path],
    neededField: isBelow ? null : path.name,
    asks:
      isHidden || isBelow || test.usesNow
        ? null
        : { path: local.path, type, satisfies: test.satisfies, listed: test.listed ?? listedTerm(type, test.term) },
    term: test.term === null || isHidden ? null : { field: local, text: test.term },
  };
}

function listedTerm(type: FieldType, term: string | null): ListedTexts | null {
  if (term === null) return null;
  return { texts: [type.isLowerCase ? lowerCase(term) : term], ignoreCase: false, isAll: true };
}

const NEVER: EventPredicate = () => false;
