// Alerts -> a Parquet file: the columns of alerts.csv, typed, and the whole document as JSON. Written one row group at a time.

import { parseDocument } from '@coldhunt/core';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { ALERT_COLUMNS, alertCells } from '../alerts-csv.ts';

const GROUP_ROWS = 10_000;
const GROUP_CHARACTERS = 32_000_000;
const DOCUMENT = 'document';
type SchemaElements = ConstructorParameters<typeof ParquetWriter>[0]['schema'];
type Cell = string | number | bigint | Date | null;

/** What is no text. A value that does not fit its type stands in the document only. */
const TYPES: Readonly<
  Record<string, { readonly element: Omit<SchemaElements[number], 'name'>; readonly parse: (text: string) => Cell }>
> = {
  timestamp: { element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, parse: toDate },
  original_time: { element: { type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, parse: toDate },
  risk_score: { element: { type: 'DOUBLE' }, parse: toNumber },
  evidence_offset: { element: { type: 'INT64' }, parse: toInteger },
  evidence_length: { element: { type: 'INT64' }, parse: toInteger },
  evidence_row_group: { element: { type: 'INT64' }, parse: toInteger },
  evidence_row: { element: { type: 'INT64' }, parse: toInteger },
  threshold_count: { element: { type: 'INT64' }, parse: toInteger },
  suppressed_alerts: { element: { type: 'INT64' }, parse: toInteger },
};
const TEXT = { element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' }, parse: (text: string): Cell => text } as const;
const NAMES = [...ALERT_COLUMNS, DOCUMENT];

/** The bytes of the file. `lines` of alerts.ndjson. */
export async function* parquetFile(lines: AsyncIterable<string>): AsyncIterable<Uint8Array> {
  const bytes = new ByteWriter();
  const schema: SchemaElements = [
    { name: 'alerts', num_children: NAMES.length, repetition_type: 'REQUIRED' },
    ...NAMES.map((name) => ({ name, repetition_type: 'OPTIONAL' as const, ...(TYPES[name] ?? TEXT).element })),
  ];
  const writer = new ParquetWriter({ writer: bytes, schema, createdBy: 'coldhunt' });
  let columns = emptyColumns();
  let rows = 0;
  let characters = 0;

  async function flush(): Promise<void> {
    await writer.write({
      columnData: NAMES.map((name, index) => ({ name, data: columns[index] ?? [] })),
      rowGroupSize: GROUP_ROWS,
    });
    columns = emptyColumns();
    rows = 0;
    characters = 0;
  }

  for await (const line of lines) {
    const cells = alertCells(parseDocument(line));
    NAMES.forEach((name, index) => {
      const text = name === DOCUMENT ? line : (cells[index] ?? '');
      columns[index]?.push(text === '' ? null : (TYPES[name] ?? TEXT).parse(text));
    });
    rows += 1;
    characters += line.length;
    if (rows >= GROUP_ROWS || characters >= GROUP_CHARACTERS) {
      await flush();
      yield take(bytes);
    }
  }
  if (rows > 0) await flush();
  await writer.finish();
  yield take(bytes);
}

/** What was written so far; the places that the writer notes go on from there. */
function take(bytes: ByteWriter): Uint8Array {
  const taken = bytes.getBytes().slice();
  bytes.index = 0;
  return taken;
}

function emptyColumns(): Cell[][] {
  return NAMES.map(() => []);
}

function toDate(text: string): Date | null {
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms);
}

function toNumber(text: string): number | null {
  const number = Number(text);
  return Number.isFinite(number) ? number : null;
}

function toInteger(text: string): bigint | null {
  return /^-?\d{1,18}$/.test(text) ? BigInt(text) : null;
}
