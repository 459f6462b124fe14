// The action lines of Elasticsearch's bulk format: `{"create":{"_index":"x","_id":"y"}}`.

import { parseJson } from '@coldhunt/core';

export interface BulkAction {
  readonly action: 'index' | 'create' | 'update' | 'delete';
  readonly id: string | null;
  readonly index: string | null;
}

const PREFIX = /^[ \t]*\{[ \t]*"(?:index|create|update|delete)"[ \t]*:[ \t]*\{/;
const PREFIX_BYTES = 64;
/** An action line is short, with the NULs that a crash may have left before it; a longer line is an event. */
export const MAX_ACTION_BYTES = 4_096;
const META = new Set([
  '_index',
  '_id',
  '_type',
  '_routing',
  'routing',
  'parent',
  '_parent',
  'version',
  '_version',
  'version_type',
  '_version_type',
  'if_seq_no',
  'if_primary_term',
  'require_alias',
  'require_data_stream',
  'dynamic_templates',
  'pipeline',
  'retry_on_conflict',
  '_retry_on_conflict',
  'list_executed_pipelines',
]);

/**
 * The action of a line, or null when the line is none. An action has one of four keys, and under it nothing but the bulk API's own
 * names: whether a line is one can be told from the line alone, so that an object may be cut anywhere.
 */
export function parseBulkAction(bytes: Buffer, from: number, end: number): BulkAction | null {
  if (end - from > MAX_ACTION_BYTES) return null;
  let start = from;
  while (start < end && bytes[start] === 0) start += 1;
  if (!PREFIX.test(bytes.toString('latin1', start, Math.min(end, start + PREFIX_BYTES)))) return null;
  let value: unknown;
  try {
    value = parseJson(bytes.toString('utf8', start, end));
  } catch {
    return null;
  }
  const [entry, ...more] = Object.entries(value as Record<string, Record<string, unknown>>);
  if (entry === undefined || more.length > 0) return null;
  const [action, meta] = entry;
  if (!Object.keys(meta).every((key) => META.has(key))) return null;
  return { action: action as BulkAction['action'], id: text(meta['_id']), index: text(meta['_index']) };
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
