// The index that an event lay in, where anything says so: the envelope, the event's data stream, or the archive's setting.

import { parseFieldPath, scalarText, type EventView, type FieldPath } from '@coldhunt/core';

const TYPE = parseFieldPath('data_stream.type');
const DATASET = parseFieldPath('data_stream.dataset');
const NAMESPACE = parseFieldPath('data_stream.namespace');

export const INDEX_FIELDS: readonly FieldPath[] = [TYPE, DATASET, NAMESPACE];

/** The index's name as it was found; null when nothing says it. */
export function eventIndex(envelope: string | null, view: EventView, archive: string | null): string | null {
  if (envelope !== null && envelope !== '') return envelope;
  const type = first(view, TYPE);
  const dataset = first(view, DATASET);
  if (type !== null && dataset !== null) return `${type}-${dataset}-${first(view, NAMESPACE) ?? 'default'}`;
  return archive;
}

function first(view: EventView, path: FieldPath): string | null {
  const value = view.values(path)[0];
  return value === undefined || value === '' ? null : scalarText(value);
}
