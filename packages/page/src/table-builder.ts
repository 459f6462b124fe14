// Alerts, one line at a time -> the columns and documents that the page carries. Bounded: what lies beyond a limit is counted and left out.

import { compressBlock, type Block } from './compressed-block.ts';
import type { Column, ColumnRef, DocumentsRef, PageTable } from './page-data.ts';
import { createGrowingColumn, type GrowingColumn } from './growing-column.ts';
import { fieldsOf, type JsonObject } from './view/alert-fields.js';

export interface TableLimits {
  /** Alerts in the table. */
  readonly rows: number;
  /** Characters of all different values together. */
  readonly characters: number;
  /** Compressed bytes of whole documents. */
  readonly documents: number;
}

export const TABLE_LIMITS: TableLimits = { rows: 100_000, characters: 160_000_000, documents: 64_000_000 };

/** Read when the page opens; the others when something asks for them. */
const EAGER = [
  'kibana.alert.severity',
  'kibana.alert.rule.name',
  'kibana.alert.rule.rule_id',
  'kibana.alert.new_terms',
  'coldhunt.baseline',
  'host.name',
  'host.id',
  'user.name',
  'process.name',
  'process.command_line',
  'process.parent.name',
];
/** Shown with the alert; as a column it would only say again what others say. */
const LEFT_OUT = /^coldhunt\.explanation\./;
/** Different fields in the table; no source has as many. */
const MOST_FIELDS = 2_000;
const BLOCK_ROWS = 128;
const BLOCK_CHARACTERS = 1_000_000;

export interface TableBuilder {
  /** One line of alerts.ndjson, and what it says. */
  add(line: string, document: JsonObject): void;
  finish(): { readonly table: PageTable; readonly blocks: readonly Block[] };
}

export function createTableBuilder(limits: TableLimits = TABLE_LIMITS): TableBuilder {
  const columns = new Map<string, GrowingColumn>();
  const documents: (DocumentsRef & Block)[] = [];
  const times: number[] = [];
  let pending: string[] = [];
  let pendingCharacters = 0;
  let characters = 0;
  let documentBytes = 0;
  let total = 0;
  let rows = 0;
  let lastMs = 0;

  function flush(): void {
    if (pending.length === 0) return;
    const block = compressBlock(`d${documents.length}`, pending.join('\n'));
    documentBytes += block.base64.length;
    documents.push({ ...block, first: rows - pending.length, count: pending.length });
    pending = [];
    pendingCharacters = 0;
  }

  function add(line: string, document: JsonObject): void {
    total += 1;
    if (rows >= limits.rows || characters >= limits.characters) return;
    for (const [field, values] of fieldsOf(document)) {
      if (LEFT_OUT.test(field)) continue;
      const column = columns.get(field) ?? (columns.size < MOST_FIELDS ? createGrowingColumn() : null);
      if (column === null) continue;
      columns.set(field, column);
      characters += column.set(rows, values.join('\n'));
    }
    const ms = Date.parse(String(document['@timestamp'] ?? ''));
    const known = Number.isNaN(ms) ? lastMs : ms;
    times.push(known - lastMs);
    lastMs = known;
    rows += 1;
    if (documentBytes >= limits.documents) return;
    pending.push(line);
    pendingCharacters += line.length;
    if (pending.length >= BLOCK_ROWS || pendingCharacters >= BLOCK_CHARACTERS) flush();
  }

  function finish(): { readonly table: PageTable; readonly blocks: readonly Block[] } {
    flush();
    const eager: Column[] = [];
    const more: ColumnRef[] = [];
    const blocks: Block[] = [];
    for (const [field, column] of [...columns].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const content: Column = { field, ...column.finish(rows) };
      if (EAGER.includes(field)) eager.push(content);
      else {
        const block = compressBlock(`c${more.length}`, JSON.stringify(content));
        more.push({ field, distinct: content.values.length, id: block.id, sha256: block.sha256 });
        blocks.push(block);
      }
      columns.delete(field);
    }
    const refs = documents.map(({ id, sha256, first, count }) => ({ id, sha256, first, count }));
    return {
      table: { total, rows, times, columns: eager, more, documents: refs },
      blocks: [...blocks, ...documents],
    };
  }

  return { add, finish };
}
