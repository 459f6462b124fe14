// Which rows of a row group can satisfy a requirement: statistics first, then dictionaries, bytes and values of its columns alone.

import {
  JsonNumber,
  Timestamp,
  scalarText,
  toMillis,
  viewDocument,
  parseFieldPath,
  isScalar,
  isObject,
  type DocumentValue,
  type FieldPath,
  type Requirement,
  type RequirementLeaf,
  type Scalar,
} from '@coldhunt/core';
import type { ChunkReader } from './chunk-reader.ts';
import { toObject } from './leaf-type.ts';
import { markChosen, markRows } from './mark-rows.ts';
import type { RowGroupPlace } from './parquet-file.ts';
import type { ColumnResolver, Resolution } from './resolve-columns.ts';
import { countRows, intersect, rowsOfMask, unite, type RowMask } from './row-mask.ts';
import type { Leaf } from './schema-tree.ts';
import { boundsOf } from './statistics.ts';

/** Of one row in so many, each is looked up. */
const FEW = 8;

/** A requirement over columns. */
type Plan =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Plan[] }
  | { readonly kind: 'open' }
  | { readonly kind: 'column'; readonly leaf: Leaf; readonly rest: FieldPath | null; readonly of: RequirementLeaf };

export class RowRequirement {
  readonly #plan: Plan;

  constructor(requirement: Requirement, resolver: ColumnResolver) {
    this.#plan = planOf(requirement, resolver);
  }

