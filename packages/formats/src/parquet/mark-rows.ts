// Hot path. The rows of one column that have a value which a test accepts: the test is asked once for each entry of a dictionary, and
// for texts that are stored plainly only where one of the literals stands in the bytes.

import type { DocumentValue, Literal } from '@coldhunt/core';
import type { ChunkReader } from './chunk-reader.ts';
import type { DecodedPage } from './decode-page.ts';
import { BLOCK_LENGTH } from './hybrid-blocks.ts';
import { IndexValues, noEntry, SpanValues, type Dictionary, type PageValues } from './page-values.ts';
import { pickRows } from './pick-rows.ts';
import { PlainTexts } from './plain-texts.ts';

/** Rows that are looked at one by one are looked at so many at a time. */
const CHOSEN_AT_ONCE = 8_192;

export interface ValueTest {
  readonly test: (value: DocumentValue) => boolean;
  /** Accepted values hold one of them in their bytes; null: nothing is known. */
  readonly literals: readonly Literal[] | null;
}

/** Sets `mask` to 1 for every row that has an accepted value; tells whether there is any. Throws PARQUET_CORRUPT, and errors of storage. */
export async function markRows(reader: ChunkReader, value: ValueTest, mask: Uint8Array): Promise<boolean> {
  const needles = value.literals === null ? null : needlesOf(value.literals);
  let accepted: AcceptedEntries | null = null;
  let isAny = false;
  for (let index = 0; ; index += 1) {
    const page = await reader.page(index);
    if (page === null) return isAny;
    if (page.isDictionaryEncoded) {
      const dictionary = await reader.dictionary();
      accepted ??= reader.decoding(page, () => acceptedEntries(dictionary, value));
      if (accepted.count === 0) {
        // Only to find the next page must rows be counted.
        if (reader.isLast(page)) return isAny;
        continue;
      }
    }
    const isFound = await reader.look(page, (decoded) => {
      const found = findValues(decoded.values(), value, needles, accepted);
      if (found !== null) markFound(decoded, page.firstRow, found, mask);
      return found !== null;
    });
    isAny ||= isFound;
  }
}

/** The same of chosen rows alone, which ascend: pages that hold none of them are not decoded. */
export async function markChosen(
  reader: ChunkReader,
  { test }: ValueTest,
  rows: Int32Array,
  mask: Uint8Array,
): Promise<boolean> {
  const cursor = { index: 0 };
  let isAny = false;
  for (let from = 0; from < rows.length; from += CHOSEN_AT_ONCE) {
    const chosen = rows.subarray(from, from + CHOSEN_AT_ONCE);
    const { starts, values } = await pickRows(reader, chosen, cursor);
    for (let index = 0; index < chosen.length; index += 1) {
      for (let entry = starts[index] as number; entry < (starts[index + 1] as number); entry += 1) {
        const value = values.at(entry);
        if (value === null || !test(value)) continue;
        mask[chosen[index] as number] = 1;
        isAny = true;
        break;
      }
    }
  }
  return isAny;
}

interface AcceptedEntries {
  /** 1 for every entry of the dictionary that the test accepts. */
  readonly flags: Uint8Array;
  readonly count: number;
}

function acceptedEntries(dictionary: Dictionary | null, { test }: ValueTest): AcceptedEntries {
  const flags = new Uint8Array(dictionary?.values.length ?? 0);
  let count = 0;
  for (let entry = 0; entry < flags.length; entry += 1) {
    if (!test((dictionary as Dictionary).at(entry))) continue;
    flags[entry] = 1;
    count += 1;
  }
  return { flags, count };
}

/** Numbers of values, ascending. */
type Found = Int32Array | 'all';

/** null where there is none. */
function findValues(
  values: PageValues,
  { test }: ValueTest,
  needles: readonly Buffer[] | null,
  accepted: AcceptedEntries | null,
): Found | null {
  if (values instanceof IndexValues && accepted !== null) return findIndices(values, accepted);
  if (values instanceof PlainTexts && needles !== null) return findTexts(textsOf(values), needles, test);
  if (values instanceof SpanValues && needles !== null) return findTexts(spansOf(values), needles, test);
  const found = new Int32Array(values.length);
  let count = 0;
  for (let index = 0; index < values.length; index += 1) {
    if (!test(values.at(index))) continue;
    found[count] = index;
    count += 1;
  }
  return toFound(found, count);
}

