// A ledger record <-> bytes. The same record gives the same bytes, whoever writes it: keys in the order of the schema, maps sorted.

import {
  FORMAT_VERSION,
  InputError,
  SEMANTICS_REVISION,
  openSeal,
  parseDocument,
  sealJson,
  stringifyDocument,
  type Document,
  type DocumentValue,
} from '@coldhunt/core';
import { z } from 'zod';
import { toEvent, toMatch } from './match-codec.ts';
import type { ShardRecord } from './output.ts';

const count = z.number().int().nonnegative();
const ms = z.number().int();

const coordinates = z.discriminatedUnion('coordinate', [
  z.object({ coordinate: z.enum(['raw', 'decompressed']), offset: count, length: count, sha256: z.string() }),
  z.object({ coordinate: z.literal('row'), row_group: count, row: count, sha256: z.string() }),
]);
const evidence = z.object({ uri: z.string(), etag: z.string(), version_id: z.string().nullable() }).and(coordinates);

const ruleCounts = z.object({
  total: count,
  in_history: count,
  in_range: count,
  outside: count,
  without_time: count,
  other_index: count,
  excepted: count,
});

const objectRecord = z.object({
  uri: z.string(),
  etag: z.string(),
  version_id: z.string().nullable(),
  archive: count,
  bytes: count,
  size: count,
  range: z.object({ from: count, to: count }).nullable(),
  state: z.enum(['scanned', 'skipped', 'failed']),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  compression: z.string(),
  framing: z.string(),
  envelopes: z.record(z.string(), count),
  columns: z.record(z.string(), z.string().nullable()),
  sha256: z.string().optional(),
  decompressed_bytes: count,
  lines: z.object({ read: count, searched: count, parsed: count, malformed: count, blank: count }),
  events: z.object({ read: count, without_time: count, in_history: count, in_range: count, outside: count }),
  malformed_samples: z.array(
    z.object({ line: count, offset: count, code: z.string(), error: z.string(), sha256: z.string().optional() }),
  ),
  waived_lines: z.record(z.string(), count).optional(),
  key_time: z.object({ from: ms, to: ms }).nullable(),
  covers: z.object({ from: ms, to: ms }).nullable(),
  implausible_times: count,
  census: z.record(
    z.string(),
    z.object({
      events: count,
      fields: z.record(z.string(), count),
      all: z.boolean(),
      classes: z
        .array(
          z.object({
            index: z.string().nullable(),
            kind: z.record(z.string(), z.array(z.string())).nullable(),
            events: count,
            has: z.string(),
          }),
        )
        .optional(),
    }),
  ),
});

const stored = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inline'), matches: z.array(z.unknown()), events: z.array(z.unknown()) }),
  z.object({
    kind: z.literal('files'),
    files: z.array(
      z.object({
        path: z.string().regex(/^scan\/[0-9a-f]{64}\.matches\.zst$/),
        sha256: z.string(),
        matches: count,
        events: count,
      }),
    ),
  }),
]);

/** Everything but the matches and events within, which `parseShardRecord` turns into their typed values. */
export const shardRecordSchema = z.object({
  format: count,
  semantics_revision: count,
  shard_id: z.string(),
  sequence: count,
  state: z.enum(['ok', 'failed']),
  objects: z.array(objectRecord),
  matches: z.record(z.string(), ruleCounts),
  excepted: z.record(z.string(), z.record(z.string(), count)),
  unevaluated: z.record(z.string(), z.object({ events: count, first: z.string() })).optional(),
  skewed: z.record(z.string(), count).optional(),
  near_misses: z
    .array(
      z.object({
        rule_id: z.string(),
        time_ms: ms,
        position: count,
        differs_in: z.object({
          clause: z.string(),
          field: z.string().nullable(),
          holds: z.boolean(),
          values: z.array(z.string()),
          reason: z.string(),
        }),
        evidence,
        text: z.string().nullable(),
      }),
    )
    .optional(),
  without_time_samples: z.array(z.object({ rule_id: z.string(), evidence })),
  warnings: z.array(z.string()),
  stored,
});

export function encodeShardRecord(record: ShardRecord): Uint8Array {
  return sealJson(stringifyDocument(record as unknown as DocumentValue));
}

/**
 * Reads a record. Throws InputError RUN_DAMAGED when it does not hold what was written, RUN_FORMAT_NEWER for a format from the future, RUN_REVISION for one made under other
 * semantics, RUN_INVALID for anything that is no record.
 */
export function parseShardRecord(bytes: Uint8Array, path: string): ShardRecord {
  const text = openSeal(bytes, path);
  let value: Document;
  try {
    value = parseDocument(text, Number.MAX_SAFE_INTEGER);
  } catch (error) {
    throw new InputError('RUN_INVALID', `${path} is no ledger record`, { cause: error });
  }
  const { format, semantics_revision: revision } = value;
  if (typeof format === 'number' && format > FORMAT_VERSION) {
    throw new InputError('RUN_FORMAT_NEWER', `${path} has format ${format}, known is ${FORMAT_VERSION}`);
  }
  const parsed = shardRecordSchema.safeParse(value);
  if (!parsed.success) {
    throw new InputError('RUN_INVALID', `${path} is no ledger record: ${z.prettifyError(parsed.error)}`);
  }
  if (revision !== SEMANTICS_REVISION) {
    throw new InputError(
      'RUN_REVISION',
      `${path} was made under semantics revision ${String(revision)}, this is ${SEMANTICS_REVISION}`,
    );
  }
  const record = parsed.data;
  return { ...record, stored: toStored(record.stored) } as ShardRecord;
}

function toStored(from: z.infer<typeof stored>): ShardRecord['stored'] {
  if (from.kind === 'files') return from;
  return {
    kind: 'inline',
    matches: from.matches.map((match) => toMatch(match as Document)),
    events: from.events.map((event) => toEvent(event as Document)),
  };
}
