// What can be told of a row group before any page is read: from statistics, and from bloom filters.

import { Timestamp } from '@coldhunt/core';
import { readBloomFilter } from './bloom-filter.ts';
import { testsOf, type ColumnPlan, type ColumnTest } from './column-plan.ts';
import type { FileBytes } from './file-bytes.ts';
import { holds, numberOf } from './holds-value.ts';
import type { ChunkPlace, RowGroupPlace } from './parquet-file.ts';
import { boundsOf, textBoundsOf, type Bounds, type TextBounds } from './statistics.ts';

/** Longer filters are not read. */
const MAX_FILTER_BYTES = 1024 * 1024;

/** Whether any row of a group can satisfy a plan of which some tests are known to fail. */
export function mayHold(plan: ColumnPlan, group: RowGroupPlace, failing: ReadonlySet<ColumnTest>): boolean {
  switch (plan.kind) {
    case 'open':
      return true;
    case 'all':
      return plan.of.every((part) => mayHold(part, group, failing));
    case 'any':
      return plan.of.some((part) => mayHold(part, group, failing));
    case 'column':
      return !failing.has(plan) && (plan.rest !== null || mayHoldColumn(plan, group));
  }
}

function mayHoldColumn({ leaf, of }: ColumnTest, group: RowGroupPlace): boolean {
  const bounds = boundsOf(leaf, group);
  return bounds !== 'empty' && mayHoldWithin({ leaf, of }, bounds, textBoundsOf(leaf, group));
}

/** Whether some value within bounds can satisfy a test; null: they are not known. Those of texts may be beyond the texts. */
export function mayHoldWithin(
  { leaf, of }: Pick<ColumnTest, 'leaf' | 'of'>,
  bounds: Bounds | null,
  texts: TextBounds | null,
): boolean {
  const { range, values } = of;
  if (values !== undefined && texts !== null) {
    if (!values.some((value) => liesWithin(leaf.type.toBytes(value), texts))) return false;
  }
  if (bounds === null) return true;
  const { min, max } = bounds;
  if (min === max || (min instanceof Timestamp && max instanceof Timestamp && min.nanos === max.nanos)) {
    return holds(min, of);
  }
  const [low, high] = [numberOf(min), numberOf(max)];
  if (low === null || high === null || range === undefined) return true;
  return !(range.max !== undefined && low > range.max) && !(range.min !== undefined && high < range.min);
}

/** `stored`: null is not known, 'none' is no value of the column. A greatest text may have been cut off: what begins with it may be there. */
function liesWithin(stored: Buffer | 'none' | null, { min, max }: TextBounds): boolean {
  if (stored === null) return true;
  if (stored === 'none') return false;
  return !isBelow(stored, min) && (!isBelow(max, stored) || stored.subarray(0, max.length).equals(max));
}

/** Bounds are ordered by bytes; JavaScript's writers order texts by UTF-16, which puts U+E000 and above behind all other planes. */
function isBelow(a: Buffer, b: Buffer): boolean {
  return Buffer.compare(a, b) < 0 && a.toString() < b.toString();
}

/** The tests for one of some texts of which the bloom filters of a row group say that none is there. Throws errors of storage. */
export async function findFailingTests(
  plan: ColumnPlan,
  group: RowGroupPlace,
  bytes: FileBytes,
): Promise<ReadonlySet<ColumnTest>> {
  const failing = new Set<ColumnTest>();
  const asked = testsOf(plan).flatMap((test) => {
    const chunk = group.chunks[test.leaf.index];
    if (chunk === undefined || typeof chunk === 'string' || chunk.filter === null) return [];
    const { values } = test.of;
    if (test.rest !== null || values === undefined || !mayHoldColumn(test, group)) return [];
    const stored = values.map((value) => test.leaf.type.toBytes(value));
    if (stored.includes(null) || !isWorthReading(chunk, bytes)) return [];
    return [{ test, filter: chunk.filter, stored: stored.filter((each): each is Buffer => each instanceof Buffer) }];
  });
  await bytes.prefetch(asked.map(({ filter }) => filter));
  for (const { test, filter, stored } of asked) {
    const mayContain = readBloomFilter(await bytes.read(filter.from, filter.to - filter.from));
    if (!stored.some(mayContain)) failing.add(test);
  }
  return failing;
}

/** Filters mostly lie together, away from columns: one that is nearly as long as its column saves nothing. */
function isWorthReading({ filter, from, to }: ChunkPlace, bytes: FileBytes): boolean {
  if (filter === null) return false;
  if (bytes.isHeld(filter.from, filter.to)) return true;
  const length = filter.to - filter.from;
  return length <= MAX_FILTER_BYTES && length <= (to - from) / 2;
}
