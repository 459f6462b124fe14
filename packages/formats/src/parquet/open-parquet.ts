// Parquet -> events: row group by row group; the rows that can match anything, found in the columns that say so, read as events.

import { InputError, parseFieldPath, type FieldPath, type ObjectReader } from '@coldhunt/core';
import type { Compression, ReadCounts, ReadOptions, Reading, SourceEvent } from '../reading.ts';
import { refusedDocument } from '../sniff/foreign-formats.ts';
import { createReadCounts } from '../text/read-counts.ts';
import { findCandidates } from './find-candidates.ts';
import { GroupReader } from './group-reader.ts';
import { leavesBelow } from './leaves-below.ts';
import { PageBudget } from './page-budget.ts';
import { readParquetFile, type ParquetFile, type RowGroupPlace } from './parquet-file.ts';
import { createColumnResolver, type ColumnResolver } from './resolve-columns.ts';
import { RowSlab, type RowPlan } from './row-slab.ts';
import { findRowEnvelope } from './row-envelope.ts';
import { RowRequirement } from './row-requirement.ts';
import type { Leaf, SchemaNode, SchemaTree } from './schema-tree.ts';
import { boundsOf, type Bounds } from './statistics.ts';

/** Entries, and about so many bytes, of all wanted columns that are held at once; entries that become events at once. */
const SLAB_ENTRIES = 300_000;
const SLAB_BYTES = 32 * 1024 * 1024;
const BATCH_ENTRIES = 40_000;
const MAX_SLAB_ROWS = 65_536;
/** Of the columns below a field so many are named. */
const NAMED_LEAVES = 5;
const TIME_FIELD = parseFieldPath('@timestamp');

/**
 * Reads what the shard owns of a Parquet file: the row groups whose first byte lies in its range. A row group that cannot be read does
 * not keep the others from being read. `batches()` throws PARQUET_CORRUPT and EXPANSION_LIMIT; errors of storage pass through.
 */
export async function openParquet(
  object: ObjectReader,
  compression: Compression,
  options: ReadOptions,
): Promise<Reading> {
  const counts = createReadCounts();
  const kind = { kind: 'parquet', compression } as const;
  let file: ParquetFile;
  try {
    file = await readParquetFile(object, options.signal);
  } catch (error) {
    if (!(error instanceof InputError) || error.code !== 'PARQUET_CORRUPT') throw error;
    const failure = named(object, error);
    return { object, kind, ownsAnything: true, counts, batches: () => failing(failure) };
  }
  const groups = file.groups.filter(({ firstByte }) => isOwned(firstByte, options.range));
  if (isOcsf(file.schema)) {
    const refused = refusedDocument('OCSF');
    return { object, kind: refused, ownsAnything: groups.length > 0, counts, async *batches() {} };
  }
  const plan = planRows(file, options.fields, counts);
  readTimes(groups, options.timeField ?? TIME_FIELD, plan.resolver, counts);
  return {
    object,
    kind,
    ownsAnything: groups.length > 0,
    counts,
    batches: () => readGroups(file, groups, plan, { options, counts }),
  };
}

function isOwned(firstByte: number, range: ReadOptions['range']): boolean {
  return range === null || (firstByte >= range.from && firstByte < range.to);
}

function isOcsf({ root }: SchemaTree): boolean {
  const names = new Set(root.children.map(({ name }) => name.toLowerCase()));
  if (!names.has('class_uid') || names.has('@timestamp') || names.has('ecs')) return false;
  return names.has('category_uid') || names.has('type_uid') || names.has('metadata');
}

function planRows({ schema }: ParquetFile, fields: readonly FieldPath[] | null, counts: ReadCounts): RowPlan {
  const envelope = findRowEnvelope(schema.root);
  const resolver = createColumnResolver(envelope.base);
  if (fields === null) return { schema, resolver, envelope, wanted: schema.leaves };
  const wanted = new Map<number, Leaf>(envelope.leaves.map((leaf) => [leaf.index, leaf]));
  for (const path of fields) {
    const resolution = resolver.resolve(path);
    const below = leavesBelow(envelope.base, path);
    const cells = envelope.cells.map(({ name }) => name).join(', ');
    counts.columns[path.name] =
      resolution?.text ??
      (below.length > 0 ? namesOf(below) : cells === '' ? null : `${cells} (whole event as JSON text)`);
    for (const leaf of [...(resolution?.leaves ?? []), ...below]) wanted.set(leaf.index, leaf);
  }
  return { schema, resolver, envelope, wanted: withWholeMaps(schema, wanted) };
}

