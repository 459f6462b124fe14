// The bytes of a footer -> its schema, and its row groups one at a time: parsed whole, a file of many small row groups would take a
// thousand times what is asked of it at once.

import type { FileMetaData, ParquetParsers, RowGroup, SchemaElement } from 'hyparquet';
import { parquetMetadata } from 'hyparquet';
import { checkThrift, findStructs } from './check-thrift.ts';
import { corrupt } from './corrupt.ts';

const MAX_FOOTER_NODES = 4_000_000;
const FOOTER_END = 8;
const ROW_GROUPS = 4;
const SCHEMA_PARSES = 500_000;
/** A structure as the element of a list, and the end of one, in Thrift's compact protocol. */
const STRUCT = 0x0c;
const STOP = 0;

export interface Footer {
  readonly schema: SchemaElement[];
  readonly groups: number;
  /** Parsed each time, with those beside it. */
  group(index: number): RowGroup;
}

/**
 * `footer`: its `length` bytes, then length and magic number. `schemaParses`: elements of the schema that are parsed in all while every row
 * group is looked at once. Throws PARQUET_CORRUPT, or what the parser throws over hostile bytes.
 */
export function openFooter(footer: Uint8Array, length: number, schemaParses = SCHEMA_PARSES): Footer {
  const body = footer.subarray(0, length);
  if (checkThrift(body, 0, MAX_FOOTER_NODES) === -1) throw corrupt('the footer ends early');
  const found = findStructs(body, ROW_GROUPS, MAX_FOOTER_NODES);
  // Nobody writes so; it is read all the same.
  if (found === null) return wholeFooter(parse(Uint8Array.from(footer)));
  const own = Uint8Array.from(body);
  // Version, schema and number of rows, up to the header of the list of row groups.
  const head = own.subarray(0, found.header + 1);
  const { elements } = found;
  const { schema } = parse(footerOf(head, []));
  // The schema is parsed with each batch: a wide one with a million tiny row groups must not take the product of both.
  const atOnce = Math.max(1, Math.ceil((elements.length * schema.length) / schemaParses));
  let batch: { readonly first: number; readonly groups: readonly RowGroup[] } = { first: 0, groups: [] };
  return {
    schema,
    groups: elements.length,
    group: (index) => {
      const first = index - (index % atOnce);
      if (batch.first !== first || batch.groups.length === 0) {
        const bytes = elements.slice(first, first + atOnce).map(({ from, to }) => own.subarray(from, to));
        batch = { first, groups: parse(footerOf(head, bytes)).row_groups };
      }
      const group = batch.groups[index - first];
      if (group === undefined) throw corrupt(`the footer has no row group ${index}`);
      return group;
    },
  };
}

function wholeFooter({ schema, row_groups }: FileMetaData): Footer {
  return {
    schema,
    groups: row_groups.length,
    group: (index) => {
      const group = row_groups[index];
      if (group === undefined) throw corrupt(`the footer has no row group ${index}`);
      return group;
    },
  };
}

function footerOf(head: Uint8Array, groups: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat([head, listHead(groups.length), ...groups, Uint8Array.of(STOP)]);
  const whole = new Uint8Array(body.length + FOOTER_END);
  whole.set(body);
  new DataView(whole.buffer).setUint32(body.length, body.length, true);
  whole.set(Buffer.from('PAR1'), body.length + 4);
  return whole;
}

/** Of a list of so many structures. */
function listHead(count: number): Uint8Array {
  if (count < 15) return Uint8Array.of((count << 4) | STRUCT);
  const bytes = [0xf0 | STRUCT];
  for (let left = count; ; left >>>= 7) {
    bytes.push(left < 0x80 ? left : (left & 0x7f) | 0x80);
    if (left < 0x80) return Uint8Array.from(bytes);
  }
}

function parse(footer: Uint8Array): FileMetaData {
  return parquetMetadata(footer, { parsers: PHYSICAL, geoparquet: false });
}

// Statistics stay as they are stored: a truncated text may end within a character.
const PHYSICAL: ParquetParsers = {
  timestampFromMilliseconds: (millis) => millis,
  timestampFromMicroseconds: (micros) => micros,
  timestampFromNanoseconds: (nanos) => nanos,
  dateFromDays: (days) => days,
  stringFromBytes: (bytes) => bytes,
  jsonFromBytes: (bytes) => bytes,
  geometryFromBytes: (bytes) => bytes,
  geographyFromBytes: (bytes) => bytes,
  uuidFromBytes: (bytes) => bytes,
};
