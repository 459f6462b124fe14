// Whether two events are the same event twice: the fixed list of fields of architecture.md (Order), their values typed and
// normalised, so that NDJSON and Parquet of one event hash alike.

import { hash } from 'node:crypto';
import {
  JsonNumber,
  Timestamp,
  parseFieldPath,
  scalarText,
  type EventView,
  type FieldPath,
  type Scalar,
} from '@coldhunt/core';

type CopyType = 'keyword' | 'long';

const FIELDS: readonly (readonly [name: string, type: CopyType])[] = [
  ['event.id', 'keyword'],
  ['event.action', 'keyword'],
  ['event.category', 'keyword'],
  ['event.type', 'keyword'],
  ['event.code', 'keyword'],
  ['event.sequence', 'long'],
  ['event.provider', 'keyword'],
  ['agent.id', 'keyword'],
  ['host.id', 'keyword'],
  ['host.name', 'keyword'],
  ['user.id', 'keyword'],
  ['user.name', 'keyword'],
  ['process.entity_id', 'keyword'],
  ['process.pid', 'long'],
  ['process.executable', 'keyword'],
  ['process.command_line', 'keyword'],
  ['process.args', 'keyword'],
  ['file.path', 'keyword'],
  ['source.address', 'keyword'],
  ['source.ip', 'keyword'],
  ['source.port', 'long'],
  ['destination.address', 'keyword'],
  ['destination.ip', 'keyword'],
  ['destination.port', 'long'],
  ['dns.question.name', 'keyword'],
  ['registry.path', 'keyword'],
  ['registry.data.strings', 'keyword'],
  ['message', 'keyword'],
];

const PATHS = FIELDS.map(([name, type]) => ({ name, type, path: parseFieldPath(name) }));

/** The fields that a reader must be able to give for `copyHash`. */
export const COPY_FIELDS: readonly FieldPath[] = PATHS.map(({ path }) => path);

/** SHA-256 over the effective time in milliseconds and the copy fields that the event has, arrays in their order. */
export function copyHash(view: EventView, timeMs: number): string {
  const parts: (string | number)[] = [timeMs];
  for (const { name, type, path } of PATHS) {
    const values = view.values(path);
    if (values.length === 0) continue;
    parts.push(name, values.length);
    for (const value of values) parts.push(type === 'long' ? longText(value) : keywordText(value));
  }
  return hash('sha256', JSON.stringify(parts));
}

function keywordText(value: Scalar): string {
  if (typeof value === 'string') return value;
  return value instanceof JsonNumber || typeof value === 'number' ? longText(value) : scalarText(value);
}

// `4688`, `4688.0`, "4688" and 4688n are one number. Text that is no number stands for itself.
function longText(value: Scalar): string {
  if (typeof value === 'bigint' || typeof value === 'boolean' || value instanceof Timestamp) return scalarText(value);
  const text = scalarText(value).trim();
  if (/^-?\d+$/.test(text)) return BigInt(text).toString();
  const number = Number(text);
  if (text === '' || !Number.isFinite(number)) return text;
  return Number.isInteger(number) ? BigInt(number).toString() : String(number);
}
