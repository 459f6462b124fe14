// A shard's record against the plan: it must account for exactly the objects and bytes that the shard pinned.

import { assertInvariant } from '@coldhunt/core';
import type { Shard, ShardObject } from '../plan/output.ts';
import type { ObjectRecord, ShardRecord } from '../scan/output.ts';

/** Throws InvariantError naming the first object that the record does not hold as it was planned. */
export function checkRecord(record: ShardRecord, shard: Shard): void {
  for (const [index, planned] of shard.objects.entries()) {
    const found = record.objects[index];
    assertInvariant(
      found !== undefined && isSame(found, planned),
      `the record of shard ${shard.id} does not account for ${planned.uri} as it was planned`,
      { planned, found },
    );
  }
  const extra = record.objects[shard.objects.length];
  assertInvariant(
    extra === undefined,
    `the record of shard ${shard.id} accounts for ${extra?.uri}, which the shard does not have`,
  );
}

/** Throws InvariantError naming the object whose lines or events do not add up (cli.md). */
export function checkObjectSums({ uri, lines, events }: ObjectRecord): void {
  const parts = lines.searched + lines.parsed + lines.malformed + lines.blank;
  assertInvariant(lines.read === parts, `lines of ${uri} do not add up`, { lines });
  const placed = events.without_time + events.in_history + events.in_range + events.outside;
  assertInvariant(events.read === placed, `events of ${uri} do not add up`, { events });
}

function isSame(found: ObjectRecord, planned: ShardObject): boolean {
  const { uri, etag, size, archive, range } = planned;
  const bytes = range === null ? size : range.to - range.from;
  return (
    found.uri === uri &&
    found.etag === etag &&
    found.size === size &&
    found.archive === archive &&
    found.bytes === bytes &&
    found.range?.from === range?.from &&
    found.range?.to === range?.to
  );
}