function toFound(found: Int32Array, count: number): Found | null {
  return count === 0 ? null : found.subarray(0, count);
}

/** Throws PARQUET_CORRUPT where an index is none of the dictionary. */
function findIndices({ blocks }: IndexValues, { flags, count: acceptedCount }: AcceptedEntries): Found | null {
  const indices = new Int32Array(BLOCK_LENGTH);
  const size = flags.length;
  const found = new Int32Array(acceptedCount === size ? 0 : blocks.length);
  let count = 0;
  for (let block = 0; block < blocks.count; block += 1) {
    const start = blocks.start(block);
    const end = blocks.start(block + 1);
    const only = blocks.valueOf(block);
    if (only !== -1) {
      if (only >= size) throw noEntry(only, size);
      if (acceptedCount !== size && flags[only] === 1)
        for (let index = start; index < end; index += 1, count += 1) found[count] = index;
      continue;
    }
    blocks.unpack(block, indices);
    for (let index = start; index < end; index += 1) {
      const entry = indices[index - start] as number;
      if (entry < 0 || entry >= size) throw noEntry(entry, size);
      found[count] = index;
      count += flags[entry] as number;
    }
  }
  return acceptedCount === size && blocks.length > 0 ? 'all' : toFound(found, count);
}

/** Texts by the bytes that they stand in. */
interface Texts {
  readonly values: PageValues;
  readonly bytes: Buffer;
  /** The last text that begins at or before a byte, or -1. */
  indexAtByte(byte: number): number;
  endOf(index: number): number;
}

function textsOf(values: PlainTexts): Texts {
  // Also where nothing is found every length must be sound.
  values.endOf(values.length - 1);
  return {
    values,
    bytes: values.bytes,
    indexAtByte: (byte) => values.indexAtByte(byte),
    endOf: (index) => values.endOf(index),
  };
}

function spansOf(values: SpanValues): Texts {
  const { bytes, starts, ends } = values.spans;
  const indexAtByte = (byte: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((starts[middle] as number) <= byte) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return { values, bytes, indexAtByte, endOf: (index) => ends[index] as number };
}

function findTexts(
  { values, bytes, indexAtByte, endOf }: Texts,
  needles: readonly Buffer[],
  test: (value: DocumentValue) => boolean,
): Found | null {
  const found = new Set<number>();
  for (const needle of needles) {
    for (let at = bytes.indexOf(needle); at !== -1;) {
      const index = indexAtByte(at);
      if (index !== -1 && at + needle.length <= endOf(index) && !found.has(index) && test(values.at(index)))
        found.add(index);
      at = bytes.indexOf(needle, at + 1);
    }
  }
  return toFound(Int32Array.from(found).sort(), found.size);
}

function markFound(page: DecodedPage, firstRow: number, found: Found, mask: Uint8Array): void {
  const { repetition, definition } = page;
  if (found === 'all' && repetition === null && definition === null) {
    mask.fill(1, firstRow, firstRow + page.rows);
    return;
  }
  const count = found === 'all' ? (definition === null ? page.entries : definition.total) : found.length;
  for (let index = 0; index < count; index += 1) {
    const value = found === 'all' ? index : (found[index] as number);
    const entry = definition === null ? value : definition.select(value);
    const row = firstRow + (repetition === null ? entry : repetition.rank(entry + 1) - 1);
    if (row >= 0) mask[row] = 1;
  }
}

/** The literals as bytes, or null where one cannot be searched so. */
function needlesOf(literals: readonly Literal[]): readonly Buffer[] | null {
  const isPlain = ({ text, ignoreCase }: Literal): boolean =>
    !ignoreCase && text !== '' && text.isWellFormed() && !text.includes('\ufffd');
  return literals.every(isPlain) ? literals.map(({ text }) => Buffer.from(text)) : null;
}