/** Of a field that is there only in what lies below it. */
function namesOf(leaves: readonly Leaf[]): string {
  const shown = leaves.slice(0, NAMED_LEAVES).map(({ name }) => name);
  return `${shown.join(', ')}${leaves.length > NAMED_LEAVES ? ', …' : ''}`;
}

/** Keys and values of a map, and a column that tells how many rows there are. */
function withWholeMaps({ root, leaves }: SchemaTree, wanted: Map<number, Leaf>): readonly Leaf[] {
  const complete = (node: SchemaNode): void => {
    if (node.kind === 'struct') node.children.forEach(complete);
    else if (node.kind === 'list') complete(node.element);
    else if (node.kind === 'map' && node.leaves.some(({ index }) => wanted.has(index)))
      for (const leaf of node.leaves) wanted.set(leaf.index, leaf);
  };
  complete(root);
  return leaves.filter(({ index }) => wanted.has(index));
}

function readTimes(
  groups: readonly RowGroupPlace[],
  timeField: FieldPath,
  resolver: ColumnResolver,
  counts: ReadCounts,
): void {
  const [source, ...others] = resolver.resolve(timeField)?.sources ?? [];
  if (source === undefined || others.length > 0 || source.isOpen || source.rest.length > 0) return;
  for (const group of groups) {
    const bounds = boundsOf(source.leaf, group);
    if (bounds !== null && bounds !== 'empty' && areOrderedInTime(bounds)) counts.timeStatistics.push({ ...bounds });
  }
}

/** The order of texts is that of times only where all are written alike, in UTC. */
function areOrderedInTime({ min, max }: Bounds): boolean {
  if (typeof min !== 'string' || typeof max !== 'string') return true;
  return min.endsWith('Z') && max.endsWith('Z') && min.length === max.length;
}

interface Run {
  readonly options: ReadOptions;
  readonly counts: ReadCounts;
}

async function* readGroups(
  file: ParquetFile,
  groups: readonly RowGroupPlace[],
  plan: RowPlan,
  run: Run,
): AsyncGenerator<readonly SourceEvent[]> {
  const { options, counts } = run;
  const { object } = file.bytes;
  const budget = new PageBudget(counts, object.size, { ratio: options.maxExpansionRatio, ...options.longPages });
  const requirement = new RowRequirement(options.requirement, plan.resolver);
  let failure: InputError | null = null;
  for (const place of groups) {
    const group = new GroupReader(file, place, budget);
    try {
      const rows = await findCandidates(group, plan, requirement, options.lineFilter);
      yield* readRows(group, rows, plan, run);
    } catch (error) {
      if (!(error instanceof InputError) || error.code !== 'PARQUET_CORRUPT') throw error;
      failure ??= named(object, error);
    } finally {
      budget.clear();
    }
  }
  if (failure !== null) throw failure;
}

/** The candidates as events; the rows between them were looked at as far as it took to rule them out. */
async function* readRows(
  group: GroupReader,
  rows: Int32Array,
  plan: RowPlan,
  { options, counts }: Run,
): AsyncGenerator<readonly SourceEvent[]> {
  const { lines } = counts;
  const { entries, bytes } = group.rowSize(plan.wanted);
  const slabRows = Math.max(1, Math.ceil(Math.min(MAX_SLAB_ROWS, SLAB_ENTRIES / entries, SLAB_BYTES / bytes)));
  const batchRows = Math.ceil(BATCH_ENTRIES / entries);
  let passed = 0;
  for (let start = 0; start < rows.length; start += slabRows) {
    const chosen = rows.subarray(start, start + slabRows);
    const slab = await RowSlab.read(plan, group, chosen);
    for (let from = 0; from < chosen.length; from += batchRows) {
      options.signal?.throwIfAborted();
      const events = slab.events(from, from + batchRows);
      const to = (chosen[from + events.length - 1] as number) + 1;
      lines.read += to - passed;
      lines.parsed += events.length;
      lines.searched += to - passed - events.length;
      passed = to;
      for (const { envelope } of events) counts.envelopes[envelope] = (counts.envelopes[envelope] ?? 0) + 1;
      yield events;
    }
  }
  lines.read += group.place.rows - passed;
  lines.searched += group.place.rows - passed;
}

// oxlint-disable-next-line require-yield -- a reading of nothing but an error
async function* failing(error: InputError): AsyncGenerator<readonly SourceEvent[]> {
  throw error;
}

function named(object: ObjectReader, error: InputError): InputError {
  return new InputError('PARQUET_CORRUPT', `${object.uri}: ${error.message}`, { cause: error });
}
