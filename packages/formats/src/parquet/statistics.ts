// What the statistics of a column say about its values in one row group. Bounds of truncated texts are bounds still, but no values.

import { isScalar, type Scalar } from '@coldhunt/core';
import type { RowGroupPlace } from './parquet-file.ts';
import type { Leaf } from './schema-tree.ts';

export interface Bounds {
  readonly min: Scalar;
  readonly max: Scalar;
}

/** null: unknown; 'empty': the column has no value there. Only exact bounds of ordered types, never the deprecated pair. */
export function boundsOf(leaf: Leaf, group: RowGroupPlace): Bounds | 'empty' | null {
  const chunk = group.chunks[leaf.index];
  if (chunk === undefined || typeof chunk === 'string' || chunk.statistics === null) return null;
  const { null_count: nulls, min_value: low, max_value: high, ...exact } = chunk.statistics;
  // Writers do not agree on whether an empty list is a null.
  if (nulls !== undefined && leaf.maxRepetition === 0 && leaf.maxDefinition > 0 && Number(nulls) === chunk.entries)
    return 'empty';
  if (!leaf.type.isOrdered || exact.is_min_value_exact === false || exact.is_max_value_exact === false) return null;
  const isExact = exact.is_min_value_exact === true && exact.is_max_value_exact === true;
  if (!isExact && (isLong(low) || isLong(high))) return null;
  const min = scalarOf(leaf, low);
  const max = scalarOf(leaf, high);
  return min === null || max === null ? null : { min, max };
}

/** The least and the greatest stored bytes, or something beyond; the greatest may have been cut off. */
export interface TextBounds {
  readonly min: Buffer;
  readonly max: Buffer;
}

/** null: unknown. Never the deprecated pair, which some writers ordered by signed bytes. */
export function textBoundsOf({ index, type }: Leaf, group: RowGroupPlace): TextBounds | null {
  const chunk = group.chunks[index];
  if (chunk === undefined || typeof chunk === 'string' || chunk.statistics === null || !type.isOrdered) return null;
  const { min_value: min, max_value: max } = chunk.statistics;
  return min instanceof Uint8Array && max instanceof Uint8Array ? { min: bufferOf(min), max: bufferOf(max) } : null;
}

export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** As long as texts that writers cut off without saying so. */
function isLong(stored: unknown): boolean {
  return stored instanceof Uint8Array && stored.length > 16;
}

/** A bound as it is stored -> the value of an event, or null. */
export function scalarOf({ type }: Leaf, stored: unknown): Scalar | null {
  if (type.physical === 'BYTE_ARRAY' || type.physical === 'FIXED_LEN_BYTE_ARRAY') {
    if (!(stored instanceof Uint8Array)) return null;
    if (type.physical === 'FIXED_LEN_BYTE_ARRAY' && stored.length !== type.width) return null;
    const bytes = bufferOf(stored);
    return asScalar(type.ofBytes(bytes, 0, bytes.length));
  }
  if (typeof stored === 'bigint' && type.physical === 'INT64') return asScalar(type.ofBigint(stored));
  if (typeof stored === 'number' && type.physical !== 'INT64') return asScalar(type.ofNumber(stored));
  return null;
}

function asScalar(value: unknown): Scalar | null {
  return isScalar(value) ? value : null;
}