  /** The columns that are looked at, in the order of the file. */
  get leaves(): readonly Leaf[] {
    const found = new Map<number, Leaf>();
    const collect = (plan: Plan): void => {
      if (plan.kind === 'column') found.set(plan.leaf.index, plan.leaf);
      else if (plan.kind !== 'open') plan.of.forEach(collect);
    };
    collect(this.#plan);
    return [...found.values()].toSorted((a, b) => a.index - b.index);
  }

  /** Whether the statistics of a row group rule out every row. */
  isRuledOut(group: RowGroupPlace): boolean {
    return !mayHold(this.#plan, group);
  }

  /** Throws PARQUET_CORRUPT, and errors of storage. */
  async mark(group: RowGroupPlace, open: (leaf: Leaf) => ChunkReader): Promise<RowMask> {
    return markPlan(this.#plan, { group, open }, 'all');
  }
}

function planOf(requirement: Requirement, resolver: ColumnResolver): Plan {
  if (requirement.kind !== 'leaf') {
    return { kind: requirement.kind, of: requirement.of.map((part) => planOf(part, resolver)) };
  }
  const resolution = resolver.resolve(requirement.path);
  return resolution === null ? { kind: 'any', of: [] } : planColumns(requirement, resolution);
}

function planColumns(of: RequirementLeaf, resolution: Resolution): Plan {
  if (resolution.sources.some(({ isOpen }) => isOpen)) return { kind: 'open' };
  const columns = resolution.sources.map(({ leaf, rest }): Plan => ({
    kind: 'column',
    leaf,
    rest: rest.length === 0 ? null : parseFieldPath(rest.join('.')),
    of,
  }));
  return columns.length === 1 ? (columns[0] as Plan) : { kind: 'any', of: columns };
}

function mayHold(plan: Plan, group: RowGroupPlace): boolean {
  switch (plan.kind) {
    case 'open':
      return true;
    case 'all':
      return plan.of.every((part) => mayHold(part, group));
    case 'any':
      return plan.of.some((part) => mayHold(part, group));
    case 'column':
      return plan.rest !== null || mayHoldColumn(plan.leaf, group, plan.of);
  }
}

function mayHoldColumn(leaf: Leaf, group: RowGroupPlace, of: RequirementLeaf): boolean {
  const bounds = boundsOf(leaf, group);
  if (bounds === 'empty') return false;
  if (bounds === null) return true;
  const { min, max } = bounds;
  if (min === max || (min instanceof Timestamp && max instanceof Timestamp && min.nanos === max.nanos)) {
    return holds(min, of);
  }
  const [low, high] = [numberOf(min), numberOf(max)];
  const { range } = of;
  if (low === null || high === null || range === undefined) return true;
  return !(range.max !== undefined && low > range.max) && !(range.min !== undefined && high < range.min);
}

interface Columns {
  readonly group: RowGroupPlace;
  readonly open: (leaf: Leaf) => ChunkReader;
}

/** The rows `within` that may hold; others may be marked, too. */
async function markPlan(plan: Plan, columns: Columns, within: RowMask): Promise<RowMask> {
  const { group } = columns;
  if (plan.kind === 'open') return 'all';
  if (!mayHold(plan, group)) return 'none';
  if (plan.kind === 'column') return markColumn(plan, columns, within);
  let result: RowMask = plan.kind === 'all' ? 'all' : 'none';
  for (const part of cheapestFirst(plan.of, group)) {
    const mask = await markPlan(part, columns, plan.kind === 'all' ? intersect(within, result) : within);
    result = plan.kind === 'all' ? intersect(result, mask) : unite(result, mask);
    if (result === (plan.kind === 'all' ? 'none' : 'all')) break;
  }
  return result;
}

async function markColumn(
  { leaf, rest, of }: Extract<Plan, { kind: 'column' }>,
  { group, open }: Columns,
  within: RowMask,
): Promise<RowMask> {
  const mask = new Uint8Array(group.rows);
  const test = (value: DocumentValue): boolean => someHolds(value, rest, of);
  const few = within === 'all' ? null : fewRows(within);
  if (few !== null) return (await markChosen(open(leaf), { test, literals: null }, few, mask)) ? mask : 'none';
  // Within JSON text a literal may be escaped.
  const isPlainText = leaf.type.isText && !leaf.type.isJson && rest === null;
  const literals = of.literals.length > 0 && isPlainText ? of.literals : null;
  return (await markRows(open(leaf), { test, literals }, mask)) ? mask : 'none';
}

/** The rows of a mask, or null where there are so many that all are looked at as fast. */
function fewRows(mask: Uint8Array | 'none'): Int32Array | null {
  if (mask === 'none') return new Int32Array();
  const count = countRows(mask);
  return count * FEW > mask.length ? null : rowsOfMask(mask, count);
}

function cheapestFirst(plans: readonly Plan[], group: RowGroupPlace): readonly Plan[] {
  const costs = new Map(plans.map((plan) => [plan, costOf(plan, group)]));
  return plans.toSorted((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0));
}

function costOf(plan: Plan, group: RowGroupPlace): number {
  if (plan.kind === 'open') return 0;
  if (plan.kind !== 'column') return plan.of.reduce((sum, part) => sum + costOf(part, group), 0);
  const chunk = group.chunks[plan.leaf.index];
  return chunk === undefined || typeof chunk === 'string' ? 0 : chunk.to - chunk.from;
}

/** Whether some scalar of a value of the column, at `rest` below it, satisfies the leaf. */
function someHolds(value: DocumentValue, rest: FieldPath | null, of: RequirementLeaf): boolean {
  if (rest === null && isScalar(value)) return holds(value, of);
  return scalarsAt(value, rest).some((scalar) => holds(scalar, of));
}

/** The scalars of a value that is or was JSON text: itself, the entries of its lists, or what lies at `rest` below. */
function scalarsAt(value: DocumentValue, rest: FieldPath | null): readonly Scalar[] {
  if (Array.isArray(value)) return value.flatMap((entry) => scalarsAt(entry, rest));
  if (rest === null) return isScalar(value) ? [value] : [];
  const held = typeof value === 'string' ? toObject(value) : value;
  return held !== null && isObject(held) ? viewDocument(held).values(rest) : [];
}

/** Whether a value can satisfy the leaf of a requirement. */
function holds(value: Scalar, { literals, range, test }: RequirementLeaf): boolean {
  if (test !== undefined && !test(value)) return false;
  if (range !== undefined) {
    const number = numberOf(value);
    if (number !== null && range.min !== undefined && number < range.min) return false;
    if (number !== null && range.max !== undefined && number > range.max) return false;
  }
  return literals.length === 0 || hasLiteral(scalarText(value), literals);
}

function hasLiteral(text: string, literals: RequirementLeaf['literals']): boolean {
  return literals.some((literal) =>
    literal.ignoreCase ? lowerAscii(text).includes(lowerAscii(literal.text)) : text.includes(literal.text),
  );
}

function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Numbers, and times as milliseconds; null for what bounds say nothing about. Rounding keeps the order. */
function numberOf(value: Scalar): number | null {
  if (value instanceof Timestamp) return toMillis(value.nanos);
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (value instanceof JsonNumber) return Number(value.text);
  return null;
}
