// Hot path. The rows of one column that have a value which a test accepts: the test is asked once for each entry of a dictionary, and
// for texts that are stored plainly only where one of the literals stands in the bytes.

import type { DocumentValue, Literal } from '@coldhunt/core';
import type { ChunkReader } from './chunk-reader.ts';
import type { DecodedPage } from './decode-page.ts';
import { IndexValues, SpanValues, type ByteSpans, type Dictionary, type PageValues } from './page-values.ts';

export interface ValueTest {
  readonly test: (value: DocumentValue) => boolean;
  /** Accepted values hold one of them in their bytes; null: nothing is known. */
  readonly literals: readonly Literal[] | null;
}

/** Sets `mask` to 1 for every row that has an accepted value; tells whether there is any. Throws PARQUET_CORRUPT, and errors of storage. */
export async function markRows(reader: ChunkReader, value: ValueTest, mask: Uint8Array): Promise<boolean> {
  const needles = value.literals === null ? null : needlesOf(value.literals);
  let accepted: Uint8Array | null = null;
  let isAny = false;
  for (let index = 0; ; index += 1) {
    const page = await reader.page(index);
    if (page === null) return isAny;
    if (page.isDictionaryEncoded) {
      const dictionary = await reader.dictionary();
      accepted ??= reader.decoding(page, () => acceptedEntries(dictionary, value));
      if (!accepted.includes(1)) {
        // Only to find the next page must rows be counted.
        if (reader.isLast(page)) return isAny;
        continue;
      }
    }
    const isFound = await reader.look(page, (decoded) => {
      const marks = markValues(decoded.values(), value, needles, accepted);
      if (marks === null) return false;
      spread(decoded, page.firstRow, marks, mask, reader.leaf.maxDefinition);
      return true;
    });
    isAny ||= isFound;
  }
}

function acceptedEntries(dictionary: Dictionary | null, { test }: ValueTest): Uint8Array {
  const accepted = new Uint8Array(dictionary?.values.length ?? 0);
  for (let entry = 0; entry < accepted.length; entry += 1)
    if (test((dictionary as Dictionary).at(entry))) accepted[entry] = 1;
  return accepted;
}

/** 1 for every accepted value, or null when there is none. */
function markValues(
  values: PageValues,
  { test }: ValueTest,
  needles: readonly Buffer[] | null,
  accepted: Uint8Array | null,
): Uint8Array | null {
  if (values instanceof IndexValues && accepted !== null) return markIndices(values.indices, accepted);
  if (values instanceof SpanValues && needles !== null) return markSpans(values, needles, test);
  const marks = new Uint8Array(values.length);
  let isAny = false;
  for (let index = 0; index < marks.length; index += 1) {
    if (!test(values.at(index))) continue;
    marks[index] = 1;
    isAny = true;
  }
  return isAny ? marks : null;
}

function markIndices(indices: Int32Array, accepted: Uint8Array): Uint8Array | null {
  const marks = new Uint8Array(indices.length);
  let isAny = 0;
  for (let index = 0; index < marks.length; index += 1)
    isAny |= marks[index] = accepted[indices[index] as number] as number;
  return isAny === 0 ? null : marks;
}

function markSpans(
  values: SpanValues,
  needles: readonly Buffer[],
  test: (value: DocumentValue) => boolean,
): Uint8Array | null {
  const { spans } = values;
  let marks: Uint8Array | null = null;
  for (const needle of needles) {
    for (let at = spans.bytes.indexOf(needle); at !== -1;) {
      const index = spanAt(spans, at);
      if (index !== -1 && at + needle.length <= (spans.ends[index] as number) && marks?.[index] !== 1) {
        if (test(values.at(index))) (marks ??= new Uint8Array(values.length))[index] = 1;
      }
      at = spans.bytes.indexOf(needle, at + 1);
    }
  }
  return marks;
}

/** The last value that begins at or before a byte, or -1. */
function spanAt({ starts }: ByteSpans, at: number): number {
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((starts[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function spread(page: DecodedPage, firstRow: number, marks: Uint8Array, mask: Uint8Array, max: number): void {
  const { repetition, definition, entries } = page;
  let row = firstRow - 1;
  let value = 0;
  for (let entry = 0; entry < entries; entry += 1) {
    if (repetition === null || repetition[entry] === 0) row += 1;
    if (definition !== null && definition[entry] !== max) continue;
    if (marks[value] === 1 && row >= 0) mask[row] = 1;
    value += 1;
  }
}

/** The literals as bytes, or null where one cannot be searched so. */
function needlesOf(literals: readonly Literal[]): readonly Buffer[] | null {
  const isPlain = ({ text, ignoreCase }: Literal): boolean =>
    !ignoreCase && text !== '' && text.isWellFormed() && !text.includes('\ufffd');
  return literals.every(isPlain) ? literals.map(({ text }) => Buffer.from(text)) : null;
}
