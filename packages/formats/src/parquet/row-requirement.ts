// Which rows of a row group can satisfy a requirement: statistics, bloom filters and page indexes first, then dictionaries, bytes and values of its
// columns alone, those with fewest bytes first.

import type { DocumentValue, Requirement } from '@coldhunt/core';
import { planColumns, testsOf, type ColumnPlan, type ColumnTest } from './column-plan.ts';
import type { GroupReader } from './group-reader.ts';
import { someHolds } from './holds-value.ts';
import { markChosen, markRows } from './mark-rows.ts';
import { maskPages } from './mask-pages.ts';
import { findFailingTests, mayHold } from './may-hold.ts';
import type { RowGroupPlace } from './parquet-file.ts';
import type { ColumnResolver } from './resolve-columns.ts';
import { countRows, intersect, rowsOfMask, unite, type RowMask } from './row-mask.ts';
import type { Leaf } from './schema-tree.ts';

/** Of one row in so many, each is looked up. */
const FEW = 8;

export class RowRequirement {
  readonly #plan: ColumnPlan;

  constructor(requirement: Requirement, resolver: ColumnResolver) {
    this.#plan = planColumns(requirement, resolver);
  }

  /** Reads `also` along with what it needs itself. Throws PARQUET_CORRUPT, and errors of storage. */
  async mark(group: GroupReader, also: readonly Leaf[]): Promise<RowMask> {
    const { place, bytes } = group;
    const plan = this.#plan;
    let failing: ReadonlySet<ColumnTest> = new Set();
    if (mayHold(plan, place, failing)) failing = await findFailingTests(plan, place, bytes);
    const within = mayHold(plan, place, failing) ? await maskPages(plan, place, bytes) : 'none';
    const tests = within === 'none' ? [] : testsOf(plan).filter((test) => mayHold(test, place, failing));
    await group.fetch([...new Set([...tests.map(({ leaf }) => leaf), ...also])]);
    return within === 'none' ? 'none' : intersect(within, await markPlan(plan, { group, failing }, within));
  }
}

interface Columns {
  readonly group: GroupReader;
  readonly failing: ReadonlySet<ColumnTest>;
}

/** The rows `within` that may hold; others may be marked, too. */
async function markPlan(plan: ColumnPlan, columns: Columns, within: RowMask): Promise<RowMask> {
  const { place } = columns.group;
  if (plan.kind === 'open') return 'all';
  if (!mayHold(plan, place, columns.failing)) return 'none';
  if (plan.kind === 'column') return markColumn(plan, columns.group, within);
  let result: RowMask = plan.kind === 'all' ? 'all' : 'none';
  for (const part of cheapestFirst(plan.of, place)) {
    const mask = await markPlan(part, columns, plan.kind === 'all' ? intersect(within, result) : within);
    result = plan.kind === 'all' ? intersect(result, mask) : unite(result, mask);
    if (result === (plan.kind === 'all' ? 'none' : 'all')) break;
  }
  return result;
}

async function markColumn({ leaf, rest, of }: ColumnTest, group: GroupReader, within: RowMask): Promise<RowMask> {
  const mask = new Uint8Array(group.place.rows);
  const test = (value: DocumentValue): boolean => someHolds(value, rest, of);
  const few = within === 'all' ? null : fewRows(within);
  if (few !== null) return (await markChosen(group.open(leaf), { test, literals: null }, few, mask)) ? mask : 'none';
  // Within JSON text a literal may be escaped.
  const isPlainText = leaf.type.isText && !leaf.type.isJson && rest === null;
  const literals = of.literals.length > 0 && isPlainText ? of.literals : null;
  return (await markRows(group.open(leaf), { test, literals }, mask)) ? mask : 'none';
}

/** The rows of a mask, or null where there are so many that all are looked at as fast. */
function fewRows(mask: Uint8Array | 'none'): Int32Array | null {
  if (mask === 'none') return new Int32Array();
  const count = countRows(mask);
  return count * FEW > mask.length ? null : rowsOfMask(mask, count);
}

function cheapestFirst(plans: readonly ColumnPlan[], group: RowGroupPlace): readonly ColumnPlan[] {
  const costs = new Map(plans.map((plan) => [plan, costOf(plan, group)]));
  return plans.toSorted((a, b) => (costs.get(a) ?? 0) - (costs.get(b) ?? 0));
}

function costOf(plan: ColumnPlan, group: RowGroupPlace): number {
  if (plan.kind === 'open') return 0;
  if (plan.kind !== 'column') return plan.of.reduce((sum, part) => sum + costOf(part, group), 0);
  const chunk = group.chunks[plan.leaf.index];
  return chunk === undefined || typeof chunk === 'string' ? 0 : chunk.to - chunk.from;
}
