// The rows of a row group whose pages can hold what a plan asks for, by the page index of its columns: no page is read for it.

import { testsOf, type ColumnPlan, type ColumnTest } from './column-plan.ts';
import type { FileBytes } from './file-bytes.ts';
import { mayHoldWithin } from './may-hold.ts';
import { readPageIndex } from './page-index.ts';
import type { ChunkPlace, RowGroupPlace } from './parquet-file.ts';
import { intersect, unite, type RowMask } from './row-mask.ts';

/** An index saves nothing of columns that are read with one request anyhow. */
const MIN_COLUMN_BYTES = 32 * 1024;
const MAX_INDEX_BYTES = 1024 * 1024;

/** Throws errors of storage. */
export async function maskPages(plan: ColumnPlan, group: RowGroupPlace, bytes: FileBytes): Promise<RowMask> {
  const tests = testsOf(plan).filter((test) => isIndexed(test, group));
  if (tests.length === 0) return 'all';
  await bytes.prefetch(
    tests.flatMap((test) => {
      const { pageIndex } = chunkOf(test, group) ?? {};
      return pageIndex === undefined || pageIndex === null ? [] : [pageIndex.bounds, pageIndex.places];
    }),
  );
  return maskPlan(plan, group, bytes);
}

async function maskPlan(plan: ColumnPlan, group: RowGroupPlace, bytes: FileBytes): Promise<RowMask> {
  if (plan.kind === 'open') return 'all';
  if (plan.kind === 'column') return isIndexed(plan, group) ? maskTest(plan, group, bytes) : 'all';
  let mask: RowMask = plan.kind === 'all' ? 'all' : 'none';
  for (const part of plan.of) {
    const own = await maskPlan(part, group, bytes);
    mask = plan.kind === 'all' ? intersect(mask, own) : unite(mask, own);
  }
  return mask;
}

async function maskTest(test: ColumnTest, group: RowGroupPlace, bytes: FileBytes): Promise<RowMask> {
  const chunk = chunkOf(test, group);
  const pages = chunk === null ? null : await readPageIndex(test.leaf, chunk, group.rows, bytes);
  if (pages === null) return 'all';
  const mask = new Uint8Array(group.rows);
  let isAny = false;
  let areAll = true;
  for (const { firstRow, endRow, isEmpty, bounds, texts } of pages) {
    const mayHold = !isEmpty && mayHoldWithin(test, bounds, texts);
    if (mayHold) mask.fill(1, firstRow, endRow);
    isAny ||= mayHold;
    areAll &&= mayHold;
  }
  return areAll ? 'all' : isAny ? mask : 'none';
}

function isIndexed(test: ColumnTest, group: RowGroupPlace): boolean {
  const { rest, of } = test;
  if (rest !== null || (of.values === undefined && of.range === undefined)) return false;
  const chunk = chunkOf(test, group);
  if (chunk === null || chunk.pageIndex === null || chunk.to - chunk.from < MIN_COLUMN_BYTES) return false;
  const { bounds, places } = chunk.pageIndex;
  return bounds.to - bounds.from + places.to - places.from <= MAX_INDEX_BYTES;
}

function chunkOf({ leaf }: ColumnTest, group: RowGroupPlace): ChunkPlace | null {
  const chunk = group.chunks[leaf.index];
  return chunk === undefined || typeof chunk === 'string' ? null : chunk;
}
