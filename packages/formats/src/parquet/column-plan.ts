// A requirement over fields -> the same over the columns of a file.

import { parseFieldPath, type FieldPath, type Requirement, type RequirementLeaf } from '@coldhunt/core';
import type { ColumnResolver, Resolution } from './resolve-columns.ts';
import type { Leaf } from './schema-tree.ts';

/** A test on one column. */
export interface ColumnTest {
  readonly kind: 'column';
  readonly leaf: Leaf;
  /** Where the field lies below a value that is JSON text; null: the value itself. */
  readonly rest: FieldPath | null;
  readonly of: RequirementLeaf;
}

export type ColumnPlan =
  | { readonly kind: 'all' | 'any'; readonly of: readonly ColumnPlan[] }
  // Nothing can be told from columns.
  | { readonly kind: 'open' }
  | ColumnTest;

export function planColumns(requirement: Requirement, resolver: ColumnResolver): ColumnPlan {
  if (requirement.kind !== 'leaf') {
    return { kind: requirement.kind, of: requirement.of.map((part) => planColumns(part, resolver)) };
  }
  const resolution = resolver.resolve(requirement.path);
  return resolution === null ? { kind: 'any', of: [] } : planLeaf(requirement, resolution);
}

function planLeaf(of: RequirementLeaf, resolution: Resolution): ColumnPlan {
  if (resolution.sources.some(({ isOpen }) => isOpen)) return { kind: 'open' };
  const columns = resolution.sources.map(({ leaf, rest }): ColumnTest => ({
    kind: 'column',
    leaf,
    rest: rest.length === 0 ? null : parseFieldPath(rest.join('.')),
    of,
  }));
  return columns.length === 1 ? (columns[0] as ColumnTest) : { kind: 'any', of: columns };
}

/** All tests of a plan. */
export function testsOf(plan: ColumnPlan): readonly ColumnTest[] {
  if (plan.kind === 'column') return [plan];
  return plan.kind === 'open' ? [] : plan.of.flatMap(testsOf);
}
